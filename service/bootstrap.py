"""The composition root of the HTTP side: everything is built here, from the settings, and closed here."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from geodata.area.catalog import AreaCatalog
from routing.child import solve_in_child
from service.deps import Deps
from service.jobs.run_plan import PlanRunner
from service.settings import Settings
from service.store.embedded import running_database
from service.store.engine import open_engine
from service.store.migrate import migrate
from service.store.plans import PlanStore


@contextmanager
def opened(settings: Settings) -> Iterator[Deps]:
    """Give what the endpoints need, for as long as the block lasts.

    Without a database URL the embedded server runs as long, and is brought up to date; a database of somebody
    else is left as it is: `doorstep serve` and `doorstep migrate` update it, and /readyz tells when they must.
    """
    with running_database(settings) as url:
        if settings.database_url is None:
            migrate(url)
        engine = open_engine(url)
        try:
            yield Deps(
                settings=settings,
                plans=PlanStore(engine),
                areas=AreaCatalog(settings.areas_dir),
                now=lambda: datetime.now(UTC),
            )
        finally:
            engine.dispose()


def plan_runner(settings: Settings) -> PlanRunner:
    """Give what turns stored requests into plans: the prepared areas, and a solver in a child process."""
    return PlanRunner(catalog=AreaCatalog(settings.areas_dir), solver=solve_in_child)
