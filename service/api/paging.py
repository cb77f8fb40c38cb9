"""Lists in pages: an opaque cursor names the last entry, so that new ones move nothing."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query

from service.errors import problem
from service.schemas.problem import FieldError

#: An instant and an id: the key that lists are ordered by.
Position = tuple[datetime, UUID]

_MAX_CURSOR: Final = 120

Limit = Annotated[int, Query(ge=1, le=200, description="Most entries of the page.")]
Cursor = Annotated[
    str | None, Query(max_length=_MAX_CURSOR, description="Where the page begins: taken from `next`, never made up.")
]


def position_of(cursor: str | None) -> Position | None:
    """Return the position that a cursor names.

    Raises
    ------
    Problem
        `invalid_request` when it is none of ours.
    """
    if cursor is None:
        return None
    try:
        at, _, of = urlsafe_b64decode(cursor.encode("ascii")).decode("ascii").partition(" ")
        instant = datetime.fromisoformat(at)
        return instant.replace(tzinfo=instant.tzinfo or UTC), UUID(of)
    except ValueError:
        rule = "Must be a cursor from `next` of an earlier page."
        error = FieldError(pointer="/cursor", code="wrong_text", detail=rule)
        raise problem(code="invalid_request", errors=[error]) from None


def next_page(path: str, position: Position, query: Mapping[str, object | Sequence[object] | None]) -> str:
    """Return the address of the page behind a position, with the filters of this one."""
    at, of = position
    cursor = urlsafe_b64encode(f"{at.isoformat()} {of}".encode()).decode()
    kept = {name: value for name, value in query.items() if value not in (None, ())}
    return f"{path}?{urlencode({**kept, 'cursor': cursor}, doseq=True)}"
