"""A client of an application on fakes."""

import pytest

from service.app import create_app
from tests.service.api.client import ApiClient
from tests.service.api.fakes import FakeAreas, FakePlans, fake_deps


@pytest.fixture
def plans() -> FakePlans:
    return FakePlans()


@pytest.fixture
def areas() -> FakeAreas:
    return FakeAreas()


@pytest.fixture
def client(plans: FakePlans, areas: FakeAreas) -> ApiClient:
    return ApiClient(create_app(fake_deps(plans=plans, areas=areas)))
