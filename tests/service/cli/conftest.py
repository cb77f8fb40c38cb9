"""What takes longer than most commands do is done once for all: building the routes, and the tables of a database."""

import pytest
from fastapi import FastAPI

import service.app
import service.cli.database
from service.app import create_app
from service.deps import Services

_KEPT: list[FastAPI] = []


@pytest.fixture(autouse=True)
def _one_application(monkeypatch: pytest.MonkeyPatch) -> None:
    def again(services: Services) -> FastAPI:
        if not _KEPT:
            _KEPT.append(create_app(services))
        _KEPT[0].state.services = services
        return _KEPT[0]

    monkeypatch.setattr(service.app, "create_app", again)
    monkeypatch.setattr(service.cli.database, "migrate", lambda _url: None)  # `database_url` has every table
