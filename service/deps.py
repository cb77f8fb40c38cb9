"""What the endpoints work with: built by bootstrap, found in the application's state."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final, Protocol, cast
from uuid import UUID, uuid4

from fastapi import Depends, Request
from starlette.applications import Starlette

from geodata.area.meta import AreaMeta
from geodata.coords import LonLat
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import GeocodeAnswer, Geocoder, ReverseAnswer
from service.auth.caller import LOCAL_CALLER, Caller
from service.auth.scope import Role
from service.integration import CountsRequests, Deliveries, Idempotency, Webhooks
from service.kept_views import KeptViews
from service.planning.addresses import AddressBook
from service.planning.reach import ReachArea
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
from service.reviews.review import Decision, Review, ReviewStatus
from service.settings import Settings
from service.store.records import BatchRecord, JsonObject, PinRecord, PinSource, PlanRecord, PlanStatus, PlanSummary
from service.store.registry import Registry
from service.store.schedules import ScheduleRecord, ScheduleRun
from service.telemetry.telemetry import Telemetry
from service.watch import WorkWatch


class Plans(Protocol):
    """The HTTP side of service.store.plans.PlanStore."""

    def create(self, *, request: JsonObject, area: str, plan_date: date, plan_id: UUID | None = None) -> UUID:
        """Store a plan as accepted and put it into the queue; one of that id that is there already stays."""

    def get(self, plan_id: UUID) -> PlanRecord:
        """Return the plan; raises PlanNotFoundError."""

    def revision(self, plan_id: UUID) -> str | None:
        """Return what changes whenever a plan that is over does; None before; raises PlanNotFoundError."""

    def list_recent(self, limit: int) -> Sequence[PlanSummary]:
        """Return the newest plans."""

    def list(
        self,
        *,
        statuses: Collection[PlanStatus] = (),
        area: str | None = None,
        first_day: date | None = None,
        last_day: date | None = None,
        limit: int,
        after: tuple[datetime, UUID] | None = None,
    ) -> Sequence[PlanSummary]:
        """Return the newest plans that pass every filter, behind the one that `after` names."""

    def request_stop(self, plan_id: UUID) -> None:
        """Ask for an early end; raises PlanNotFoundError, PlanFinishedError."""

    def dismiss(self, plan_id: UUID) -> None:
        """Give the plan up; raises PlanNotFoundError, PlanFinishedError."""

    def ready_workers(self, *, seen_within_s: float) -> int:
        """Count the workers that take plans and gave a sign of life lately."""

    def ping(self) -> None:
        """Raise when the database gives no answer."""


class Schedules(Protocol):
    """service.store.schedules.ScheduleStore."""

    def create(
        self, document: JsonObject, *, enabled: bool, next_run_at: datetime | None, schedule_id: UUID | None = None
    ) -> UUID:
        """Store a new schedule; one of that id that is there already stays as it is."""

    def get(self, schedule_id: UUID) -> ScheduleRecord:
        """Return a schedule; raises ResourceNotFoundError."""

    def runs(self, schedule_id: UUID) -> Sequence[ScheduleRun]:
        """Return its latest runs."""

    def list(self, *, limit: int, after: tuple[datetime, UUID] | None = None) -> Sequence[ScheduleRecord]:
        """Return the newest schedules, behind the one that `after` names."""

    def replace(
        self, schedule_id: UUID, document: JsonObject, *, enabled: bool, next_run_at: datetime | None, version: int
    ) -> None:
        """Store it anew; raises ResourceNotFoundError, ResourceChangedError."""

    def delete(self, schedule_id: UUID, *, version: int) -> None:
        """Delete it; raises as `replace`."""


class Batches(Protocol):
    """The HTTP side of service.store.batches.BatchStore."""

    def create(self, *, request: JsonObject, area: str, total: int, batch_id: UUID | None = None) -> UUID:
        """Store a batch as accepted and put it into the queue; one of that id that is there already stays."""

    def get(self, batch_id: UUID) -> BatchRecord:
        """Return the batch; raises BatchNotFoundError."""

    def erase(self, batch_id: UUID) -> None:
        """Delete the batch with its addresses; raises BatchNotFoundError."""


class Reviews(Protocol):
    """The HTTP side of service.store.reviews.ReviewStore."""

    def list(
        self,
        *,
        statuses: Collection[ReviewStatus] = (),
        area: str | None = None,
        limit: int,
        after: tuple[datetime, UUID] | None = None,
    ) -> Sequence[Review]:
        """Return the latest reviews, behind the one that `after` names."""

    def get(self, review_id: UUID) -> Review:
        """Return the review; raises ReviewNotFoundError."""

    def decide(self, review_id: UUID, decision: Decision, *, version: int) -> Review:
        """Store a decision with its pin; raises ReviewNotFoundError, ReviewChangedError, DecisionError."""

    def erase(self, review_id: UUID) -> None:
        """Delete a review with its pin; raises ReviewNotFoundError."""

    def note_fix(self, area: str, address: str, answer: GeocodeAnswer) -> Review:
        """Queue an address for the GPS of a visit."""


class PinBook(Protocol):
    """The HTTP side of service.store.pins.PinStore."""

    def list(
        self, *, area: str | None = None, limit: int, after: tuple[datetime, UUID] | None = None
    ) -> Sequence[PinRecord]:
        """Return the pins that were changed last, behind the one that `after` names."""

    def get(self, pin_id: UUID) -> PinRecord:
        """Return the pin; raises PinNotFoundError."""

    def of_address(self, area: str, address: str) -> PinRecord | None:
        """Return the pin of an address."""

    def of_door(self, area: str, known: GeocodeAnswer) -> PinRecord | None:
        """Return the pin of the door that the map reads in an address."""

    def near(self, area: str, points: Sequence[LonLat]) -> Sequence[PinRecord | None]:
        """Return the pinned door at each point."""

    def put(
        self,
        area: str,
        address: str,
        pin: Pin,
        *,
        source: PinSource,
        place: str,
        door: str,
        instead_of: PinRecord | None,
    ) -> PinRecord:
        """Pin an address in place of the pin that was seen; raises PinChangedError."""

    def delete(self, pin_id: UUID, *, version: int) -> None:
        """Take a pin away; raises PinNotFoundError, PinChangedError."""


class Books(Protocol):
    """service.store.address_book.AddressBooks."""

    @property
    def reviews(self) -> Reviews:
        """Addresses that a planner decides on."""

    @property
    def pins(self) -> PinBook:
        """Places that somebody confirmed."""

    def of_area(self, area: str) -> AddressBook:
        """Return what answering the addresses of an area needs."""


class ServedArea(ReachArea, Protocol):
    """What the HTTP side needs of a geodata Area."""

    @property
    def geocoder(self) -> Geocoder:
        """Answers its addresses."""

    def reverse(self, points: Sequence[LonLat]) -> Sequence[ReverseAnswer]:
        """Say which address is at each point."""

    @property
    def tiles(self) -> Path:
        """The PMTiles file of its base map."""


class Areas(Protocol):
    """What the HTTP side needs of geodata's AreaCatalog."""

    def list(self) -> Sequence[AreaMeta]:
        """Return all areas that can be used."""

    def open(self, name: str, version: str | None = None) -> ServedArea:
        """Open an area, the newest version or the one named; raises AreaNotFoundError, AreaFormatError."""


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
