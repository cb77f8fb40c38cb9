"""What the endpoints work with: built by bootstrap, found in the application's state."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Final, cast
from uuid import UUID, uuid4

from fastapi import Depends, Request
from starlette.applications import Starlette

from service.auth.caller import LOCAL_CALLER, Caller
from service.auth.scope import Role
from service.integration import CountsRequests, Deliveries, Idempotency, Webhooks
from service.kept_views import KeptViews
from service.place_ports import Areas, Books
from service.ports import (
    AdmitsCallers,
    Audit,
    ChosenSettings,
    FindsLinks,
    Identities,
    KeepsSessions,
    Links,
    LogsPeopleIn,
    NoLinks,
    Persons,
)
from service.settings import Settings
from service.store.resources.registry import Registry
from service.telemetry.telemetry import Telemetry
from service.watch import WorkWatch
from service.work_ports import Batches, Plans, Schedules


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """Everything that an endpoint may use, bound to the caller's tenant.

    Attributes
    ----------
    now : gives an aware instant.
    new_id : gives the id of what is made; for a request with an Idempotency-Key that begins anew, the same again.
    require_current_tables : raises SchemaBehindError while the database is not migrated.
    """

    settings: Settings
    plans: Plans
    batches: Batches
    books: Books
    identities: Identities
    areas: Areas
    registry: Registry
    schedules: Schedules
    plan_watch: WorkWatch
    batch_watch: WorkWatch
    audit: Audit
    links: Links
    persons: Persons
    tenant_settings: ChosenSettings
    webhooks: Webhooks
    deliveries: Deliveries
    idempotency: Idempotency
    now: Callable[[], datetime]
    new_id: Callable[[], UUID] = uuid4
    telemetry: Telemetry = field(default_factory=Telemetry)
    caller: Caller = LOCAL_CALLER
    kept_views: KeptViews = field(default_factory=KeptViews)
    require_current_tables: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the application has: who gets in, and what each tenant's endpoints work with.

    `stop_waiting` lets everybody go who waits for work, because the process stops; a signal's handler may call it.
    """

    settings: Settings
    gate: AdmitsCallers
    deps_of: Callable[[str], Deps]
    sessions: KeepsSessions | None = None
    provider: LogsPeopleIn | None = None
    links: FindsLinks = field(default_factory=NoLinks)
    telemetry: Telemetry = field(default_factory=Telemetry)
    stop_waiting: Callable[[], None] = lambda: None
    limiter: CountsRequests | None = None


def services_in(app: Starlette) -> Services:
    """Return the services of an application."""
    return cast("Services", app.state.services)


def services_of(request: Request) -> Services:
    """Return the services of the application that serves this request."""
    return services_in(request.app)


def caller_of(request: Request) -> Caller:
    """Return who was admitted; on what is open to everybody, nobody of the first tenant who may do nothing."""
    return cast("Caller", getattr(request.state, "caller", _NOBODY))


def deps_of(request: Request) -> Deps:
    """Return what the endpoint works with, bound to the caller's tenant."""
    caller = caller_of(request)
    new_id = getattr(request.state, "new_id", uuid4)
    return replace(services_of(request).deps_of(caller.tenant), caller=caller, new_id=new_id)


_NOBODY: Final = replace(LOCAL_CALLER, subject="nobody", role=Role.COLLECTOR, scopes=frozenset())

#: The parameter of an endpoint that uses them.
UsesDeps = Annotated[Deps, Depends(deps_of)]
