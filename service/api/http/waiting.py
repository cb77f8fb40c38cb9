"""`Prefer: wait=N` (RFC 7240): holding an answer back until work is done, for some seconds at most."""

import re
from collections.abc import Callable
from typing import Annotated, Final, Protocol, TypeVar
from uuid import UUID

import anyio
from fastapi import Header, Response, status
from fastapi.concurrency import run_in_threadpool

from service.store.jobs.records import PlanStatus
from service.watch import WorkWatch

#: The longest that `Prefer: wait` holds a connection.
MAX_WAIT_S: Final = 60
_WAIT: Final = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,20})\"?\s*(?:$|[,;])", re.IGNORECASE)


class Work(Protocol):
    """A plan or a batch."""

    @property
    def status(self) -> PlanStatus:
        """Where it stands."""


_Work = TypeVar("_Work", bound=Work)

Prefer = Annotated[
    str | None, Header(description=f"`wait=N`: wait up to N seconds, at most {MAX_WAIT_S}.", examples=["wait=10"])
]


async def accepted(
    watch: WorkWatch,
    work_id: UUID,
    look: Callable[[], _Work],
    *,
    path: str,
    prefer: str | None,
    response: Response,
) -> _Work:
    """Return work that was accepted at once, or when it is done within the time of `Prefer: wait`: then with a 200."""
    seconds = wait_s(prefer)
    work = await until_done(watch, work_id, look, seconds)
    response.headers["Location"] = path
    if seconds:
        response.headers["Preference-Applied"] = f"wait={seconds}"
    if work.status.is_terminal:
        response.status_code = status.HTTP_200_OK
    say_when_again(work, response)
    return work


def say_when_again(work: Work, response: Response) -> None:
    """Say in Retry-After when to look again at work that is not over."""
    if not work.status.is_terminal:
        response.headers["Retry-After"] = "1"


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
