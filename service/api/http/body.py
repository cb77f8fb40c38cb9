"""Reading a JSON body strictly: UTF-8, no key twice, no NaN, an error that says where, and bounded work."""

import json
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any, Final, NoReturn, cast

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from rfc9457 import Problem

from service.errors import invalid_body, problem

#: No schema has as many keys, and no request that is small enough to plan has as many objects.
_MAX_KEYS: Final = 32
_MAX_OBJECTS: Final = 200_000
#: FastAPI renders every error, also a million: beyond this many, those of the first items are enough.
_MAX_ERRORS: Final = 20_000
_FIRST_ITEMS: Final = 20


class JsonBodyRoute(APIRoute):
    """A route whose body is read by `parse_json` before FastAPI validates it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's handler, behind the reading of the body."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle
        schema: TypeAdapter[object] = TypeAdapter(cast("type[object]", self.body_field.field_info.annotation))

        async def read_then_handle(request: Request) -> Response:
            read = _JsonRequest(request.scope, request.receive)
            refuse_hopeless(schema, await read.json())
            return await handle(read)

        return read_then_handle


class _JsonRequest(Request):
    async def json(self) -> Any:
        """Return the body's value; read once."""
        if not hasattr(self, "_json"):
            if not is_json(self.headers.get("content-type", "")):
                raise problem(code="unsupported_media_type", headers={"Accept-Post": "application/json"})
            self._json = parse_json(await self.body())
        return self._json


def is_json(content_type: str) -> bool:
    """Whether a Content-Type announces JSON.

    Examples
    --------
    >>> is_json("application/json; charset=utf-8"), is_json("text/plain")
    (True, False)
    """
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))


def parse_json(body: bytes) -> object:
    """Return the value of a JSON text.

    Raises
    ------
    Problem
        `malformed_json`, with what is wrong and where, and nothing of the text itself.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise _malformed(why=f"Byte {exc.start} is not UTF-8.") from None
    if not text.strip():
        raise _malformed(why="The body is empty.")
    try:
        return json.loads(text, object_pairs_hook=_objects(), parse_constant=_no_constant)
    except json.JSONDecodeError as exc:
        raise _malformed(why=f"{exc.msg} at line {exc.lineno}, column {exc.colno}.") from None
    except RecursionError:
        raise _malformed(why="Its arrays and objects are nested too deeply.") from None
    except ValueError:
        raise _malformed(why="A number has too many digits.") from None


def refuse_hopeless(schema: TypeAdapter[object], value: object) -> None:
    """Refuse a body with so many errors that only to list them would take seconds.

    Raises
    ------
    Problem
        `invalid_request`, with the errors in the first items of each list.
    """
    try:
        schema.validate_python(value)
    except ValidationError as exc:
        if exc.error_count() > _MAX_ERRORS:
            raise invalid_body(_first_errors(schema, value), total=exc.error_count()) from None


def _first_errors(schema: TypeAdapter[object], value: object) -> list[dict[str, object]]:
    if isinstance(value, dict):
        value = {key: item[:_FIRST_ITEMS] if isinstance(item, list) else item for key, item in value.items()}
    try:
        schema.validate_python(value)
    except ValidationError as exc:
        return [{**error, "loc": ("body", *error["loc"])} for error in exc.errors(include_url=False)]
    return []


def _objects() -> Callable[[list[tuple[str, object]]], dict[str, object]]:
    """Return what makes the objects of one text."""
    number = count(1)

    def make(pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) < len(pairs):
            raise _malformed(why="An object has the same key twice.")
        if len(made) > _MAX_KEYS:
            raise _malformed(why=f"An object has more than {_MAX_KEYS} keys; none that the service knows has as many.")
        if next(number) > _MAX_OBJECTS:
            raise _malformed(why=f"It has more than {_MAX_OBJECTS} objects; no request needs as many.")
        return made

    return make


def _no_constant(_name: str) -> NoReturn:
    raise _malformed(why="NaN and Infinity are no JSON numbers.")


def _malformed(why: str) -> Problem:
    return problem("malformed_json", detail=f"{why} Send one JSON value in UTF-8, as RFC 8259 describes it.")
