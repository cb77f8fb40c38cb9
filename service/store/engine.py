"""From a database URL to an SQLAlchemy engine; the URL's forms are normalised here and nowhere else."""

import json
from functools import partial

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, QueuePool

from service.store.errors import InvalidDatabaseUrlError

_SCHEMES = frozenset({"postgres", "postgresql", "postgresql+psycopg"})


def normalised_url(url: str) -> str:
    """Return `url` as libpq and psycopg read it, `postgresql://…`; query and password are kept.

    Raises
    ------
    InvalidDatabaseUrlError
        When it is not a PostgreSQL URL. The message does not show it: it may hold a password.
    """
    scheme, separator, rest = url.strip().partition("://")
    if not separator or scheme not in _SCHEMES:
        msg = "A database URL looks like postgresql://user:password@host:5432/name; this one does not."
        raise InvalidDatabaseUrlError(msg)
    normalised = f"postgresql://{rest}"
    try:
        make_url(normalised)
    except (ArgumentError, ValueError):
        msg = "The database URL cannot be read; a special character in the password must be percent-encoded."
        raise InvalidDatabaseUrlError(msg) from None
    return normalised


def open_engine(url: str, *, pooled: bool = True) -> Engine:
    """Return an engine for `url`; nothing is connected yet, and `dispose()` closes it.

    Statements' parameters never reach an exception's text: they hold personal data. JSON is strict: no NaN.
    """
    return create_engine(
        make_url(normalised_url(url)).set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        poolclass=QueuePool if pooled else NullPool,
        json_serializer=partial(json.dumps, allow_nan=False, ensure_ascii=False),
    )
