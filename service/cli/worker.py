"""`doorstep worker`: one process that computes queued plans and batches; run as many as there are machines."""

import asyncio
import signal
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from service.cli.failure import CommandError, plain_failures, read_settings
from service.jobs.execution import RunnerOf
from service.jobs.worker import Worker
from service.logs import configure_logging
from service.settings import Settings
from service.store.jobs.work_kinds import WorkKind
from service.store.migrate import migrate
from service.telemetry.opened import opened_telemetry


def worker() -> None:
    """Compute queued plans until stopped. Needs DOORSTEP_DATABASE_URL; `doorstep serve` has a worker of its own.

    SIGTERM and Ctrl-C let the running plans finish for DOORSTEP_WORKER_GRACE_S seconds, then hand them back to
    the queue; a second one hands them back at once. Run it under something that restarts it.
    """
    with plain_failures():
        run_worker(read_settings())


def run_worker(
    settings: Settings,
    runners: Mapping[WorkKind, RunnerOf] | None = None,
    prepare: Callable[[], None] | None = None,
) -> None:
    """Do queued work until SIGTERM or SIGINT, with `runners` or else with the service's own.

    `prepare` is called before any work is taken; for the service's own planner it compiles what measures roads.

    Raises
    ------
    CommandError
        When no database is configured: the embedded one belongs to `doorstep serve`.
    """
    if settings.database_url is None:
        msg = (
            "A worker needs DOORSTEP_DATABASE_URL, the database that the web server uses. "
            "`doorstep serve` without a database runs its own, with a worker."
        )
        raise CommandError(msg)
    configure_logging(level=settings.log_level, style=settings.log_format)
    migrate(settings.database_url)
    running: list[Worker] = []
    schedules: Callable[[], None] | None = None
    with ExitStack() as opened:
        telemetry = opened.enter_context(
            opened_telemetry(settings, process="worker", alive=lambda: all(one.is_alive() for one in running))
        )
        if runners is None:
            from service.bootstrap import due_schedules, work_runners  # noqa: PLC0415 - for workers: many libraries
            from service.compiled import compile_ahead  # noqa: PLC0415 - likewise

            runners = opened.enter_context(work_runners(settings, settings.database_url, telemetry))
            schedules = opened.enter_context(due_schedules(settings, settings.database_url))
            prepare = compile_ahead
        running.append(Worker(settings, settings.database_url, runners, prepare, telemetry, schedules))
        asyncio.run(_work(running[0]))


async def _work(running: Worker) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.stop)
    await running.run()
