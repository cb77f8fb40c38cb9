"""A flat world for planning tests: addresses are "x,y" in kilometres, roads are straight, solving is greedy."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from geodata.area.meta import AreaMeta
from geodata.area.roads_today import RoadsToday
from geodata.coords import BoundingBox, LonLat, great_circle_m
from geodata.errors import NoRouteError
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level, MatchType, Status
from geodata.network.port import UNREACHABLE, OffNetwork, RoadMatrix, RoadPath, SnappedPoint, Step, Turn

#: One kilometre in degrees at the equator.
KM = 1 / 111.195


def at_km(x: float, y: float) -> LonLat:
    return LonLat(x * KM, y * KM)


class FlatGeocoder:
    """Knows "x,y"; says not_found to the rest, and out_of_area to coordinates beyond 100 km."""

    def geocode(self, queries: Sequence[AddressQuery]) -> list[GeocodeAnswer]:
        return [self._answer(query) for query in queries]

    def _answer(self, query: AddressQuery) -> GeocodeAnswer:
        if query.location is not None:
            if abs(query.location.lon) > 100 * KM:
                swapped = ("swapped_coordinates",) if query.text == "swapped" else ()
                return GeocodeAnswer(
                    status=Status.NEEDS_REVIEW, location=query.location, reasons=(*swapped, "out_of_area")
                )
            return GeocodeAnswer(
                status=Status.ACCEPTED,
                location=query.location,
                match_type=MatchType.GIVEN,
                match_level=Level.POINT,
                location_level=Level.POINT,
                confidence=1.0,
            )
        try:
            x, y = (float(part) for part in (query.text or "").split(","))
        except ValueError:
            return GeocodeAnswer(status=Status.NOT_FOUND)
        components = {"street": f"{y:.0f}. street"}
        return GeocodeAnswer(status=Status.ACCEPTED, location=at_km(x, y), confidence=1.0, components=components)


@dataclass
class FlatNetwork:
    """Ten metres a second straight ahead; nothing above y = 50 km is near a road, x < 0 cannot be reached.

    Above y = 40 km the way to a door is an estimate.
    """

    profile: str
    metres_a_second: int = 10
    snapped: list[int] = field(default_factory=list)
    streets: list[str | None] = field(default_factory=list)

    def snap(
        self, points: Sequence[LonLat], *, streets: Sequence[str | None] | None = None
    ) -> list[SnappedPoint | OffNetwork]:
        self.snapped.append(len(points))
        self.streets += streets or []
        return [
            OffNetwork(point=point, distance_m=20_001, limit_m=20_000)
            if point.lat > 50 * KM
            else SnappedPoint(
                point=point,
                on_road=point,
                edge=0,
                fraction=0.0,
                distance_m=0,
                access_s=0,
                side="on",
                flags=("far_from_road", "straight_line") if point.lat > 40 * KM else (),
            )
            for point in points
        ]

    def matrix(self, sources: Sequence[SnappedPoint], targets: Sequence[SnappedPoint]) -> RoadMatrix:
        cells = [[self._metres(a.point, b.point) for b in targets] for a in sources]
        lengths = np.array(cells, dtype=np.int32).reshape(len(sources), len(targets))
        durations = np.where(lengths == UNREACHABLE, UNREACHABLE, lengths // self.metres_a_second).astype(np.int32)
        return RoadMatrix(durations_s=durations, lengths_m=lengths)

    def path(self, source: SnappedPoint, target: SnappedPoint) -> RoadPath:
        metres = self._metres(source.point, target.point)
        if metres == UNREACHABLE:
            raise NoRouteError
        seconds = metres // self.metres_a_second
        return RoadPath(
            duration_s=seconds,
            length_m=metres,
            access_s=0,
            line=(source.point, target.point),
            steps=(Step(Turn.START, "Flat Road", metres, seconds), Step(Turn.ARRIVE, "Flat Road", 0, 0)),
        )

    @staticmethod
    def _metres(a: LonLat, b: LonLat) -> int:
        if (a.lon < 0) != (b.lon < 0):
            return UNREACHABLE
        return round(great_circle_m(a, b))


@dataclass(frozen=True)
class FlatToday:
    network: FlatNetwork
    missing_ways: frozenset[int]

    def around(self, starts: Sequence[LonLat]) -> FlatNetwork:
        return self.network


class FlatArea:
    def __init__(self) -> None:
        self.geocoder = FlatGeocoder()
        self._networks = {profile: FlatNetwork(profile) for profile in ("car", "motorcycle")}

    def network(self, profile: str) -> FlatNetwork:
        return self._networks[profile]

    def network_today(self, profile: str, today: RoadsToday) -> FlatToday:
        """Half as fast in any season. Odd ways are the car's, ways that three divides are the motorcycle's."""
        known = {"car": 2, "motorcycle": 3}[profile]
        remainder = {"car": 1, "motorcycle": 0}[profile]
        return FlatToday(
            network=FlatNetwork(profile, metres_a_second=10 if today.season is None else 5),
            missing_ways=frozenset(way for way in today.ways if way % known != remainder),
        )


def flat_meta(time_zone: str | None = "Europe/Vaduz") -> AreaMeta:
    return AreaMeta(
        name="flat",
        version="v1",
        extract_sha256="0" * 64,
        bbox=BoundingBox(west=-1, south=-1, east=1, north=1),
        attribution="© nobody",
        time_zone=time_zone,
        built_at="2026-11-24T00:00:00+00:00",
        profiles=("car", "motorcycle"),
        seasons={"car": {"dry": {}, "wet": {"paved": 50}}, "motorcycle": {"wet": {"paved": 50}}},
        reports={},
    )
