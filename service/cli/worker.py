"""`doorstep worker`: one process that computes queued plans; run as many as there are machines."""

import asyncio
import signal

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


def run_worker(settings: Settings, run_plan: RunPlan | None = None) -> None:
    """Compute queued plans until SIGTERM or SIGINT, with `run_plan` or else with the service's own planner.

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
    asyncio.run(_work(settings, settings.database_url, run_plan if run_plan is not None else _planner(settings)))


def _planner(settings: Settings) -> RunPlan:
    from service.bootstrap import plan_runner  # noqa: PLC0415 - the solver's libraries load in workers only

    return plan_runner(settings)


async def _work(settings: Settings, url: str, run_plan: RunPlan) -> None:
    running = Worker(settings, url, run_plan)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.stop)
    await running.run()
