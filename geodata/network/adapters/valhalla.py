"""The RoadNetwork port over a Valhalla server: /locate, /sources_to_targets and /route.

API: Valhalla's documentation, docs/docs/api of valhalla/valhalla.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import httpx
import numpy as np

from geodata.coords import LonLat, great_circle_m
from geodata.errors import GeodataError, NoRouteError
from geodata.network.adapters.doors import HOLD_M, Metres, Seconds, door, drawn, matrix_of_tables, nowhere, stay
from geodata.network.adapters.server import DEFAULT_TIMEOUT_S, Answer, RoadServer
from geodata.network.port import OffNetwork, RoadMatrix, RoadPath, SnappedPoint
from geodata.network.snap import DEFAULT_LIMIT_M

#: Valhalla's words for the vehicles.
COSTINGS: Final[Mapping[str, str]] = {"car": "auto", "motorcycle": "motorcycle", "foot": "pedestrian"}
#: The square root of service_limits.auto.max_matrix_location_pairs in Valhalla's default configuration.
DEFAULT_MAX_MATRIX_SIZE: Final = 50
M_PER_KM: Final = 1000
_POLYLINE_UNIT: Final = 1e-6
# Codes of errors: Valhalla, docs/docs/api/turn-by-turn/api-reference.md.
_NO_EDGES: Final = frozenset({170, 171})
_NO_PATH: Final = frozenset({441, 442})
_TOO_MUCH: Final = frozenset({150, 153, 154})


class ValhallaRoadNetwork:
    """The RoadNetwork port over a Valhalla server; see geodata.network.port. It may be shared between threads.

    What a Valhalla server cannot do: its matrix and its route are two searches, and the matrix answers in whole
    seconds, so a cell may differ from its path by some seconds. SnappedPoint.edge is UNNUMBERED; `fraction` and
    `side` belong to one direction of the edge.

    Parameters
    ----------
    base_url : "http://127.0.0.1:8002".
    profile : "car", "motorcycle" or "foot".
    max_matrix_size : the square root of the server's max_matrix_location_pairs.
    """

    def __init__(
        self,
        base_url: str,
        *,
        profile: str = "car",
        snap_limit_m: int = DEFAULT_LIMIT_M,
        max_matrix_size: int = DEFAULT_MAX_MATRIX_SIZE,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if profile not in COSTINGS:
            msg = f"No Valhalla costing for the profile {profile!r}. Known are: {', '.join(sorted(COSTINGS))}."
            raise GeodataError(msg)
        if max_matrix_size < 1:
            msg = f"Valhalla server: max_matrix_size must be >= 1, got {max_matrix_size}."
            raise ValueError(msg)
        self._server = RoadServer(
            base_url, engine="Valhalla", timeout_s=timeout_s, headers=headers, transport=transport
        )
        self._profile = profile
        self._snap_limit_m = snap_limit_m
        self._max_matrix_size = max_matrix_size

    @property
    def profile(self) -> str:
        """The vehicle."""
        return self._profile

    def close(self) -> None:
        """End the connections to the server."""
        self._server.close()

    def snap(
        self,
        points: Sequence[LonLat],
        *,
        streets: Sequence[str | None] | None = None,  # noqa: ARG002 a server does not tell the roads' names
    ) -> list[SnappedPoint | OffNetwork]:
        """Find the nearest road for each point; see RoadNetwork.snap.

        Raises
        ------
        RoadServerError
            When the server is away or refuses.
        """
        found: list[SnappedPoint | OffNetwork] = []
        for first in range(0, len(points), self._max_matrix_size):
            part = points[first : first + self._max_matrix_size]
            locations = [{"lon": p.lon, "lat": p.lat, "node_snap_tolerance": 0} for p in part]
            answer = self._ask("/locate", {"locations": locations, "verbose": False})
            with self._server.reading("/locate"):
                for point, located in zip(part, answer.body[""], strict=True):
                    found.append(self._door(point, located.get("edges") or []))
        return found

    def matrix(self, sources: Sequence[SnappedPoint], targets: Sequence[SnappedPoint]) -> RoadMatrix:
        """Fastest durations, and the lengths of those paths, in as many questions as it takes; see RoadNetwork.matrix.

        Raises
        ------
        RoadServerError
            When the server is away or refuses.
        """
        return matrix_of_tables(sources, targets, self._max_matrix_size, self._table)

    def path(self, source: SnappedPoint, target: SnappedPoint) -> RoadPath:
        """Trace the fastest path; see RoadNetwork.path.

        Raises
        ------
        NoRouteError
            When no road joins the two points.
        RoadServerError
            When the server is away or refuses.
        """
        if source.point == target.point:
            return stay(source.point)
        answer = self._ask("/route", {"locations": _held([source, target]), "units": "kilometers"})
        with self._server.reading("/route"):
            trip = answer.body["trip"]
            road = [point for leg in trip["legs"] for point in polyline(leg["shape"])]
            driven_s, driven_m = float(trip["summary"]["time"]), float(trip["summary"]["length"]) * M_PER_KM
        return drawn(source, target, driven_s=driven_s, driven_m=driven_m, road=road)

    def _door(self, point: LonLat, edges: Sequence[Mapping[str, Any]]) -> SnappedPoint | OffNetwork:
        feet = [LonLat(float(edge["correlated_lon"]), float(edge["correlated_lat"])) for edge in edges]
        if not feet:
            return nowhere(point, limit_m=self._snap_limit_m)
        nearest = min(range(len(feet)), key=lambda index: great_circle_m(point, feet[index]))
        edge = edges[nearest]
        side = {"left": "left", "right": "right"}.get(edge["side_of_street"], "unknown")
        fraction = min(1.0, max(0.0, float(edge["percent_along"])))
        return door(point, feet[nearest], limit_m=self._snap_limit_m, side=side, fraction=fraction)

    def _table(self, sources: Sequence[SnappedPoint], targets: Sequence[SnappedPoint]) -> tuple[Seconds, Metres]:
        shape = (len(sources), len(targets))
        question = {"sources": _held(sources), "targets": _held(targets), "verbose": False, "units": "kilometers"}
        try:
            answer = self._ask("/sources_to_targets", question)
        except NoRouteError:
            return np.full(shape, np.nan), np.full(shape, np.nan)
        with self._server.reading("/sources_to_targets"):
            table = answer.body["sources_to_targets"]
            if isinstance(table, list):  # before Valhalla 3.4 every cell is an object
                seconds = [[cell["time"] for cell in row] for row in table]
                kilometres = [[cell["distance"] for cell in row] for row in table]
            else:
                seconds, kilometres = table["durations"], table["distances"]
            # null, where no road leads, becomes NaN.
            driven_s = np.array(seconds, dtype=np.float64).reshape(shape)
            driven_m = np.array(kilometres, dtype=np.float64).reshape(shape) * M_PER_KM
        return driven_s, driven_m

    def _ask(self, path: str, question: Mapping[str, object]) -> Answer:
        answer = self._server.post(path, {**question, "costing": COSTINGS[self._profile]})
        if answer.status == httpx.codes.OK:
            return answer
        code = answer.body.get("error_code")
        if code in _NO_PATH:
            msg = f"No road that a {self._profile} may use joins these two points."
            raise NoRouteError(msg)
        if code in _NO_EDGES:
            msg = "A snapped point lies on no road of this Valhalla server. Snap it here first."
            raise GeodataError(msg)
        hint = "Its service_limits are smaller than this area or max_matrix_size." if code in _TOO_MUCH else ""
        raise self._server.refusal(answer, f"error {code}", hint)


def polyline(text: str) -> list[LonLat]:
    """Decode a polyline of six decimals.

    Source: Google, "Encoded Polyline Algorithm Format"; Valhalla, docs/docs/decoding.md.

    Examples
    --------
    >>> polyline("_izlhA~rlgdF_{geC~ywl@")
    [LonLat(lon=-120.2, lat=38.5), LonLat(lon=-120.95, lat=40.7)]
    """
    values: list[int] = []
    value = shift = 0
    for letter in text:
        piece = ord(letter) - 63
        value |= (piece & 0x1F) << shift
        shift += 5
        if piece < 0x20:
            values.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    lat = np.cumsum(values[0::2])
    lon = np.cumsum(values[1::2])
    return [
        LonLat(round(x * _POLYLINE_UNIT, 6), round(y * _POLYLINE_UNIT, 6))
        for x, y in zip(lon.tolist(), lat.tolist(), strict=True)
    ]


def _held(points: Sequence[SnappedPoint]) -> list[dict[str, float]]:
    """Say where points are, so that the server leaves them there."""
    return [
        {"lon": p.on_road.lon, "lat": p.on_road.lat, "search_cutoff": HOLD_M, "node_snap_tolerance": 0} for p in points
    ]
