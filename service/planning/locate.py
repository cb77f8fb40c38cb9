"""Where everybody is: each place of the day geocoded, then snapped to the roads of each vehicle in use."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from geodata.coords import LonLat
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Geocoder, Status
from geodata.network.port import OffNetwork, RoadNetwork, SnappedPoint
from service.cases.case import Collector, Day, Whereabouts
from service.cases.refusal import Refusal
from service.planning.addresses import AddressBook, answer_addresses
from service.planning.plan import Geocoded

_REFUSAL_OF_STATUS = {
    Status.NEEDS_REVIEW: "address_needs_review",
    Status.AMBIGUOUS: "address_ambiguous",
    Status.INVALID: "address_invalid",
    Status.NOT_FOUND: "address_not_found",
}

#: What is the matter with a given coordinate; the first that applies is said.
_REFUSAL_OF_REASON = {"swapped_coordinates": "location_swapped", "out_of_area": "location_out_of_area"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedCollector:
    """A collector whose start, and end if there is one, were found. Indices are into Located.points."""

    collector: Collector
    start: int
    end: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Every place of the day that was found.

    Attributes
    ----------
    points : distinct places; what two cases or collectors share is one point.
    streets : for each point the street of its address, the first that names one; None where none does.
    cases : for each case of the day, its point, or why it has none.
    collectors : those whose places were found, in the order of the day.
    unavailable : the other collectors, by their id, and why.
    """

    points: tuple[LonLat, ...]
    streets: tuple[str | None, ...]
    cases: tuple[int | Refusal, ...]
    collectors: tuple[LocatedCollector, ...]
    unavailable: tuple[tuple[str, Refusal], ...]
    geocoded: tuple[Geocoded, ...]

    def starts(self, vehicle: str) -> list[LonLat]:
        """Where the collectors of one vehicle start and end."""
        own = [one for one in self.collectors if one.collector.vehicle == vehicle]
        ends = [one.end for one in own if one.end is not None]
        return [self.points[point] for point in dict.fromkeys([*(one.start for one in own), *ends])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapped:
    """The points on the roads of each vehicle in use, by its name; None where no such road is near.

    `closed_off` are those of them, by their index, that only the closed ways of the day keep from the vehicle's roads.
    """

    on: Mapping[str, tuple[SnappedPoint | None, ...]]
    closed_off: Mapping[str, frozenset[int]]

    def anywhere(self, point: int) -> bool:
        """Whether any vehicle in use comes near the point."""
        return any(snapped[point] is not None for snapped in self.on.values())

    def why_off(self, points: Iterable[int], vehicles: Iterable[str]) -> str:
        """Code of the refusal of what is off the roads of these vehicles."""
        is_closed_off = any(point in self.closed_off[vehicle] for point in points for vehicle in vehicles)
        return "roads_closed" if is_closed_off else "off_network"


def locate(day: Day, geocoder: Geocoder, book: AddressBook | None = None) -> Located:
    """Geocode every place of the day in one batch. One that is not accepted is refused; the others go on.

    `book` has the pins, which win over the geocoder, and takes what needs a person; None where there is none.
    """
    places = _places(day)
    queries = [AddressQuery(text=place.address, location=place.location) for _, place in places]
    reviewed = answer_addresses(queries, geocoder, book)
    answers = [answer for answer, _ in reviewed]
    found = {
        pointer: _point_or_refusal(pointer, place, answer)
        for (pointer, place), answer in zip(places, answers, strict=True)
    }
    points: dict[LonLat, int] = {}

    def index(point: LonLat) -> int:
        return points.setdefault(point, len(points))

    cases = [found[f"/cases/{i}"] for i in range(len(day.cases))]
    case_points = tuple(index(place) if isinstance(place, LonLat) else place for place in cases)
    collectors: list[LocatedCollector] = []
    unavailable: list[tuple[str, Refusal]] = []
    for i, collector in enumerate(day.collectors):
        start, end = found[f"/collectors/{i}/start"], found.get(f"/collectors/{i}/end")
        if isinstance(start, Refusal) or isinstance(end, Refusal):
            unavailable.append((collector.id, start if isinstance(start, Refusal) else _refusal(end)))
            continue
        collectors.append(
            LocatedCollector(collector=collector, start=index(start), end=None if end is None else index(end))
        )
    return Located(
        points=tuple(points),
        streets=_streets(points, answers),
        cases=case_points,
        collectors=tuple(collectors),
        unavailable=tuple(unavailable),
        geocoded=tuple(
            Geocoded(pointer=pointer, answer=answer, review=review)
            for (pointer, _), (answer, review) in zip(places, reviewed, strict=True)
        ),
    )


def snap(located: Located, networks: Mapping[str, RoadNetwork]) -> Snapped:
    """Snap every point to the roads of every vehicle in use."""
    found = {kind: network.snap(located.points, streets=located.streets) for kind, network in networks.items()}
    return Snapped(
        on={
            kind: tuple(None if isinstance(point, OffNetwork) else point for point in points)
            for kind, points in found.items()
        },
        closed_off={
            kind: frozenset(i for i, one in enumerate(points) if isinstance(one, OffNetwork) and one.is_closed_off)
            for kind, points in found.items()
        },
    )


def _streets(points: Iterable[LonLat], answers: Sequence[GeocodeAnswer]) -> tuple[str | None, ...]:
    streets: dict[LonLat, str] = {}
    for answer in answers:
        if answer.location is not None and (street := answer.components.get("street")):
            streets.setdefault(answer.location, street)
    return tuple(streets.get(point) for point in points)


def _places(day: Day) -> Sequence[tuple[str, Whereabouts]]:
    places = [(f"/cases/{i}", case.whereabouts) for i, case in enumerate(day.cases)]
    for i, collector in enumerate(day.collectors):
        places.append((f"/collectors/{i}/start", collector.start))
        if collector.end is not None:
            places.append((f"/collectors/{i}/end", collector.end))
    return places


def _point_or_refusal(pointer: str, place: Whereabouts, answer: GeocodeAnswer) -> LonLat | Refusal:
    if answer.status is Status.ACCEPTED and answer.location is not None:
        return answer.location
    if place.location is None:
        return Refusal(code=_REFUSAL_OF_STATUS.get(answer.status, "address_not_found"), pointer=f"{pointer}/address")
    reasons = [reason for reason in _REFUSAL_OF_REASON if reason in answer.reasons]
    code = _REFUSAL_OF_REASON[reasons[0]] if reasons else "location_doubtful"
    return Refusal(code=code, pointer=f"{pointer}/location")


def _refusal(place: LonLat | Refusal | None) -> Refusal:
    if not isinstance(place, Refusal):
        msg = "A collector is unavailable only for a refusal."
        raise TypeError(msg)
    return place
