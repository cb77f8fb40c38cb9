"""What the endpoints work with: built by bootstrap, found in the application's state."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Protocol, cast
from uuid import UUID

from fastapi import Depends, Request
from starlette.applications import Starlette

from geodata.area.meta import AreaMeta
from geodata.coords import LonLat
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import GeocodeAnswer, Geocoder, ReverseAnswer
from service.planning.addresses import AddressBook
from service.planning.reach import ReachArea
from service.reviews.review import Decision, Review, ReviewStatus
from service.settings import Settings
from service.store.records import BatchRecord, JsonObject, PinRecord, PinSource, PlanRecord, PlanStatus, PlanSummary
from service.store.registry import Registry
from service.telemetry.telemetry import Telemetry
from service.watch import WorkWatch


class Plans(Protocol):
    """The HTTP side of service.store.plans.PlanStore."""

    def create(self, *, request: JsonObject, area: str, plan_date: date) -> UUID:
        """Store a plan as accepted and put it into the queue."""

    def get(self, plan_id: UUID) -> PlanRecord:
        """Return the plan; raises PlanNotFoundError."""

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


class Batches(Protocol):
    """The HTTP side of service.store.batches.BatchStore."""

    def create(self, *, request: JsonObject, area: str, total: int) -> UUID:
        """Store a batch as accepted and put it into the queue."""

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
    """Everything that an endpoint may use. `now` gives an aware instant."""

    settings: Settings
    plans: Plans
    batches: Batches
    books: Books
    areas: Areas
    registry: Registry
    plan_watch: WorkWatch
    batch_watch: WorkWatch
    now: Callable[[], datetime]
    telemetry: Telemetry = field(default_factory=Telemetry)


def deps_in(app: Starlette) -> Deps:
    """Return the dependencies of an application."""
    return cast("Deps", app.state.deps)


def deps_of(request: Request) -> Deps:
    """Return the dependencies of the application that serves this request."""
    return cast("Deps", request.app.state.deps)


#: The parameter of an endpoint that uses them.
UsesDeps = Annotated[Deps, Depends(deps_of)]
