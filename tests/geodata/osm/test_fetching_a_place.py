"""A named place, fetched through osmnx from recorded answers on a local server, becomes an extract like any other.

recorded/ holds Nominatim's and Overpass's formats with the village of Planken, © OpenStreetMap contributors, ODbL 1.0.
"""

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import osmnx as ox
import pytest

from geodata.errors import ExtractError, PlaceNotFoundError
from geodata.network.build import build_network
from geodata.osm.extract import read_objects
from geodata.osm.place import fetch_place

RECORDED = Path(__file__).parent / "recorded"


class Server:
    """Answers as Nominatim (GET) and Overpass (POST) do, with what it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.nominatim: tuple[int, bytes] = (200, (RECORDED / "nominatim_planken.json").read_bytes())
        self.overpass: tuple[int, bytes] = (200, (RECORDED / "overpass_planken.json").read_bytes())
        self.asked: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                self._send(*server.nominatim)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                server.asked.append(parse_qs(body)["data"][0])
                self._send(*server.overpass)

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def fetch(self, into: Path) -> Path:
        return fetch_place(
            "Planken, Liechtenstein",
            into=into,
            overpass_url=f"{self.url}/api",
            nominatim_url=self.url,
            on_progress=lambda _step, _share: None,
        )


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    # osmnx waits a second before each question to Nominatim, as its servers ask for.
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    running = Server()
    yield running
    running.close()


@pytest.mark.parametrize("name", ["planken.osm.pbf", "planken.osm"])
def test_a_fetched_place_is_an_extract_that_a_network_is_built_from(server: Server, tmp_path: Path, name: str) -> None:
    extract = server.fetch(tmp_path / name)

    report = build_network(extract, profile="car", into=tmp_path / "car", on_progress=lambda _step, _share: None)
    assert extract == tmp_path / name
    assert report.counts["edges"] > 20
    assert report.counts["turn_restrictions_read"] == 1


def test_every_tag_arrives_and_objects_are_sorted(server: Server, tmp_path: Path) -> None:
    extract = server.fetch(tmp_path / "planken.osm.pbf")

    found = [(item.type_str(), item.id, dict(item.tags)) for item in read_objects(extract)]
    keys = {key for _, _, tags in found for key in tags}
    assert {"highway", "name", "building", "place", "addr:street", "addr:housenumber"} <= keys
    assert [(kind, number) for kind, number, _ in found] == sorted(
        ((kind, number) for kind, number, _ in found), key=lambda item: ("nwr".index(item[0]), item[1])
    )


def test_overpass_is_asked_for_everything_an_area_needs(server: Server, tmp_path: Path) -> None:
    server.fetch(tmp_path / "planken.osm.pbf")

    assert len(server.asked) == 2
    nominatim, overpass = server.asked
    assert nominatim.startswith("/search?")
    for tag in ("highway", "addr:housenumber", "place", "building", "landuse", "natural", "waterway", "restriction"):
        assert f"way['{tag}'](poly" in overpass
    assert "way['route'='ferry'](poly" in overpass


def test_settings_and_name_resolution_of_the_process_are_put_back(server: Server, tmp_path: Path) -> None:
    names = [name for name in vars(ox.settings) if not name.startswith("_")]
    before = {name: getattr(ox.settings, name) for name in names}, socket.getaddrinfo

    server.fetch(tmp_path / "planken.osm.pbf")

    assert ({name: getattr(ox.settings, name) for name in names}, socket.getaddrinfo) == before
    assert [path.name for path in tmp_path.iterdir()] == ["planken.osm.pbf"]


def test_an_unknown_place_is_said_to_be_unknown(server: Server, tmp_path: Path) -> None:
    server.nominatim = (200, b"[]")

    with pytest.raises(PlaceNotFoundError, match="does not know 'Planken, Liechtenstein'"):
        server.fetch(tmp_path / "planken.osm.pbf")


def test_a_place_without_a_boundary_is_refused(server: Server, tmp_path: Path) -> None:
    server.nominatim = (200, (RECORDED / "nominatim_point.json").read_bytes())

    with pytest.raises(PlaceNotFoundError, match="without a boundary"):
        server.fetch(tmp_path / "planken.osm.pbf")


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"{}"),
        (400, b"no query"),
        (504, b"{}"),
        (200, b"<html>busy</html>"),
        (200, b'{"elements": [], "remark": "runtime error: Query timed out"}'),
    ],
)
def test_an_overpass_that_fails_says_what_to_do(server: Server, tmp_path: Path, answer: tuple[int, bytes]) -> None:
    server.overpass = answer

    with pytest.raises(ExtractError, match=r"Overpass at http://127.* try again later, or build from a file"):
        server.fetch(tmp_path / "planken.osm.pbf")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("answer", [(503, b"[]"), (200, b"not json"), (200, b"{}")])
def test_a_nominatim_that_fails_says_what_to_do(server: Server, tmp_path: Path, answer: tuple[int, bytes]) -> None:
    server.nominatim = answer

    with pytest.raises(ExtractError, match=r"Nominatim at http://127.* try again later, or build from a file"):
        server.fetch(tmp_path / "planken.osm.pbf")


def test_a_place_without_roads_is_refused(server: Server, tmp_path: Path) -> None:
    server.overpass = (200, b'{"elements": []}')

    with pytest.raises(ExtractError, match="has no roads for 'Planken, Liechtenstein'"):
        server.fetch(tmp_path / "planken.osm.pbf")


def test_a_server_that_is_down_says_what_to_do(server: Server, tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        server.url = f"http://127.0.0.1:{unused.getsockname()[1]}"

        with pytest.raises(ExtractError, match="try again later, or build from a file"):
            server.fetch(tmp_path / "planken.osm.pbf")


def test_a_file_name_of_no_known_format_is_refused(server: Server, tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match=r"must end in \.osm\.pbf or \.osm"):
        server.fetch(tmp_path / "planken.txt")
