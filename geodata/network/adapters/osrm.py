"""The RoadNetwork port over an OSRM server: /nearest, /table and /route.

API: OSRM's HTTP documentation, docs/http.md of Project-OSRM/osrm-backend.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpx
import numpy as np

from geodata.coords import LonLat
from geodata.errors import GeodataError, NoRouteError
from geodata.network.adapters.doors import HOLD_M, Metres, Seconds, door, drawn, matrix_of_tables, nowhere, stay
from geodata.network.adapters.server import CONNECTIONS, DEFAULT_TIMEOUT_S, Answer, RoadServer
from geodata.network.port import OffNetwork, RoadMatrix, RoadPath, SnappedPoint
from geodata.network.snap import DEFAULT_LIMIT_M

#: osrm-routed's own default of --max-table-size: a table has at most the square of it in cells.
DEFAULT_MAX_TABLE_SIZE: Final = 100


class OsrmRoadNetwork:
    """The RoadNetwork port over an OSRM server; see geodata.network.port. It may be shared between threads.

    What an OSRM server cannot tell: SnappedPoint.edge is UNNUMBERED, `fraction` 0 and `side` "unknown" (or "on").
    It snaps to roads of any component, so that a point on a road that leads nowhere is snapped there and then
    UNREACHABLE. A point that was snapped is held there (`radiuses`): the server cannot move it to suit another point.
    Durations of a table are rounded to tenths of a second and not by edge, so a cell may differ from its path by 1.

    Parameters
    ----------
    base_url : "http://127.0.0.1:5000".
    profile : what `profile` says. The server has one profile only, the one that its files were made with.
    url_profile : the word that the server's addresses want; osrm-routed itself takes any.
    max_table_size : the server's --max-table-size.
    """

    def __init__(
        self,
        base_url: str,
        *,
        profile: str = "car",
        url_profile: str = "driving",
        snap_limit_m: int = DEFAULT_LIMIT_M,
        max_table_size: int = DEFAULT_MAX_TABLE_SIZE,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if max_table_size < 1:
            msg = f"OSRM server: max_table_size must be >= 1, got {max_table_size}."
            raise ValueError(msg)
        self._server = RoadServer(base_url, engine="OSRM", timeout_s=timeout_s, headers=headers, transport=transport)
        self._profile = profile
        self._url_profile = url_profile
        self._snap_limit_m = snap_limit_m
        self._max_table_size = max_table_size

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
        """Find the nearest road for each point, several questions at once; see RoadNetwork.snap.

        Raises
        ------
        RoadServerError
            When the server is away or refuses.
        """
        if not points:
            return []
        with ThreadPoolExecutor(max_workers=min(CONNECTIONS, len(points))) as pool:
            return list(pool.map(self._snap, points))

    def matrix(self, sources: Sequence[SnappedPoint], targets: Sequence[SnappedPoint]) -> RoadMatrix:
        """Fastest durations, and the lengths of those paths, in as many tables as it takes; see RoadNetwork.matrix.

        Raises
        ------
        RoadServerError
            When the server is away or refuses.
        """
        return matrix_of_tables(sources, targets, self._max_table_size, self._table)

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
        answer = self._ask("route", [source.on_road, target.on_road], "&overview=full&geometries=geojson&steps=false")
        with self._server.reading("/route"):
            route = answer.body["routes"][0]
            road = [LonLat(float(lon), float(lat)) for lon, lat in route["geometry"]["coordinates"]]
            driven_s, driven_m = float(route["duration"]), float(route["distance"])
        return drawn(source, target, driven_s=driven_s, driven_m=driven_m, road=road)

    def _snap(self, point: LonLat) -> SnappedPoint | OffNetwork:
        answer = self._server.get(f"/nearest/v1/{self._url_profile}/{_text([point])}?number=1&generate_hints=false")
        if answer.body.get("code") == "NoSegment":
            return nowhere(point, limit_m=self._snap_limit_m)
        self._check(answer)
        with self._server.reading("/nearest"):
            lon, lat = answer.body["waypoints"][0]["location"]
            on_road = LonLat(float(lon), float(lat))
        return door(point, on_road, limit_m=self._snap_limit_m)

    def _table(self, sources: Sequence[SnappedPoint], targets: Sequence[SnappedPoint]) -> tuple[Seconds, Metres]:
        shape = (len(sources), len(targets))
        rows = ";".join(map(str, range(len(sources))))
        columns = ";".join(map(str, range(len(sources), sum(shape))))
        places = [point.on_road for point in (*sources, *targets)]
        answer = self._ask("table", places, f"&sources={rows}&destinations={columns}&annotations=duration,distance")
        with self._server.reading("/table"):
            # null, where no road leads, becomes NaN.
            driven_s = np.array(answer.body["durations"], dtype=np.float64).reshape(shape)
            driven_m = np.array(answer.body["distances"], dtype=np.float64).reshape(shape)
        return driven_s, driven_m

    def _ask(self, service: str, places: Sequence[LonLat], options: str) -> Answer:
        radiuses = ";".join([str(HOLD_M)] * len(places))
        address = f"/{service}/v1/{self._url_profile}/{_text(places)}"
        answer = self._server.get(f"{address}?generate_hints=false&radiuses={radiuses}{options}")
        self._check(answer)
        return answer

    def _check(self, answer: Answer) -> None:
        code = str(answer.body.get("code", ""))
        if code == "Ok":
            return
        if code == "NoRoute":
            msg = f"No road that a {self._profile} may use joins these two points."
            raise NoRouteError(msg)
        if code == "NoSegment":
            msg = "A snapped point lies on no road of this OSRM server. Snap it here first."
            raise GeodataError(msg)
        hint = (
            f"max_table_size is {self._max_table_size}: take the server's --max-table-size." if code == "TooBig" else ""
        )
        raise self._server.refusal(answer, code, hint)


def _text(points: Sequence[LonLat]) -> str:
    return ";".join(f"{point.lon:.6f},{point.lat:.6f}" for point in points)
