"""What the browser tests share: the browser, or a word about why there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from geodata.area.catalog import bundled_extract
from geodata.tiles.build import build_tiles
from tests.e2e.browser import started_browser
from tests.e2e.map_page import OpenPage, Watched, watched_page
from tests.e2e.site import Site, running_site
from tests.e2e.without_browser import require_browser


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Where there is no browser, skip or fail."""
    require_browser(item)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one module: Playwright keeps an event loop running in this thread until it ends."""
    with started_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def tiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The base map of the bundled area."""
    file = tmp_path_factory.mktemp("tiles") / "liechtenstein.pmtiles"
    with bundled_extract() as extract:
        build_tiles(extract, into=file, on_progress=lambda _stage, _share: None)
    return file


@pytest.fixture(scope="module")
def site(tiles: Path) -> Iterator[Site]:
    """The running service."""
    with running_site(tiles) as running:
        yield running


@pytest.fixture
def open_page(browser: Browser, site: Site) -> OpenPage:
    """Opens pages that may ask no other host and may complain of nothing."""

    @contextmanager
    def opening(**context: Any) -> Iterator[Watched]:
        with watched_page(browser, **context) as watched:
            yield watched
            assert watched.complaints == []
            assert {f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in watched.asked} <= {site.url}

    return opening
