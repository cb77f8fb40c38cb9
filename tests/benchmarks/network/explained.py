"""Why a duration of OSRM's differs from ours: both engines' costs of the same line, side by side.

Each takes the fastest line by its own reading of stretches and turns, so no difference is larger than what the two read
differently on one line: on OSRM's line where OSRM is faster, on ours where ours is. That line is costed by both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import httpx
import numpy as np

from geodata.coords import LonLat, great_circle_array_m
from geodata.network.arrays import Floats
from geodata.network.cch.network import CchRoadNetwork
from geodata.network.port import SnappedPoint
from geodata.network.roads import Roads
from tests.benchmarks.network.costed import Costed, Costing
from tests.benchmarks.network.doubtless import ALONE_M, metres_to_another

#: What reading a table and a line in tenths leaves open, seconds.
SLACK_S: Final = 0.25
#: What rounding makes of one stretch at most: to tenths, and never less than one.
ROUNDED_S: Final = 0.1
#: Edges that OSRM is led along are so long; where it loses its way among short ones, as in a small roundabout, longer.
_LEAST_MM: Final = (0, 100_000)
STRETCHES: Final = "the same stretches: OSRM rounds each of them to tenths of a second"
TURNS: Final = "the same turns: OSRM reads their angles on junctions that it simplifies"
HAIRPIN: Final = "the same turns: OSRM calls a hairpin bend turning round"
ENDS: Final = "ours turns round where the road ends to all but residents, and to OSRM it goes on"
UNEXPLAINED: Final = "unexplained"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OsrmLine:
    """A route of OSRM's: as it was asked for, places (k, 2), seconds of all stretches, and of those and the turns."""

    places: Sequence[LonLat]
    lonlat: Floats
    driven_s: float
    seconds: float


class Explainer:
    """Asks OSRM's server for lines and costs them by our weights."""

    def __init__(self, network: CchRoadNetwork, roads: Roads, url: str, client: httpx.Client) -> None:
        """Take the network that was compared, and its roads in milliseconds."""
        self._network, self._roads, self._url, self._client = network, roads, url, client
        self._costing = Costing(roads)
        self._middles: dict[int, LonLat | None] = {}

    def explain(self, source: SnappedPoint, target: SnappedPoint, *, ours_s: float, theirs_s: float) -> str:
        """Say why two durations differ; it begins with UNEXPLAINED where nobody knows."""
        line = self._osrm([source.on_road, target.on_road])
        costed = self._costing.cost(line.lonlat, source, target)
        if theirs_s > ours_s and not _as_fast(costed, ours_s):
            mine = self._mine(source, target)
            if not _as_fast(mine, ours_s):
                return f"{UNEXPLAINED}: our line costs {mine.seconds:.1f} s {mine.hindrance}"
            for least_mm in _LEAST_MM:
                line = self._along(mine, costed, source, target, least_mm=least_mm)
                along = self._costing.cost(line.lonlat, source, target)
                if _as_fast(along, ours_s):
                    break
            else:
                return _why_not_driven(mine)
            costed = along
        if costed.hindrance:
            return f"OSRM's line is not allowed to ours: {costed.hindrance}"
        stretches_s, turns_s = line.driven_s - costed.driven_s, line.seconds - line.driven_s - costed.turns_s
        found, wanted = abs(stretches_s + turns_s), abs(theirs_s - ours_s)
        if found < wanted - SLACK_S or (stretches_s + turns_s > 0) != (theirs_s > ours_s):
            return f"{UNEXPLAINED}: the lines differ by {found:.1f} s of {wanted:.1f} s"
        if abs(stretches_s) < abs(turns_s):
            return self._why_turns(line, turns_s)
        is_rounding = abs(stretches_s) <= (len(line.lonlat) - 1) * ROUNDED_S + SLACK_S
        return STRETCHES if is_rounding else f"{UNEXPLAINED}: one of the stretches takes longer"

    def _why_turns(self, line: OsrmLine, turns_s: float) -> str:
        costs = self._roads.turn_costs
        if turns_s > costs.dead_end_ms / 1000 - SLACK_S and self._turns_round(line.places):
            return HAIRPIN
        return TURNS if costs.turn_ms else f"{UNEXPLAINED}: a turn costs more, where none costs anything"

    def _mine(self, source: SnappedPoint, target: SnappedPoint) -> Costed:
        path = self._network.path(source, target)
        return self._costing.cost(np.array([(place.lon, place.lat) for place in path.line]), source, target)

    def _along(
        self, mine: Costed, other: Costed, source: SnappedPoint, target: SnappedPoint, *, least_mm: int
    ) -> OsrmLine:
        """Lead OSRM along our line, through the middle of those of its edges that it did not take and are so long."""
        edges = [one // 2 for one in mine.directed[1:-1] if one not in other.directed]
        edges = [edge for edge in edges if self._roads.length_mm[edge] >= least_mm]
        vias = [self._middle(edge) for edge in edges if self._roads.way_osm[edge]]
        return self._osrm([source.on_road, *filter(None, vias), target.on_road])

    def _middle(self, edge: int) -> LonLat | None:
        """Return a place on an edge; None where it might be taken for one on another edge."""
        if edge not in self._middles:
            shape = self._roads.shape(edge)
            at = int(great_circle_array_m(shape[:-1], shape[1:]).argmax())
            place = (shape[at] + shape[at + 1]) / 2
            is_alone = metres_to_another(self._roads, edge, place) > ALONE_M
            self._middles[edge] = LonLat(*place.tolist()) if is_alone else None
        return self._middles[edge]

    def _turns_round(self, places: Sequence[LonLat]) -> bool:
        """Ask OSRM whether it calls one of the turns on a line that does not turn round a U-turn."""
        steps = [step for leg in self._route(places, "steps=true")["legs"] for step in leg["steps"]]
        return any(step["maneuver"].get("modifier") == "uturn" for step in steps)

    def _osrm(self, places: Sequence[LonLat]) -> OsrmLine:
        route = self._route(places, "overview=full&geometries=geojson&annotations=duration")
        return OsrmLine(
            places=places,
            lonlat=np.array(route["geometry"]["coordinates"], dtype=np.float64),
            driven_s=float(sum(sum(leg["annotation"]["duration"]) for leg in route["legs"])),
            seconds=float(route["duration"]),
        )

    def _route(self, places: Sequence[LonLat], options: str) -> Any:
        listed = ";".join(f"{place.lon:.6f},{place.lat:.6f}" for place in places)
        address = f"{self._url}/route/v1/driving/{listed}?generate_hints=false&{options}"
        try:
            answer = self._client.get(address)
        except httpx.RemoteProtocolError:  # OSRM ends a connection after 512 questions
            answer = self._client.get(address)
        return answer.json()["routes"][0]


def _as_fast(costed: Costed, seconds: float) -> bool:
    return not costed.hindrance and abs(costed.seconds - seconds) <= SLACK_S


def _why_not_driven(mine: Costed) -> str:
    """Say why OSRM does not take our line."""
    if any(before ^ 1 == after for before, after in pairwise(mine.directed)):
        return ENDS
    return f"{UNEXPLAINED}: OSRM leaves our line"
