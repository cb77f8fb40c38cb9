"""Watching work: one look into the database for all who watch, however many they are."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from service.store.jobs.states import WorkState

#: Seconds between two looks.
LOOK_EVERY_S: Final = 0.2

Look = Callable[[Collection[UUID]], Mapping[UUID, WorkState]]


@dataclass(slots=True)
class _Watched:
    """One piece of work, and how many watch it. `state` is None before the first look and once it is gone."""

    watchers: int = 0
    looked: bool = False
    state: WorkState | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class WorkWatch:
    """Tells of changes of work. Belongs to one process; call it on the event loop.

    While anybody watches, a task of its own looks at all that is watched, every fifth of a second in one statement.
    Whoever waits holds neither a thread nor a connection to the database. While the database is away, nothing changes.
    """

    def __init__(self, look: Look, *, every_s: float = LOOK_EVERY_S) -> None:
        self.ended = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._look = look
        self._every_s = every_s
        self._watched: dict[UUID, _Watched] = {}
        self._looking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def watching(self, work_id: UUID) -> "AsyncIterator[Watching]":
        """Watch one piece of work for as long as the block lasts."""
        self._loop = asyncio.get_running_loop()
        watched = self._watched.setdefault(work_id, _Watched())
        watched.watchers += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._keep_looking(), name="work-watch")
        try:
            yield Watching(watched, self)
        finally:
            watched.watchers -= 1
            if not watched.watchers and self._watched.get(work_id) is watched:
                del self._watched[work_id]

    def end(self) -> None:
        """Let everybody who waits go, for good: the process stops. Any thread may call this, and a signal's handler."""
        self.ended = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for watched in self._watched.values():
            watched.changed.set()
            watched.changed = asyncio.Event()

    async def _keep_looking(self) -> None:
        while self._watched:
            with suppress(SQLAlchemyError):
                ids = list(self._watched)
                self._note(ids, await run_in_threadpool(self._look, ids))
            await asyncio.sleep(self._every_s)

    def _note(self, ids: list[UUID], states: Mapping[UUID, WorkState]) -> None:
        for work_id in ids:
            watched, state = self._watched.get(work_id), states.get(work_id)
            if watched is None or (watched.looked and watched.state == state):
                continue
            watched.looked, watched.state = True, state
            watched.changed.set()
            watched.changed = asyncio.Event()


class Watching:
    """One watcher's view of one piece of work."""

    def __init__(self, watched: _Watched, watch: WorkWatch) -> None:
        self._watch = watch
        self._watched = watched
        self._told = False
        self._known: WorkState | None = None

    async def change(self, timeout_s: float) -> bool:
        """Wait until `state` is another than at the last call; False when the time is over before, or `ended`."""
        watched = self._watched
        try:
            async with asyncio.timeout(timeout_s):
                while not watched.looked or (self._told and watched.state == self._known):
                    if self.ended:
                        return False
                    await watched.changed.wait()
        except TimeoutError:
            return False
        self._told, self._known = True, watched.state
        return True

    @property
    def ended(self) -> bool:
        """Whether the process stops: there is nothing to wait for any more."""
        return self._watch.ended

    @property
    def state(self) -> WorkState | None:
        """The work at the last change; None when it is gone."""
        return self._known
