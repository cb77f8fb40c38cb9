"""What the endpoints work with, without a database, a worker or a map."""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import shapely

from geodata.area.meta import AreaMeta
from geodata.area.roads_today import RoadsToday
from geodata.coords import BoundingBox, LonLat
from geodata.errors import AreaFormatError, AreaNotFoundError
from geodata.geocoding.geocoder import GazetteerGeocoder
from geodata.geocoding.port import (
    AddressQuery,
    Candidate,
    GeocodeAnswer,
    Geocoder,
    Level,
    MatchType,
    ReverseAnswer,
    Status,
)
from geodata.network.port import REACH_CELL_M, OffNetwork, RoadMatrix, RoadPath, SnappedPoint, Step, Turn
from service.cases.refusal import Refusal
from service.deps import Deps
from service.jobs.run_batch import BatchRunner
from service.planning.plan import Geocoded, LeftOut, Leg, Plan, PlanCost, PlannedRoute, PlannedStop
from service.schemas.document import PlanDocument
from service.settings import Settings
from service.store.errors import BatchNotFoundError, PlanFinishedError, PlanNotFoundError
from service.store.jobs.records import BatchRecord, JsonObject, PlanRecord, PlanStatus, PlanSummary, counted
from service.store.jobs.states import WorkState, state_of
from service.store.resources.registry import Registry
from service.watch import WorkWatch
from tests.service.api.fake_books import FakeBooks
from tests.service.api.fake_identities import FakeIdentities
from tests.service.api.fake_integration import FakeDeliveries, FakeIdempotency, FakeWebhooks
from tests.service.api.fake_records import FakeAudit, FakeLinks, FakePersons, FakeSettings
from tests.service.api.fake_registry import fake_registry
from tests.service.api.fake_schedules import FakeSchedules

NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


class FakePlans:
    """Plans in memory. `on_get` changes a plan each time it is looked at: that is the worker."""

    def __init__(self, on_get: Callable[[PlanRecord], PlanRecord] = lambda record: record) -> None:
        self.records: dict[UUID, PlanRecord] = {}
        self.on_get = on_get
        self.broken: Exception | None = None

    def create(self, *, request: JsonObject, area: str, plan_date: date, plan_id: UUID | None = None) -> UUID:
        self._answer()
        if plan_id in self.records:
            return plan_id
        record = PlanRecord(
            id=plan_id or uuid4(),
            status=PlanStatus.ACCEPTED,
            area=area,
            plan_date=plan_date,
            created_at=NOW,
            started_at=None,
            finished_at=None,
            cases=counted(request, "cases"),
            attempt=0,
            lost=0,
            stop_requested=False,
            request=request,
            progress=None,
            result=None,
            problem=None,
        )
        self.records[record.id] = record
        return record.id

    def get(self, plan_id: UUID) -> PlanRecord:
        self._answer()
        if plan_id not in self.records:
            raise PlanNotFoundError
        self.records[plan_id] = self.on_get(self.records[plan_id])
        return self.records[plan_id]

    def revision(self, plan_id: UUID) -> str | None:
        self._answer()
        if plan_id not in self.records:
            raise PlanNotFoundError
        record = self.records[plan_id]
        return str(hash(record.finished_at)) if record.status.is_terminal else None

    def list_recent(self, limit: int) -> Sequence[PlanSummary]:
        self._answer()
        return list(self.records.values())[:limit]

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
        self._answer()
        newest = sorted(self.records.values(), key=lambda one: (one.created_at, one.id), reverse=True)
        return [
            record
            for record in newest
            if (not statuses or record.status in statuses)
            and (area is None or record.area == area)
            and (first_day is None or record.plan_date >= first_day)
            and (last_day is None or record.plan_date <= last_day)
            and (after is None or (record.created_at, record.id) < after)
        ][:limit]

    def request_stop(self, plan_id: UUID) -> None:
        self._change_open(plan_id, stop_requested=True)

    def dismiss(self, plan_id: UUID) -> None:
        self._change_open(plan_id, status=PlanStatus.DISMISSED, finished_at=NOW)

    def ready_workers(self, *, seen_within_s: float) -> int:
        self._answer()
        return 2 if seen_within_s == 10 else 0

    def ping(self) -> None:
        self._answer()

    def put(self, **changes: Any) -> UUID:
        """Store a plan in some other state."""
        plan_id = self.create(request={}, area="liechtenstein", plan_date=date(2026, 11, 25))
        self.records[plan_id] = replace(self.records[plan_id], **{"cases": None, **changes})
        return plan_id

    def _change_open(self, plan_id: UUID, **changes: Any) -> None:
        if self.get(plan_id).status.is_terminal:
            raise PlanFinishedError
        self.records[plan_id] = replace(self.records[plan_id], **changes)

    def _answer(self) -> None:
        if self.broken is not None:
            raise self.broken


class FakeBatches:
    """Batches in memory. `on_get` changes a batch each time it is looked at: that is the worker."""

    def __init__(self, on_get: Callable[[BatchRecord], BatchRecord] = lambda record: record) -> None:
        self.records: dict[UUID, BatchRecord] = {}
        self.on_get = on_get

    def create(self, *, request: JsonObject, area: str, total: int, batch_id: UUID | None = None) -> UUID:
        batch_id = batch_id or uuid4()
        return self.put(
            BatchRecord(
                id=batch_id,
                status=PlanStatus.ACCEPTED,
                area=area,
                total=total,
                created_at=NOW,
                started_at=None,
                finished_at=None,
                attempt=0,
                lost=0,
                stop_requested=False,
                request=request,
                progress=None,
                result=None,
                problem=None,
            )
        )

    def put(self, record: BatchRecord) -> UUID:
        self.records[record.id] = record
        return record.id

    def get(self, batch_id: UUID) -> BatchRecord:
        if batch_id not in self.records:
            raise BatchNotFoundError
        self.records[batch_id] = self.on_get(self.records[batch_id])
        return self.records[batch_id]

    def erase(self, batch_id: UUID) -> None:
        if self.records.pop(batch_id, None) is None:
            raise BatchNotFoundError


def answered(record: BatchRecord) -> BatchRecord:
    """Answer a batch as a worker does."""
    areas = FakeAreas()
    result = BatchRunner(areas=areas)(record.request, lambda _progress: None, lambda: False)
    return replace(record, status=PlanStatus.SUCCESSFUL, finished_at=NOW, result=result)


#: Somewhere on a street of Schaan, or at a door of Vaduz.
DOUBTED = GeocodeAnswer(
    status=Status.NEEDS_REVIEW,
    location=LonLat(9.5087, 47.165),
    label="Landstrasse, 9494 Schaan",
    match_level=Level.STREET,
    location_level=Level.STREET,
    uncertainty_m=300,
    confidence=0.52,
    match_type=MatchType.FALLBACK,
    components={"street": "Landstrasse", "place": "Schaan"},
    alternatives=(
        Candidate(
            label="Landstrasse 19, 9490 Vaduz",
            location=LonLat(9.5205, 47.1415),
            level=Level.HOUSE_NUMBER,
            confidence=0.31,
            uncertainty_m=15,
            reasons=("place_contradicts",),
        ),
    ),
    margin=0.21,
    reasons=("house_number_unknown", "unexplained_text"),
)


class FakeGeocoder:
    """Finds what begins with "Im Pardiel", and doubts what begins with "Landstrasse"."""

    def geocode(self, queries: Sequence[AddressQuery]) -> list[GeocodeAnswer]:
        return [self._answer(query) for query in queries]

    def _answer(self, query: AddressQuery) -> GeocodeAnswer:
        if (query.text or "").startswith("Landstrasse"):
            return DOUBTED
        if not (query.text or "").startswith("Im Pardiel"):
            return GeocodeAnswer(status=Status.NOT_FOUND)
        return GeocodeAnswer(
            status=Status.ACCEPTED,
            location=LonLat(9.5087332, 47.1649981),
            label="Im Pardiel 46, 9494 Schaan",
            match_level=Level.HOUSE_NUMBER,
            location_level=Level.HOUSE_NUMBER,
            uncertainty_m=10,
            confidence=0.987654,
            match_type=MatchType.EXACT,
        )


@dataclass
class FakeRoads:
    """Reaches a square about the start, 100 m in each direction a minute; north of 47.27 there is no road.

    `asked` has the seconds and cells that were asked for, `threads` those that were asked in.
    """

    profile: str = "car"
    asked: list[tuple[int, int]] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)
    around_asked: list[list[LonLat]] = field(default_factory=list)
    is_closed_off: bool = False

    def snap(
        self, points: Sequence[LonLat], *, streets: Sequence[str | None] | None = None
    ) -> list[SnappedPoint | OffNetwork]:
        if self.is_closed_off:
            return [OffNetwork(point=point, distance_m=800, limit_m=500, is_closed_off=True) for point in points]
        return [
            OffNetwork(point=point, distance_m=20_001, limit_m=20_000)
            if point.lat > 47.27
            else SnappedPoint(point, point, 0, 0.0, 250, 260, "left", ("far_from_road",))
            for point in points
        ]

    def around(self, starts: Sequence[LonLat]) -> "FakeRoads":
        return self

    def reachable(self, start: SnappedPoint, *, limit_s: int, cell_m: int = REACH_CELL_M) -> shapely.MultiPolygon:
        self.asked.append((limit_s, cell_m))
        self.threads.append(threading.current_thread().name)
        half = limit_s / 60 * 100 / 111_195
        lon, lat = start.point.lon, start.point.lat
        return shapely.MultiPolygon([shapely.box(lon - half, lat - half, lon + half, lat + half)])

    def matrix(self, sources: Sequence[SnappedPoint], targets: Sequence[SnappedPoint]) -> RoadMatrix:
        raise NotImplementedError

    def path(self, source: SnappedPoint, target: SnappedPoint) -> RoadPath:
        raise NotImplementedError


@dataclass
class FakeArea:
    meta: AreaMeta
    geocoder: Geocoder = field(default_factory=FakeGeocoder)
    tiles: Path = Path("tiles.pmtiles")
    roads: FakeRoads = field(default_factory=FakeRoads)

    def reverse(self, points: Sequence[LonLat]) -> list[ReverseAnswer]:
        """Knows one door, and nothing north of 47.27; with a gazetteer, what that knows."""
        if isinstance(self.geocoder, GazetteerGeocoder):
            return self.geocoder.reverse(points)
        door = LonLat(9.5087332, 47.1649981)
        return [
            ReverseAnswer(level=Level.NONE)
            if point.lat > 47.27
            else ReverseAnswer(level=Level.HOUSE_NUMBER, label="Im Pardiel 46", location=door, distance_m=4)
            for point in points
        ]

    def network(self, profile: str) -> FakeRoads:
        return self.roads

    def network_today(self, profile: str, today: RoadsToday) -> "FakeToday":
        """Of the ways it knows those below 1000; closing way 13 closes all roads off."""
        self.roads.is_closed_off = 13 in today.closed_ways
        return FakeToday(roads=self.roads, missing_ways=frozenset(way for way in today.ways if way >= 1000))


@dataclass
class FakeToday:
    roads: FakeRoads
    missing_ways: frozenset[int]

    def around(self, starts: Sequence[LonLat]) -> FakeRoads:
        self.roads.around_asked.append(list(starts))
        return self.roads


class FakeAreas:
    """One area, liechtenstein, which can be damaged."""

    def __init__(self) -> None:
        self.damaged = False
        self.area = FakeArea(
            meta=AreaMeta(
                name="liechtenstein",
                version="v1",
                extract_sha256="0" * 64,
                bbox=BoundingBox(west=9.47, south=47.04, east=9.64, north=47.28),
                attribution="© OpenStreetMap contributors",
                time_zone="Europe/Vaduz",
                built_at="2026-11-01T00:00:00+00:00",
                profiles=("car", "motorcycle"),
                seasons={"car": {"dry": {}, "wet": {"paved": 95}}},
            )
        )

    def list(self) -> Sequence[AreaMeta]:
        return [self.area.meta, replace(self.area.meta, version="v0")]

    def open(self, name: str, version: str | None = None) -> FakeArea:
        if self.damaged:
            msg = "damaged"
            raise AreaFormatError(msg)
        if name != "liechtenstein":
            msg = f"There is no area {name!r}."
            raise AreaNotFoundError(msg)
        return self.area


def fake_deps(
    *,
    plans: FakePlans | None = None,
    batches: FakeBatches | None = None,
    areas: FakeAreas | None = None,
    books: FakeBooks | None = None,
    registry: Registry | None = None,
    webhooks: FakeWebhooks | None = None,
    idempotency: FakeIdempotency | None = None,
    **settings: Any,
) -> Deps:
    plans, batches = plans or FakePlans(), batches or FakeBatches(on_get=answered)
    hooks = webhooks or FakeWebhooks()
    return Deps(
        settings=Settings(**{"allowed_hosts": "*", "solve_budget_s": 7, **settings}),
        plans=plans,
        batches=batches,
        books=books or FakeBooks(),
        identities=FakeIdentities(),
        schedules=FakeSchedules(),
        areas=areas or FakeAreas(),
        registry=registry or fake_registry(),
        plan_watch=WorkWatch(lambda ids: states_of(plans, ids), every_s=0.01),
        batch_watch=WorkWatch(lambda ids: states_of(batches, ids), every_s=0.01),
        audit=FakeAudit(),
        links=FakeLinks(),
        persons=FakePersons(),
        tenant_settings=FakeSettings(),
        webhooks=hooks,
        deliveries=FakeDeliveries(hooks),
        idempotency=idempotency or FakeIdempotency(),
        now=lambda: NOW,
    )


def states_of(work: FakePlans | FakeBatches, ids: Collection[UUID]) -> dict[UUID, WorkState]:
    """Look at work as WorkStates does."""
    return {work_id: state_of(work.get(work_id)) for work_id in ids if work_id in work.records}


def plan_body(**more: Any) -> dict[str, Any]:
    """Return the shortest request, and what the test is about."""
    return {
        "cases": [{"id": "c1", "address": "Im Pardiel 46, 9494 Schaan"}],
        "collectors": [
            {
                "id": "k1",
                "start": {"location": {"lat": 47.141, "lon": 9.521}},
                "shift": {"start": "08:00", "end": "17:00"},
            }
        ],
        **more,
    }


def plan_document() -> JsonObject:
    """Return the stored result of a day: two stops with a way back, one case found and left out, one not found."""
    stops = [_stop(1, "c1", 9.50, ((9.52, 47.14), (9.51, 47.15), (9.50, 47.16))), _stop(2, "c2", 9.51, _SECOND_LINE)]
    back = ((9.51, 47.16), (9.52, 47.14))
    plan = Plan(
        date=date(2026, 11, 25),
        time_zone="Europe/Vaduz",
        area="liechtenstein",
        area_version="v1",
        attribution="© OpenStreetMap contributors",
        policy_version="cn-2025-1",
        engine="or_tools",
        seed=1,
        routes=(
            PlannedRoute(
                collector="k1",
                vehicle="car",
                start=LonLat(9.52, 47.14),
                end=LonLat(9.52, 47.14),
                departure=datetime(2026, 11, 25, 8, tzinfo=_CET),
                arrival=datetime(2026, 11, 25, 10, tzinfo=_CET),
                stops=tuple(stops),
                return_leg=_leg(back),
            ),
        ),
        unassigned=(
            LeftOut(
                case="c3",
                priority=10,
                mandatory=False,
                location=LonLat(9.6, 47.2),
                refusal=Refusal(code="no_time_left"),
            ),
            LeftOut(
                case="c4",
                priority=20,
                mandatory=True,
                location=None,
                refusal=Refusal(code="address_not_found", pointer="/cases/3/address"),
            ),
        ),
        unavailable_collectors=(),
        cost=PlanCost(travel_s=300, penalty_s=1800, total_s=2100, unserved_mandatory=1),
        geocoding=(
            Geocoded(
                pointer="/cases/0",
                answer=GeocodeAnswer(
                    status=Status.ACCEPTED, location=LonLat(9.5, 47.16), label="Im Pardiel 46, Schaan"
                ),
            ),
        ),
    )
    return PlanDocument.of(plan).model_dump(mode="json")


_CET = timezone(timedelta(hours=1))
_SECOND_LINE = ((9.50, 47.16), (9.51, 47.16))


def _stop(number: int, case: str, lon: float, line: tuple[tuple[float, float], ...]) -> PlannedStop:
    arrival = datetime(2026, 11, 25, 8 + number, tzinfo=_CET)
    return PlannedStop(
        number=number,
        case=case,
        location=LonLat(lon, 47.16),
        priority=50,
        mandatory=False,
        arrival=arrival,
        start=arrival,
        departure=arrival + timedelta(minutes=20),
        service_s=1200,
        waiting_s=0,
        leg=_leg(line),
    )


def _leg(line: tuple[tuple[float, float], ...]) -> Leg:
    return Leg(
        travel_s=100,
        length_m=1500,
        access_s=5,
        line=tuple(LonLat(lon, lat) for lon, lat in line),
        steps=(Step(Turn.START, "Städtle", 1500, 95), Step(Turn.ARRIVE, "Städtle", 0, 0)),
    )
