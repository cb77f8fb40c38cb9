"""What is done once an hour: erase what is kept no longer, and seal anew what an old key sealed."""

from collections.abc import Mapping

import structlog
from sqlalchemy import Engine

from service.settings import Settings
from service.store.access.identities import erase_old_logins
from service.store.access.tenant_settings import TenantSettings, settings_of_all
from service.store.errors import StoreError
from service.store.people.retention import RULES, purge
from service.store.privacy.resealing import reseal
from service.store.privacy.tenant_keys import TenantKeys
from service.store.requests.idempotency import erase_old_keys
from service.store.requests.rate_limits import erase_old_counts

_log = structlog.stdlib.get_logger(__name__)
#: The service's setting of those that are called otherwise in a tenant's.
_OTHERWISE: Mapping[str, str] = {"keep_answers_days": "provider_cache_days"}


def keep_house(engine: Engine, keys: TenantKeys, settings: Settings) -> None:
    """Do it, for each tenant by its own settings; a tenant whose rows cannot be opened does not stop the others.

    What is kept for callers who come back goes for all tenants together: answers, counts of requests, sessions.

    Parameters
    ----------
    engine : an engine of the tables' owner.
    """
    for tenant, chosen in settings_of_all(engine).items():
        erased = purge(engine, tenant, days_of(chosen, settings))
        if erased:
            _log.info("purged", tenant=tenant, **erased)
        try:
            resealed = reseal(engine, keys, tenant)
        except StoreError as exc:
            _log.error("not_resealed", tenant=tenant, error=type(exc).__name__)
        else:
            if resealed:
                _log.info("resealed", tenant=tenant, values=resealed)
    erase_old_keys(engine, hours=settings.keep_idempotency_keys_hours)
    erase_old_counts(engine)
    erase_old_logins(engine)


def days_of(chosen: TenantSettings, settings: Settings) -> dict[str, int]:
    """Return for how many days a tenant keeps what: its own choice, or the service's setting."""
    names = {rule.keep for rule in RULES}
    own = {name: getattr(chosen, name) for name in names}
    return {name: getattr(settings, _OTHERWISE.get(name, name)) if days is None else days for name, days in own.items()}
