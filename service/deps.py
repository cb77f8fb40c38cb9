"""What the endpoints work with: built by bootstrap, found in the application's state."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Protocol, cast
from uuid import UUID

from fastapi import Depends, Request

from geodata.area.meta import AreaMeta
from geodata.coords import LonLat
from geodata.geocoding.port import Geocoder, ReverseAnswer
from service.planning.reach import ReachArea
from service.settings import Settings
from service.store.records import BatchRecord, JsonObject, PlanRecord, PlanSummary


class Plans(Protocol):
    """The HTTP side of service.store.plans.PlanStore."""

    def create(self, *, request: JsonObject, area: str, plan_date: date) -> UUID:
        """Store a plan as accepted and put it into the queue."""

    def get(self, plan_id: UUID) -> PlanRecord:
        """Return the plan; raises PlanNotFoundError."""

    def list_recent(self, limit: int) -> Sequence[PlanSummary]:
        """Return the newest plans."""

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
    areas: Areas
    now: Callable[[], datetime]


def deps_of(request: Request) -> Deps:
    """Return the dependencies of the application that serves this request."""
    return cast("Deps", request.app.state.deps)


#: The parameter of an endpoint that uses them.
UsesDeps = Annotated[Deps, Depends(deps_of)]
