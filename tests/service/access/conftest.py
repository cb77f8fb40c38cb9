"""A service with two banks, on a database of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from service.app import create_app
from service.auth.scope import Role
from service.bootstrap import opened
from service.settings import Settings
from service.store.access.identities import IdentityStore
from service.store.access.tenant_identities import TenantIdentities
from service.store.engine import open_engine
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tenancy import tenant_engine
from tests.geodata.area.village import build_village, write_village
from tests.postgres import PostgresForTests
from tests.service.api.client import ApiClient


class Caller:
    """Sends requests with a key."""

    def __init__(self, client: ApiClient, key: str | None) -> None:
        self._client = client
        self._headers = {} if key is None else {"Authorization": f"Bearer {key}"}

    def __call__(self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any) -> Any:
        return self._client.request(method, path, headers={**self._headers, **(headers or {})}, **options)


@dataclass(frozen=True)
class Banks:
    """The application, and who may use it."""

    client: ApiClient
    everybody: IdentityStore
    engine: Engine
    settings: Settings

    def identities(self, tenant: str) -> TenantIdentities:
        return TenantIdentities(tenant_engine(self.engine, tenant), TenantKeys(self.engine), tenant=tenant)

    def as_(self, tenant: str, role: Role, **more: Any) -> Caller:
        _, secret = self.identities(tenant).add_key(name="test", role=role, created_by="test", **more)
        return Caller(self.client, secret)

    def nobody(self) -> Caller:
        return Caller(self.client, None)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with one small area."""
    folder = tmp_path_factory.mktemp("state")
    build_village(write_village(folder), Settings(state_dir=folder).areas_dir)
    return folder


@pytest.fixture
def banks(engine: Engine, database_url: str, village: Path) -> Iterator[Banks]:
    with opened_banks(engine, database_url, village) as found:
        yield found


@pytest.fixture(scope="module")
def shared(postgres: PostgresForTests, village: Path) -> Iterator[Banks]:
    """Both banks, for all tests of a module."""
    with postgres.migrated() as url:
        engine = open_engine(url)
        with opened_banks(engine, url, village) as banks:
            yield banks
        engine.dispose()


@contextmanager
def opened_banks(engine: Engine, database_url: str, folder: Path) -> Iterator[Banks]:
    settings = Settings(
        state_dir=folder,
        database_url=database_url,
        area="willowbrook",
        allowed_hosts="*",
        rate_limit_refusals="",  # so many keys are refused here
    )
    everybody = IdentityStore(engine, TenantKeys(engine))
    for name in ("north", "south"):
        everybody.add_tenant(name, name)
    with opened(settings) as services:
        yield Banks(ApiClient(create_app(services)), everybody, engine, settings)
