"""Lists in pages: an opaque cursor names the last entry, so that new ones move nothing."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Final, Protocol, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query
from rfc9457 import Problem

from service.errors import problem
from service.schemas.problem import FieldError

#: An instant and an id: the key that lists are ordered by.
Position = tuple[datetime, UUID]
_One = TypeVar("_One")
_At = TypeVar("_At")

_MAX_CURSOR: Final = 120
_MAX_ID_CURSOR: Final = 400
_BEHIND: Final = "behind"

Limit = Annotated[int, Query(ge=1, le=200, description="Most entries of the page.")]
Cursor = Annotated[
    str | None, Query(max_length=_MAX_CURSOR, description="Where the page begins: taken from `next`, never made up.")
]


#: Lists that are ordered by ids of the caller's, which are longer.
IdCursor = Annotated[
    str | None, Query(max_length=_MAX_ID_CURSOR, description="Where the page begins: taken from `next`, never made up.")
]


def id_of(cursor: str | None) -> str | None:
    """Return the id that a cursor of `cursor_behind` names.

    Raises
    ------
    Problem
        `invalid_request` when it is none of ours.
    """
    if cursor is None:
        return None
    try:
        word, _, id_ = urlsafe_b64decode(cursor.encode("ascii")).decode("utf-8").partition(" ")
    except ValueError:
        word, id_ = "", ""
    if word != _BEHIND or not id_ or "\0" in id_:
        raise no_cursor()
    return id_


def cursor_behind(id_: str) -> str:
    """Return the cursor of the page behind an id."""
    return urlsafe_b64encode(f"{_BEHIND} {id_}".encode()).decode()


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
        raise no_cursor() from None


class Made(Protocol):
    """What a list has in the order in which it was made."""

    @property
    def id(self) -> UUID:
        """Its id."""

    @property
    def created_at(self) -> datetime:
        """When it was made."""


def made_at(one: Made) -> Position:
    """Return where something stands in a list of what was made."""
    return one.created_at, one.id


def page_of(found: Sequence[_One], limit: int, at: Callable[[_One], _At]) -> tuple[Sequence[_One], _At | None]:
    """Return the entries of a page, of which one more was looked for, and what the next page begins behind, if any."""
    shown = found[:limit]
    return shown, at(shown[-1]) if len(found) > limit else None


def next_page(
    path: str, position: Position | str | None, query: Mapping[str, object | Sequence[object] | None]
) -> str | None:
    """Return the address of the page behind a position or an id, with the filters of this one; None behind the last."""
    if position is None:
        return None
    if isinstance(position, str):
        cursor = cursor_behind(position)
    else:
        at, of = position
        cursor = urlsafe_b64encode(f"{at.isoformat()} {of}".encode()).decode()
    kept = {name: value for name, value in query.items() if value not in (None, ())}
    return f"{path}?{urlencode({**kept, 'cursor': cursor}, doseq=True)}"


def no_cursor() -> Problem:
    """Return what is answered to a cursor that is none of ours."""
    rule = "Must be a cursor from `next` of an earlier page."
    return problem(code="invalid_request", errors=[FieldError(pointer="/cursor", code="wrong_text", detail=rule)])
