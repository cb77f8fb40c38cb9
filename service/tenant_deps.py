"""What the endpoints work with for one tenant: its stores, and the prepared areas."""

import threading
from datetime import UTC, datetime
from functools import partial
from typing import Final

from sqlalchemy import Engine

from geodata.area.area import Assist
from geodata.area.cache import SharedCache
from geodata.area.catalog import AreaCatalog
from geodata.area.meta import AreaMeta
from geodata.area.shared import SharedAreas
from service.deps import Deps
from service.geocoding.assistance import assistance
from service.settings import Settings
from service.store.access.links import LinkStore
from service.store.access.tenant_identities import TenantIdentities
from service.store.access.tenant_settings import TenantSettingsStore
from service.store.addresses.address_book import address_books
from service.store.addresses.providers import ProviderAnswers, ProviderAudit, ProviderMeter
from service.store.audit.audit_log import AuditLog
from service.store.jobs.batches import BatchStore
from service.store.jobs.plans import PlanStore
from service.store.jobs.schedules import ScheduleStore
from service.store.jobs.states import WorkStates
from service.store.jobs.turns import limits_of
from service.store.jobs.work_kinds import BATCHES, PLANS
from service.store.migrate import require_current
from service.store.people.persons import PersonStore
from service.store.privacy.tenant_keys import TenantKeys
from service.store.requests.idempotency import IdempotencyStore
from service.store.resources.registry import registry
from service.store.tenancy import tenant_engine
from service.store.webhooks.deliveries import DeliveryStore
from service.store.webhooks.webhooks import WebhookStore
from service.telemetry.telemetry import Telemetry
from service.watch import WorkWatch

#: Seconds that each provider is asked while somebody waits for the answer of a request.
_PATIENCE_S: Final = 15.0


class TenantDeps:
    """Builds what the endpoints work with for one tenant."""

    def __init__(self, settings: Settings, engine: Engine, telemetry: Telemetry) -> None:
        self._settings = settings
        self._engine = engine
        self._telemetry = telemetry
        self._keys = TenantKeys(engine, secrets=settings.secrets)
        self._catalogs = Catalogs(settings, engine, patience_s=_PATIENCE_S)
        self._plan_watch = WorkWatch(WorkStates(engine, PLANS))
        self._batch_watch = WorkWatch(WorkStates(engine, BATCHES))

    def stop_waiting(self) -> None:
        """Let everybody who waits for work go: the process stops."""
        self._plan_watch.end()
        self._batch_watch.end()

    def __call__(self, tenant: str) -> Deps:
        """Return what the endpoints of a tenant work with."""
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


class Catalogs:
    """The prepared areas; where providers are asked, each tenant has a catalog, because what they are told is noted."""

    def __init__(self, settings: Settings, engine: Engine, *, patience_s: float) -> None:
        self._settings = settings
        self._engine = engine
        self._patience_s = patience_s
        self._shared = area_catalog(settings)
        self._own: dict[str, AreaCatalog] = {}
        self._lock = threading.Lock()

    def of(self, tenant: str) -> AreaCatalog:
        """Return the areas that a tenant's addresses are looked up in."""
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
