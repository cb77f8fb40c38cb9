"""A client of an application on fakes."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from tests.service.api.fakes import FakeAreas, FakePlans, fake_deps


@pytest.fixture
def plans() -> FakePlans:
    return FakePlans()


@pytest.fixture
def areas() -> FakeAreas:
    return FakeAreas()


@pytest.fixture
def client(plans: FakePlans, areas: FakeAreas) -> Iterator[TestClient]:
    with TestClient(create_app(fake_deps(plans=plans, areas=areas))) as client:
        yield client
