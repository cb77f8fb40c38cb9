"""What every worker does beside plans: rescue work of the dead, run schedules, keep house."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import structlog
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError as DatabaseAwayError

from service.jobs.housekeeping import keep_house
from service.settings import Settings
from service.store.jobs.rescue import WorkRescue
from service.store.jobs.turns import limits_of
from service.store.jobs.work import WorkStore
from service.store.privacy.tenant_keys import TenantKeys

_KEEP_HOUSE_EVERY_S: Final = 3600.0
#: To look for rows that an earlier release left in clear means to read them all.
_SEAL_EVERY_S: Final = 24 * 3600.0

_log = structlog.stdlib.get_logger(__name__)


class Chores:
    """Looks round with each heartbeat, beside the queue: a job for that would wait behind what is being computed.

    Parameters
    ----------
    schedules : makes the plans that are due; None where nobody has any.
    """

    def __init__(
        self,
        app: App,
        stores: Sequence[WorkStore],
        engine: Engine,
        keys: TenantKeys,
        settings: Settings,
        schedules: Callable[[], None] | None,
    ) -> None:
        self._app = app
        self._stores = stores
        self._engine = engine
        self._keys = keys
        self._settings = settings
        self._schedules = schedules
        self._rescues = [
            WorkRescue(engine, store.kind, max_losses=settings.max_worker_losses, limits=limits_of(settings))
            for store in stores
        ]
        self._kept_house_at = self._sealed_at = float("-inf")
        self._unsealed: list[WorkStore] = []

    async def run(self) -> None:
        """Do them all, again and again. A database that goes away is waited for."""
        while True:
            try:
                await self._look_round()
            except (ConnectorException, DatabaseAwayError) as exc:
                _log.warning("rescue_failed", error=type(exc).__name__)
                self._kept_house_at = float("-inf")  # it may be what did not end
            await asyncio.sleep(self._settings.worker_heartbeat_s)

    async def _look_round(self) -> None:
        await self._end_stalled_jobs()
        for rescue in self._rescues:
            name = rescue.kind.name
            for one in await asyncio.to_thread(rescue.rescue):
                _log.warning(f"{name}_rescued", lost=one.lost, failed=one.failed, **{name: str(one.id)})
        if time.monotonic() - self._kept_house_at > _KEEP_HOUSE_EVERY_S:
            self._kept_house_at = time.monotonic()  # first: what breaks it would break it with every heartbeat
            await asyncio.to_thread(keep_house, self._engine, self._keys, self._settings)
        if time.monotonic() - self._sealed_at > _SEAL_EVERY_S:
            self._unsealed, self._sealed_at = list(self._stores), time.monotonic()
        self._unsealed = await asyncio.to_thread(_seal_some, self._unsealed)
        if self._schedules is not None:  # last: one that breaks each time keeps nothing else from being done
            await asyncio.to_thread(self._schedules)

    async def _end_stalled_jobs(self) -> None:
        """Delete the jobs of dead workers, rather than retry them.

        A worker that only slept ends its job when it wakes up. If that job had been given to another worker, it
        would be ended under that worker's hands; a new job has a new number.
        """
        jobs = self._app.job_manager
        stalled = [
            job
            for store in self._stores
            for job in await jobs.get_stalled_jobs(
                task_name=store.kind.task, seconds_since_heartbeat=self._settings.worker_stalled_s
            )
        ]
        for job in stalled:
            with suppress(ConnectorException):  # another worker was faster
                await jobs.finish_job(job, status=Status.FAILED, delete_job=True)


def _seal_some(stores: Sequence[WorkStore]) -> list[WorkStore]:
    """Seal some of what an earlier release left in clear; returns the stores that may have more of it."""
    return [store for store in stores if store.seal_old()]
