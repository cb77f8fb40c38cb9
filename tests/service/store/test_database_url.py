"""The forms of a database URL."""

import pytest

from service.settings import Settings
from service.store.engine import normalised_url, open_engine
from service.store.errors import InvalidDatabaseUrlError
from service.store.postgres.embedded import running_database


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_form_becomes_the_one_that_psycopg_reads(scheme: str) -> None:
    assert normalised_url(f"{scheme}://ann:p%40ss@db:5433/x?sslmode=require") == (
        "postgresql://ann:p%40ss@db:5433/x?sslmode=require"
    )


@pytest.mark.parametrize(
    "url", ["", "db", "mysql://ann:secret@db/x", "postgresql:db", "postgresql://a:secret@h:port/x"]
)
def test_other_urls_are_refused_without_being_shown(url: str) -> None:
    with pytest.raises(InvalidDatabaseUrlError) as caught:
        normalised_url(url)

    assert "secret" not in str(caught.value)


def test_the_engine_keeps_password_and_query() -> None:
    engine = open_engine("postgres://ann:p%40ss@db:5433/x?sslmode=require")

    assert engine.url.drivername == "postgresql+psycopg"
    assert engine.url.password == "p@ss"
    assert engine.url.query == {"sslmode": "require"}


def test_a_configured_database_is_used_as_it_is() -> None:
    settings = Settings(database_url="postgres://ann@db/x")

    with running_database(settings) as url:
        assert url == "postgresql://ann@db/x"
