"""`doorstep worker`: one process that computes queued plans; run as many as there are machines."""

import asyncio
import signal
from collections.abc import Callable

from service.cli.failure import CommandError, plain_failures, read_settings
from service.jobs.execution import RunPlan
from service.jobs.worker import Worker
from service.logs import configure_logging
from service.settings import Settings
from service.store.migrate import migrate


def worker() -> None:
    """Compute queued plans until stopped. Needs DOORSTEP_DATABASE_URL; `doorstep serve` has a worker of its own.

    SIGTERM and Ctrl-C let the running plans finish for DOORSTEP_WORKER_GRACE_S seconds, then hand them back to
    the queue; a second one hands them back at once. Run it under something that restarts it.
    """
    with plain_failures():
        run_worker(read_settings())


def run_worker(settings: Settings, run_plan: RunPlan | None = None, prepare: Callable[[], None] | None = None) -> None:
    """Compute queued plans until SIGTERM or SIGINT, with `run_plan` or else with the service's own planner.

    `prepare` is called before the first plan is taken; for the service's own planner it compiles what measures roads.

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
    if run_plan is None:
        from service.bootstrap import compile_ahead, plan_runner  # noqa: PLC0415 - for workers only: the solver's libraries

        run_plan, prepare = plan_runner(settings), compile_ahead
    asyncio.run(_work(Worker(settings, settings.database_url, run_plan, prepare)))


async def _work(running: Worker) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.stop)
    await running.run()
