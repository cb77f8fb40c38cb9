"""The map as one file: nothing in it points outside it."""

import json
import re
from base64 import b64decode
from datetime import UTC, datetime
from uuid import UUID

import pytest

from service.schemas.map_view import MapView
from service.web.catalogue import load_catalogues
from service.web.map_file import map_file
from service.web.view import document_view
from tests.service.web.days import day_with_turns

_TILES = bytes(range(256)) * 4
_DATA = re.compile(r"data:[\w/.+-]+;base64,([\w+/=]*)")


@pytest.fixture
def view() -> MapView:
    return document_view(
        day_with_turns(),
        tiles_url=lambda area, version: f"{area}/{version}.pmtiles",
        plan_id=UUID(int=1),
        created_at=datetime(2026, 11, 25, 6, tzinfo=UTC),
    )


def _page(html: str) -> dict[str, str]:
    found = re.search(r'<script type="application/json" id="page">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    page: dict[str, str] = json.loads(found[1])
    return page


def _held(address: str) -> bytes:
    found = _DATA.fullmatch(address)
    assert found is not None
    return b64decode(found[1])


def _modules(html: str) -> dict[str, str]:
    """Return the code of every module of the import map, by name."""
    found = re.search(r'<script type="importmap">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return {name: _held(address).decode() for name, address in json.loads(found[1])["imports"].items()}


def test_the_file_holds_the_plan_and_the_base_map(view: MapView) -> None:
    html = map_file(view, tiles=_TILES, texts=load_catalogues()["en"])

    tiles = re.search(r'<script type="text/plain" id="tiles">(.*?)</script>', html)
    held = MapView.model_validate_json(_held(_page(html)["data"]))
    assert view.plan is not None
    # What is reached in time cannot be asked for where there is no service.
    assert held == view.model_copy(update={"plan": view.plan.model_copy(update={"reach_url": None})})
    assert tiles is not None
    assert _held(tiles[1]) == _TILES


def test_every_address_of_the_file_is_the_thing_itself(view: MapView) -> None:
    html = map_file(view, tiles=_TILES, texts=load_catalogues()["en"])

    addresses = re.findall(r'\s(?:href|src)="([^"]*)"', html)
    styles = [_held(one).decode() for one in addresses if one.startswith("data:text/css")]
    assert len(addresses) >= 5
    assert all(address.startswith("data:") for address in addresses)
    assert "/static/" not in html
    assert all(url.startswith(("data:", "#")) for css in styles for url in re.findall(r'url\("?([^")]*)', css))


def test_modules_import_each_other_by_names_of_the_import_map(view: MapView) -> None:
    html = map_file(view, tiles=_TILES, texts=load_catalogues()["en"])

    modules = _modules(html)
    ours = {name: code for name, code in modules.items() if not name.startswith("doorstep/vendor/")}
    imported = {name for code in ours.values() for name in re.findall(r'(?:from |resolve\()"([^"]*)"', code)}
    assert {"doorstep/map/badges.js", "doorstep/vendor/maplibre-gl.mjs"} <= imported
    assert "doorstep/vendor/maplibre-gl-worker.mjs" in imported
    assert imported <= set(modules)


def test_the_file_may_ask_no_host(view: MapView) -> None:
    html = map_file(view, tiles=_TILES, texts=load_catalogues()["en"])

    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;;")
    assert not re.search(r"https?:|self|\*", policy[1])


def test_without_tiles_the_page_asks_for_none(view: MapView) -> None:
    html = map_file(view, tiles=None, texts=load_catalogues()["zh"])

    shown = MapView.model_validate_json(_held(_page(html)["data"]))
    assert 'id="tiles"' not in html
    assert shown.plan is not None
    assert shown.plan.tiles_url is None
    assert '<html lang="zh' in html


def test_the_licenses_of_the_libraries_go_with_the_file(view: MapView) -> None:
    html = map_file(view, tiles=None, texts=load_catalogues()["en"])

    assert all(name in html for name in ("MapLibre contributors", "Protomaps", "Arjun Barrett"))
