"""The composition root of the HTTP side: everything is built here, from the settings, and closed here."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Final

import structlog
from sqlalchemy import Engine

from geodata.area.area import Assist
from geodata.area.cache import SharedCache
from geodata.area.catalog import AreaCatalog
from geodata.area.meta import AreaMeta
from geodata.area.shared import SharedAreas
from geodata.network.warm_up import cache_problem, is_compiled, warm_up
from routing.child import solve_in_child
from routing.engines import warm_up as engines
from service.deps import Deps
from service.geocoding.assistance import assistance
from service.jobs.execution import RunWork
from service.jobs.run_batch import BatchRunner
from service.jobs.run_plan import PlanRunner
from service.settings import Settings
from service.store.address_book import AddressBooks, address_books
from service.store.batches import BatchStore
from service.store.embedded import running_database
from service.store.engine import open_engine
from service.store.figures import database_figures
from service.store.migrate import migrate
from service.store.plans import PlanStore
from service.store.providers import ProviderAnswers, ProviderAudit, ProviderMeter
from service.store.registry import registry
from service.store.states import WorkStates
from service.store.tenant_keys import ONLY_TENANT, TenantKeys
from service.store.work import BATCHES, PLANS, WorkKind
from service.telemetry.opened import opened_telemetry
from service.telemetry.telemetry import Telemetry
from service.watch import WorkWatch

#: Seconds that each provider is asked while somebody waits for the answer of a request, and while a plan waits.
_PATIENCE_S: Final = 15.0
_PATIENCE_OF_A_PLAN_S: Final = 120.0

_log = structlog.stdlib.get_logger(__name__)


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
        _warn_if_not_kept()  # what is reached in time is measured here, not by a worker
        try:
            with opened_telemetry(settings, process="web") as telemetry:
                telemetry.metrics.watch_database(
                    lambda: database_figures(engine, seen_within_s=settings.worker_stalled_s)
                )
                yield _deps(settings, engine, telemetry)
        finally:
            engine.dispose()


def _deps(settings: Settings, engine: Engine, telemetry: Telemetry) -> Deps:
    keys = TenantKeys(engine, secrets=settings.secrets)
    return Deps(
        settings=settings,
        plans=PlanStore(engine, keys),
        batches=BatchStore(engine, keys),
        registry=registry(engine, keys),
        plan_watch=WorkWatch(WorkStates(engine, PLANS)),
        batch_watch=WorkWatch(WorkStates(engine, BATCHES)),
        books=address_books(engine, secrets=settings.secrets),
        areas=area_catalog(settings, assist=provider_assistance(settings, engine, patience_s=_PATIENCE_S)),
        now=lambda: datetime.now(UTC),
        telemetry=telemetry,
    )


def area_catalog(settings: Settings, *, assist: Assist | None = None, matrix_threads: int = 1) -> AreaCatalog:
    """Give the areas of the state folder, and those that are shared at `areas_url`."""
    url = settings.areas_url
    return AreaCatalog(
        settings.areas_dir,
        matrix_threads=matrix_threads,
        assist=assist,
        shared=None if url is None else SharedCache(SharedAreas(url), settings.areas_dir),
    )


def plan_runner(
    settings: Settings,
    books: AddressBooks | None = None,
    *,
    assist: Assist | None = None,
    telemetry: Telemetry | None = None,
) -> PlanRunner:
    """Give what turns requests into plans: the prepared areas, and a solver in a child process.

    `books` has pins and reviews; without a database there are none, and no provider is asked.
    """
    catalog = area_catalog(settings, assist=assist, matrix_threads=settings.matrix_threads)
    return PlanRunner(
        catalog=catalog,
        solver=solve_in_child,
        book_of=None if books is None else books.of_area,
        telemetry=telemetry or Telemetry(),
    )


@contextmanager
def work_runners(
    settings: Settings, database_url: str, telemetry: Telemetry | None = None
) -> Iterator[dict[WorkKind, RunWork]]:
    """Give what a worker does with each kind of work, for as long as the block lasts.

    Pins and reviews are in the database.
    """
    engine = open_engine(database_url)
    try:
        books, assist = (
            address_books(engine, secrets=settings.secrets),
            provider_assistance(settings, engine, patience_s=_PATIENCE_OF_A_PLAN_S),
        )
        yield {
            PLANS: plan_runner(settings, books, assist=assist, telemetry=telemetry),
            BATCHES: BatchRunner(
                areas=area_catalog(settings, assist=assist),
                book_of=books.of_area,
                telemetry=telemetry or Telemetry(),
            ),
        }
    finally:
        engine.dispose()


def provider_assistance(settings: Settings, engine: Engine, *, patience_s: float | None = None) -> Assist | None:
    """Give what asks the geocoding providers of the settings; None when there are none, as by default.

    `patience_s` is how long each is asked for one call; None for as long as it takes.
    """
    if not settings.providers:
        return None
    keys = TenantKeys(engine, secrets=settings.secrets)

    def answers_about(meta: AreaMeta) -> ProviderAnswers:
        dataset = f"{meta.name}/{meta.version}"
        return ProviderAnswers(
            engine=engine, keys=keys, tenant=ONLY_TENANT, dataset=dataset, days=settings.provider_cache_days
        )

    return assistance(
        settings,
        meter=ProviderMeter(engine),
        audit=ProviderAudit(engine, tenant=ONLY_TENANT),
        cache_of=answers_about,
        patience_s=patience_s,
    )


def compile_ahead() -> None:
    """Compile what measures the roads and searches for routes, so that no plan need wait for it; log how that went.

    A minute the first time on a machine, two seconds when the cache is filled.
    """
    _log.info("compiling", what="what measures the roads and searches for routes")
    started = time.monotonic()
    try:
        compile_now()
    except Exception as exc:  # noqa: BLE001 - a full disk, say: plans compile what they need themselves
        _log.warning("not_compiled_ahead", error=type(exc).__name__)
    else:
        _log.info("compiled", seconds=round(time.monotonic() - started, 3))
    _warn_if_not_kept()


def compile_quietly() -> None:
    """Compile what plans need; where that breaks, whoever needs it compiles it and says what is wrong."""
    with suppress(Exception):
        compile_now()


def code_is_ready() -> bool:
    """Whether all that plans need has been compiled and kept."""
    return is_compiled() and engines.is_compiled()


def code_problem() -> str | None:
    """Say why what is compiled here is lost with this process, and what to do; None as long as nothing is."""
    return cache_problem()


def compile_now() -> None:
    """Compile what measures the roads and searches for routes; raise where that breaks."""
    warm_up()
    engines.warm_up_all()


def _warn_if_not_kept() -> None:
    if (reason := code_problem()) is not None:
        _log.warning("compiled_code_not_kept", reason=reason)
