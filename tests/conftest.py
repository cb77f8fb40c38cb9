"""Fixtures that many tests share."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from service.store.engine import open_engine
from service.store.jobs.plans import PlanStore
from service.store.privacy.tenant_keys import TenantKeys
from tests.e2e import without_browser
from tests.peers import without_peers
from tests.postgres import PostgresForTests, postgres_for_tests

# A timing is never a test. All else stays as it is where the tests run: CI derandomizes.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in the last lines what could not run; a hook for the controller of -n."""
    without_browser.pytest_terminal_summary(terminalreporter)
    without_peers.say_what_did_not_run(terminalreporter)


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file on one process of -n, for its fixtures. The slow ones begin: none is left at the end."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresForTests]:
    """A PostgreSQL server; starts when the first test asks for it."""
    with postgres_for_tests() as server:
        yield server


@pytest.fixture
def database_url(postgres: PostgresForTests) -> Iterator[str]:
    """The URL of a migrated database of the test's own."""
    with postgres.migrated() as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a migrated database of the test's own."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def store(engine: Engine) -> PlanStore:
    """The plan store on a migrated database of the test's own."""
    return PlanStore(engine, TenantKeys(engine), tenant="main")
