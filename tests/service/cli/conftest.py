"""One application for all commands of a process: to build its routes takes longer than what most commands do."""

import pytest
from fastapi import FastAPI

import service.app
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
