"""`Prefer: wait=N` (RFC 7240): holding an answer back until work is done, for some seconds at most."""

import re
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

import anyio
from fastapi.concurrency import run_in_threadpool

from service.store.records import PlanStatus

#: The longest that `Prefer: wait` holds a connection.
MAX_WAIT_S: Final = 60
_POLL_S: Final = 0.2
_WAIT: Final = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,20})\"?\s*(?:$|[,;])", re.IGNORECASE)


class Work(Protocol):
    """Anything that workers do."""

    @property
    def status(self) -> PlanStatus:
        """How far it is."""


_Work = TypeVar("_Work", bound=Work)


async def until_done(look: Callable[[], _Work], seconds: int) -> _Work:
    """Return the work when it is done or the time is over. No thread is held while it waits."""
    work = await run_in_threadpool(look)
    with anyio.move_on_after(seconds):
        while not work.status.is_terminal:
            await anyio.sleep(_POLL_S)
            work = await run_in_threadpool(look)
    return work


def wait_s(prefer: str | None) -> int:
    """Return the seconds of RFC 7240's wait preference; 0 when it is absent or cannot be read."""
    found = _WAIT.search(prefer or "")
    return min(int(found[1]), MAX_WAIT_S) if found else 0
