"""The service on 127.0.0.1, over plans that a test puts there."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from service.app import create_app
from tests.service.api.fake_books import FakeBooks
from tests.service.api.fakes import FakeAreas, FakePlans, fake_deps


@dataclass
class Site:
    """A running service. `url` has no slash at its end."""

    url: str
    plans: FakePlans
    books: FakeBooks


@contextmanager
def running_site(tiles: Path) -> Iterator[Site]:
    """Serve the application on a free port for as long as the block lasts; the area always has these tiles."""
    plans, books, areas = FakePlans(), FakeBooks(), FakeAreas()
    areas.area.tiles = tiles
    with running_app(create_app(fake_deps(plans=plans, books=books, areas=areas))) as url:
        yield Site(url=url, plans=plans, books=books)


@contextmanager
def running_app(app: FastAPI) -> Iterator[str]:
    """Serve an application; yield its URL, with no slash at its end."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                msg = "The server did not start."
                raise RuntimeError(msg)
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
