"""`Prefer: wait=N` (RFC 7240): holding an answer back until work is done, for some seconds at most."""

import re
from collections.abc import Callable
from typing import Final, TypeVar
from uuid import UUID

import anyio
from fastapi.concurrency import run_in_threadpool

from service.watch import WorkWatch

#: The longest that `Prefer: wait` holds a connection.
MAX_WAIT_S: Final = 60
_WAIT: Final = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,20})\"?\s*(?:$|[,;])", re.IGNORECASE)


_Work = TypeVar("_Work")


async def until_done(watch: WorkWatch, work_id: UUID, look: Callable[[], _Work], seconds: int) -> _Work:
    """Return the work, when it is done or the time is over. Neither a thread nor a connection is held meanwhile."""
    if seconds:
        async with watch.watching(work_id) as watching:
            with anyio.move_on_after(seconds):
                while await watching.change(seconds):
                    if watching.state is None or watching.state.status.is_terminal:
                        break
    return await run_in_threadpool(look)


def wait_s(prefer: str | None) -> int:
    """Return the seconds of RFC 7240's wait preference; 0 when it is absent or cannot be read."""
    found = _WAIT.search(prefer or "")
    return min(int(found[1]), MAX_WAIT_S) if found else 0
