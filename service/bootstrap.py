"""The composition root of the HTTP side: everything is built here, from the settings, and closed here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import structlog
from limits.strategies import SlidingWindowCounterRateLimiter
from sqlalchemy import Engine

from geodata.area.catalog import AreaCatalog
from routing.child import solve_in_child
from service.access.gate import Gate, OpenGate
from service.access.provider import IdentityProvider
from service.access.providers import IdentityProviders
from service.api.scheduled import SchedulePlanner
from service.auth.caller import Caller
from service.compiled import warn_if_not_kept
from service.deps import Services
from service.jobs.execution import RunnerOf
from service.jobs.run_batch import BatchRunner
from service.jobs.run_plan import PlanRunner
from service.settings import Settings
from service.settings_sources import BankProvider
from service.store.access.identities import IdentityStore
from service.store.access.links import LinkFinder
from service.store.addresses.address_book import AddressBooks, address_books
from service.store.engine import open_engine
from service.store.jobs.figures import database_figures
from service.store.jobs.schedules import DueSchedules
from service.store.jobs.work_kinds import BATCHES, PLANS, WorkKind
from service.store.migrate import migrate
from service.store.postgres.embedded import running_database
from service.store.privacy.tenant_keys import TenantKeys
from service.store.requests.quotas import Limiter
from service.store.requests.rate_limits import PostgresStorage
from service.store.tenancy import tenant_engine
from service.telemetry.opened import opened_telemetry
from service.telemetry.telemetry import Telemetry
from service.tenant_deps import Catalogs, TenantDeps

#: Seconds that each provider is asked while a plan waits.
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
        warn_if_not_kept()  # what is reached in time is measured here, not by a worker
        try:
            with opened_telemetry(settings, process="web") as telemetry:
                telemetry.metrics.watch_database(
                    lambda: database_figures(engine, seen_within_s=settings.worker_stalled_s)
                )
                of_tenant = TenantDeps(settings, engine, telemetry)
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


def services_of_commands(settings: Settings, engine: Engine, caller: Caller) -> Services:
    """Give what the endpoints need to commands at this machine, on a database that is open already, as `caller`."""
    return Services(
        settings=settings, gate=OpenGate(caller), deps_of=lru_cache(1)(TenantDeps(settings, engine, Telemetry()))
    )


def identity_provider(settings: Settings, identities: IdentityStore) -> IdentityProvider | IdentityProviders | None:
    """Give the identity provider of all banks, or those of each; None when there is none, as by default."""
    if settings.public_url is None:
        return None
    redirect_url = settings.public_url.rstrip("/") + "/login/done"

    def provider(of: BankProvider, tenant: str | None = None) -> IdentityProvider:
        return IdentityProvider(
            issuer=of.issuer,
            client_id=of.client_id,
            client_secret=of.client_secret,
            audience=of.audience or of.client_id,
            redirect_url=redirect_url,
            identities=identities,
            tenant=tenant,
        )

    if of_banks := settings.bank_providers:
        return IdentityProviders({tenant: provider(one, tenant) for tenant, one in of_banks.items()})
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    return provider(
        BankProvider(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            audience=settings.oidc_audience,
        )
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
    catalogs = Catalogs(settings, engine, patience_s=_PATIENCE_OF_A_PLAN_S)

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
    deps_of = lru_cache(maxsize=_TENANTS_AT_ONCE)(TenantDeps(settings, engine, Telemetry()))
    due = DueSchedules(engine, TenantKeys(engine, secrets=settings.secrets))
    planner = SchedulePlanner(deps_of)

    def run() -> None:
        for schedule_id, ran in due.run(datetime.now(UTC), planner):
            if ran.slot is None:
                continue
            code = None if ran.problem is None else ran.problem["code"]
            _log.info("schedule_ran", schedule=str(schedule_id), plan=str(ran.plan), problem=code)

    try:
        yield run
    finally:
        engine.dispose()
