"""What the adapters make of servers that are away, refuse, or answer something else."""

import logging
import socket
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from geodata.coords import LonLat
from geodata.errors import GeodataError, NoRouteError, RoadServerError
from geodata.network.adapters.doors import blocks
from geodata.network.adapters.osrm import OsrmRoadNetwork
from geodata.network.adapters.valhalla import ValhallaRoadNetwork
from geodata.network.port import UNREACHABLE, OffNetwork, SnappedPoint

DOOR = LonLat(9.123456, 47.654321)
SECRETS = ("9.123456", "47.654321", "9.1234", "47.6543")
Network = OsrmRoadNetwork | ValhallaRoadNetwork
Handler = Callable[[httpx.Request], httpx.Response]


def on_road(lon: float, lat: float) -> SnappedPoint:
    place = LonLat(lon, lat)
    return SnappedPoint(point=place, on_road=place, edge=-1, fraction=0.0, distance_m=0, access_s=0, side="on")


def osrm(handler: Handler, **options: Any) -> OsrmRoadNetwork:
    return OsrmRoadNetwork("http://osrm.test", transport=httpx.MockTransport(handler), **options)


def valhalla(handler: Handler, **options: Any) -> ValhallaRoadNetwork:
    return ValhallaRoadNetwork("http://valhalla.test", transport=httpx.MockTransport(handler), **options)


def answering(status: int, body: object) -> Handler:
    return lambda _request: httpx.Response(status, json=body)


def failing(error: type[httpx.TransportError]) -> Handler:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error(f"while asking {request.url}")

    return handler


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("kind", [OsrmRoadNetwork, ValhallaRoadNetwork])
def test_server_that_is_away_is_named_and_the_door_is_not(kind: type[Network]) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    network = kind(address)

    with pytest.raises(RoadServerError, match="cannot be reached") as caught:
        network.snap([DOOR])

    network.close()
    assert address in str(caught.value)
    assert not any(secret in str(caught.value) for secret in SECRETS)


@pytest.mark.parametrize("open_network", [osrm, valhalla])
@pytest.mark.parametrize(
    ("handler", "words"),
    [
        (failing(httpx.ReadTimeout), "did not answer within 30 s"),
        (failing(httpx.ReadError), "cannot be reached"),
        (lambda request: httpx.Response(502, text=f"bad gateway {request.url} {DOOR.lat}"), "HTTP 502"),
        (lambda _request: httpx.Response(200, text="<html>"), "no JSON object"),
        (answering(200, {"code": "Ok", "waypoints": [{"location": [DOOR.lon, 470.0]}]}), "in another form"),
        (answering(200, {"code": "Ok"}), "in another form"),
        (answering(429, {"code": "Slow", "error_code": 99, "message": "9.123456 47.654321"}), "refused"),
    ],
)
def test_what_a_server_does_wrong_is_said_without_the_door(
    open_network: Callable[[Handler], Network], handler: Handler, words: str
) -> None:
    network = open_network(handler)

    with pytest.raises(RoadServerError, match=words) as caught:
        network.snap([DOOR])

    told = "".join(traceback.format_exception(caught.value))
    assert not any(secret in told for secret in SECRETS)


def test_no_coordinate_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    handler = answering(200, {"code": "Ok", "waypoints": [{"location": [DOOR.lon, DOOR.lat]}]})

    osrm(handler).snap([DOOR])
    with pytest.raises(RoadServerError):
        OsrmRoadNetwork(f"http://127.0.0.1:{free_port()}").snap([DOOR])

    assert not any(secret in caplog.text for secret in SECRETS)


@pytest.mark.parametrize(
    "address", ["", "osrm", "ftp://127.0.0.1", "http://", "http://name:secret@127.0.0.1:5000", "http://[::1"]
)
def test_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(RoadServerError, match=r"must look like http://127\.0\.0\.1:5000") as caught:
        OsrmRoadNetwork(address)

    assert "secret" not in str(caught.value)


def test_connection_that_the_server_closed_is_opened_again_once() -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if len(asked) == 1:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        return httpx.Response(200, json={"code": "Ok", "waypoints": [{"location": [DOOR.lon, DOOR.lat]}]})

    found = osrm(handler).snap([DOOR])

    assert len(asked) == 2
    assert isinstance(found[0], SnappedPoint)


def test_headers_are_sent_along() -> None:
    keys: list[str | None] = []

    def handler(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers.get("X-Key"))
        return httpx.Response(200, json=[{"edges": []}])

    valhalla(handler, headers={"X-Key": "k"}).snap([DOOR])

    assert keys == ["k"]


@pytest.mark.parametrize(
    "network",
    [osrm(answering(400, {"code": "NoSegment"})), valhalla(answering(200, [{"edges": None}]))],
    ids=["osrm", "valhalla"],
)
def test_point_without_any_road_is_off_the_network(network: Network) -> None:
    found = network.snap([DOOR])[0]

    assert isinstance(found, OffNetwork)
    assert found.distance_m > found.limit_m


def test_cells_without_a_road_are_unreachable_in_both_arrays() -> None:
    body = {"code": "Ok", "durations": [[10.4, None]], "distances": [[100.4, None]]}
    network = osrm(answering(200, body))

    matrix = network.matrix([on_road(9, 47)], [on_road(9, 48), on_road(9, 49)])

    assert matrix.durations_s.tolist() == [[10, UNREACHABLE]]
    assert matrix.lengths_m.tolist() == [[100, UNREACHABLE]]


def test_both_forms_of_valhallas_matrix_are_read() -> None:
    cell = {"time": 10, "distance": 0.1234, "from_index": 0, "to_index": 0}
    old = {"sources_to_targets": [[cell, cell | {"time": None, "distance": None}]]}
    new = {"sources_to_targets": {"durations": [[10, None]], "distances": [[0.1234, None]]}}
    ends = [on_road(9, 48), on_road(9, 49)]

    for body in (old, new):
        matrix = valhalla(answering(200, body)).matrix([on_road(9, 47)], ends)

        assert matrix.durations_s.tolist() == [[10, UNREACHABLE]]
        assert matrix.lengths_m.tolist() == [[123, UNREACHABLE]]


@pytest.mark.parametrize(
    "network",
    [osrm(answering(400, {"code": "NoRoute"})), valhalla(answering(400, {"error_code": 442, "error": "none"}))],
    ids=["osrm", "valhalla"],
)
def test_path_without_a_road_is_no_route(network: Network) -> None:
    with pytest.raises(NoRouteError, match="No road that a car may use"):
        network.path(on_road(9, 47), on_road(9, 48))


@pytest.mark.parametrize(
    "network",
    [osrm(answering(400, {"code": "NoSegment"})), valhalla(answering(400, {"error_code": 171, "error": "none"}))],
    ids=["osrm", "valhalla"],
)
def test_point_that_another_network_snapped_is_refused(network: Network) -> None:
    with pytest.raises(GeodataError, match="Snap it here first"):
        network.matrix([on_road(9, 47)], [on_road(9, 48)])


def test_table_that_is_too_big_says_which_setting_to_change() -> None:
    network = osrm(answering(400, {"code": "TooBig", "message": "too many"}), max_table_size=500)

    with pytest.raises(RoadServerError, match=r"TooBig.*max_table_size is 500"):
        network.matrix([on_road(9, 47)], [on_road(9, 48)])


def test_matrix_is_asked_in_blocks_that_the_server_takes() -> None:
    sizes: list[tuple[int, int]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        rows = request.url.params["sources"].split(";")
        columns = request.url.params["destinations"].split(";")
        sizes.append((len(rows), len(columns)))
        table = [[float(len(sizes))] * len(columns)] * len(rows)
        return httpx.Response(200, json={"code": "Ok", "durations": table, "distances": table})

    points = [on_road(9 + n / 100, 47) for n in range(5)]
    matrix = osrm(handler, max_table_size=2).matrix(points[:3], points)

    assert sizes == [(2, 2), (2, 2), (2, 1), (1, 2), (1, 2), (1, 1)]
    assert matrix.durations_s.tolist() == [[0, 1, 2, 2, 3], [1, 0, 2, 2, 3], [4, 4, 0, 5, 6]]


def test_blocks_cover_a_matrix_once() -> None:
    covered = [(r, c) for rows, columns in blocks(7, 5, 3) for r in range(7)[rows] for c in range(5)[columns]]

    assert sorted(covered) == [(r, c) for r in range(7) for c in range(5)]


def test_no_points_are_no_questions() -> None:
    network = osrm(failing(httpx.ReadError))

    assert network.snap([]) == []
    assert network.matrix([], [on_road(9, 47)]).durations_s.shape == (0, 1)


def test_unknown_profile_of_valhalla_is_refused() -> None:
    with pytest.raises(GeodataError, match="car, foot, motorcycle"):
        ValhallaRoadNetwork("http://127.0.0.1:8002", profile="boat")
