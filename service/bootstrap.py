"""The composition root of the HTTP side: everything is built here, from the settings, and closed here."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Final

import structlog
from limits.strategies import SlidingWindowCounterRateLimiter
from sqlalchemy import Engine

from geodata.area.area import Assist
from geodata.area.cache import SharedCache
from geodata.area.catalog import AreaCatalog
from geodata.area.meta import AreaMeta
from geodata.area.shared import SharedAreas
from geodata.network.warm_up import cache_problem, is_compiled, warm_up
from routing.child import solve_in_child
from routing.engines import warm_up as engines
from service.access.gate import Gate
from service.access.provider import IdentityProvider
from service.api.scheduled import SchedulePlanner
from service.deps import Deps, Services
from service.geocoding.assistance import assistance
from service.jobs.execution import RunnerOf
from service.jobs.run_batch import BatchRunner
from service.jobs.run_plan import PlanRunner
from service.settings import Settings
from service.store.address_book import AddressBooks, address_books
from service.store.audit_log import AuditLog
from service.store.batches import BatchStore
from service.store.deliveries import DeliveryStore
from service.store.embedded import running_database
from service.store.engine import open_engine
from service.store.figures import database_figures
from service.store.idempotency import IdempotencyStore
from service.store.identities import IdentityStore
from service.store.links import LinkFinder, LinkStore
from service.store.migrate import migrate, require_current
from service.store.persons import PersonStore
from service.store.plans import PlanStore
from service.store.providers import ProviderAnswers, ProviderAudit, ProviderMeter
from service.store.quotas import Limiter
from service.store.rate_limits import PostgresStorage
from service.store.registry import registry
from service.store.schedules import DueSchedules, ScheduleStore
from service.store.states import WorkStates
from service.store.tenancy import tenant_engine
from service.store.tenant_identities import TenantIdentities
from service.store.tenant_keys import TenantKeys
from service.store.tenant_settings import TenantSettingsStore
from service.store.turns import limits_of
from service.store.webhooks import WebhookStore
from service.store.work import BATCHES, PLANS, WorkKind
from service.telemetry.opened import opened_telemetry
from service.telemetry.telemetry import Telemetry
from service.watch import WorkWatch

#: Seconds that each provider is asked while somebody waits for the answer of a request, and while a plan waits.
_PATIENCE_S: Final = 15.0
_PATIENCE_OF_A_PLAN_S: Final = 120.0
#: Tenants whose stores are kept; they are light, and made again in microseconds.
_TENANTS_AT_ONCE: Final = 256

_log = structlog.stdlib.get_logger(__name__)


@contextmanager
def opened(settings: Settings) -> Iterator[Services]:
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
                of_tenant = _TenantDeps(settings, engine, telemetry)
                identities = IdentityStore(engine, TenantKeys(engine, secrets=settings.secrets))
                provider = identity_provider(settings, identities)
                yield Services(
                    settings=settings,
                    gate=Gate(identities, tokens=provider),
                    sessions=identities,
                    provider=provider,
                    links=LinkFinder(engine),
                    deps_of=lru_cache(maxsize=_TENANTS_AT_ONCE)(of_tenant),
                    telemetry=telemetry,
                    stop_waiting=of_tenant.stop_waiting,
                    limiter=Limiter(SlidingWindowCounterRateLimiter(PostgresStorage(engine))),
                )
        finally:
            engine.dispose()


def identity_provider(settings: Settings, identities: IdentityStore) -> IdentityProvider | None:
    """Give the bank's identity provider; None when there is none, as by default."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None or settings.public_url is None:
        return None
    return IdentityProvider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        audience=settings.oidc_audience or settings.oidc_client_id,
        redirect_url=settings.public_url.rstrip("/") + "/login/done",
        identities=identities,
    )


class _TenantDeps:
    """Builds what the endpoints work with for one tenant."""

    def __init__(self, settings: Settings, engine: Engine, telemetry: Telemetry) -> None:
        self._settings = settings
        self._engine = engine
        self._telemetry = telemetry
        self._keys = TenantKeys(engine, secrets=settings.secrets)
        self._catalogs = _Catalogs(settings, engine, patience_s=_PATIENCE_S)
        self._plan_watch = WorkWatch(WorkStates(engine, PLANS))
        self._batch_watch = WorkWatch(WorkStates(engine, BATCHES))

    def stop_waiting(self) -> None:
        """Let everybody who waits for work go: the process stops."""
        self._plan_watch.end()
        self._batch_watch.end()

    def __call__(self, tenant: str) -> Deps:
        engine = tenant_engine(self._engine, tenant)
        return Deps(
            settings=self._settings,
            plans=PlanStore(engine, self._keys, tenant=tenant, limits=limits_of(self._settings)),
            batches=BatchStore(engine, self._keys, tenant=tenant, limits=limits_of(self._settings)),
            registry=registry(engine, self._keys, tenant=tenant),
            books=address_books(engine, self._keys, tenant=tenant),
            identities=TenantIdentities(engine, self._keys, tenant=tenant),
            schedules=ScheduleStore(engine, self._keys, tenant=tenant),
            plan_watch=self._plan_watch,
            batch_watch=self._batch_watch,
            areas=self._catalogs.of(tenant),
            audit=AuditLog(engine, tenant=tenant),
            links=LinkStore(engine, tenant=tenant),
            persons=PersonStore(engine, self._keys, tenant=tenant),
            tenant_settings=TenantSettingsStore(engine, tenant=tenant),
            webhooks=WebhookStore(engine, self._keys, tenant=tenant),
            deliveries=DeliveryStore(engine, tenant=tenant),
            idempotency=IdempotencyStore(
                engine, self._keys, tenant=tenant, hours=self._settings.keep_idempotency_keys_hours
            ),
            now=lambda: datetime.now(UTC),
            telemetry=self._telemetry,
            require_current_tables=partial(require_current, self._engine),
        )


class _Catalogs:
    """The prepared areas; where providers are asked, each tenant has a catalog, because what they are told is noted."""

    def __init__(self, settings: Settings, engine: Engine, *, patience_s: float) -> None:
        self._settings = settings
        self._engine = engine
        self._patience_s = patience_s
        self._shared = area_catalog(settings)
        self._own: dict[str, AreaCatalog] = {}
        self._lock = threading.Lock()

    def of(self, tenant: str) -> AreaCatalog:
        if not self._settings.providers:
            return self._shared
        with self._lock:
            if tenant not in self._own:
                assist = provider_assistance(self._settings, self._engine, tenant=tenant, patience_s=self._patience_s)
                self._own[tenant] = area_catalog(self._settings, assist=assist)
            return self._own[tenant]


def area_catalog(settings: Settings, *, assist: Assist | None = None) -> AreaCatalog:
    """Give the areas of the state folder, and those that are shared at `areas_url`."""
    url = settings.areas_url
    return AreaCatalog(
        settings.areas_dir,
        matrix_threads=settings.matrix_threads,
        assist=assist,
        shared=None if url is None else SharedCache(SharedAreas(url), settings.areas_dir),
    )


def plan_runner(
    catalog: AreaCatalog, books: AddressBooks | None = None, *, telemetry: Telemetry | None = None
) -> PlanRunner:
    """Give what turns requests into plans: the prepared areas, and a solver in a child process.

    `books` has pins and reviews; without a database there are none.
    """
    return PlanRunner(
        catalog=catalog,
        solver=solve_in_child,
        book_of=None if books is None else books.of_area,
        telemetry=telemetry or Telemetry(),
    )


@contextmanager
def work_runners(
    settings: Settings, database_url: str, telemetry: Telemetry | None = None
) -> Iterator[dict[WorkKind, RunnerOf]]:
    """Give what a worker does with each kind of a tenant's work, for as long as the block lasts."""
    engine = open_engine(database_url)
    keys = TenantKeys(engine, secrets=settings.secrets)
    catalogs = _Catalogs(settings, engine, patience_s=_PATIENCE_OF_A_PLAN_S)

    def books_of(tenant: str) -> AddressBooks:
        return address_books(tenant_engine(engine, tenant), keys, tenant=tenant)

    def batch_runner(tenant: str) -> BatchRunner:
        return BatchRunner(
            areas=catalogs.of(tenant), book_of=books_of(tenant).of_area, telemetry=telemetry or Telemetry()
        )

    try:
        yield {
            PLANS: lambda tenant: plan_runner(catalogs.of(tenant), books_of(tenant), telemetry=telemetry),
            BATCHES: batch_runner,
        }
    finally:
        engine.dispose()


@contextmanager
def due_schedules(settings: Settings, database_url: str) -> Iterator[Callable[[], None]]:
    """Give what makes the plans of the schedules that are due, for as long as the block lasts."""
    engine = open_engine(database_url)
    deps_of = lru_cache(maxsize=_TENANTS_AT_ONCE)(_TenantDeps(settings, engine, Telemetry()))
    due = DueSchedules(engine, TenantKeys(engine, secrets=settings.secrets))
    planner = SchedulePlanner(deps_of)

    def run() -> None:
        for schedule_id, ran in due.run(datetime.now(UTC), planner):
            code = None if ran.problem is None else ran.problem["code"]
            _log.info("schedule_ran", schedule=str(schedule_id), plan=str(ran.plan), problem=code)

    try:
        yield run
    finally:
        engine.dispose()


def provider_assistance(
    settings: Settings, engine: Engine, *, tenant: str, patience_s: float | None = None
) -> Assist | None:
    """Give what asks the geocoding providers of the settings; None when there are none, as by default.

    `patience_s` is how long each is asked for one call; None for as long as it takes.
    """
    if not settings.providers:
        return None
    keys = TenantKeys(engine, secrets=settings.secrets)

    def answers_about(meta: AreaMeta) -> ProviderAnswers:
        dataset = f"{meta.name}/{meta.version}"
        return ProviderAnswers(
            engine=engine, keys=keys, tenant=tenant, dataset=dataset, days=settings.provider_cache_days
        )

    return assistance(
        settings,
        meter=ProviderMeter(engine),
        audit=ProviderAudit(engine, tenant=tenant),
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
