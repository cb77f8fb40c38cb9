"""The query string of an operation, read strictly: a name that it does not know is refused, as an unknown key is."""

from collections.abc import Iterator
from typing import Final

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from service.errors import problem
from service.field_errors import MAX_FIELD_ERRORS, json_pointer
from service.schemas.problem import FieldError

_RULE: Final = "Unknown parameter: correct its spelling or remove it."


async def refuse_unknown_names(request: Request) -> None:
    """Raise the problem `invalid_request` when the query names what the operation of the API does not know.

    A misspelt filter would otherwise give more than was asked for, and nobody would notice.
    """
    route = request.scope.get("route")
    if not request.url.query or not isinstance(route, APIRoute) or not route.path.startswith("/v1/"):
        return
    known = names_of(route)
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        errors = [
            FieldError(pointer=json_pointer([name]), code="unknown_parameter", detail=_RULE)
            for name in unknown[:MAX_FIELD_ERRORS]
        ]
        raise problem(code="invalid_request", errors=errors)


def names_of(route: APIRoute) -> frozenset[str]:
    """Return the names of the query parameters that an operation knows."""
    return frozenset(_names(route.dependant))


def _names(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for one in dependant.dependencies:
        yield from _names(one)


#: For every router of the API.
strict_query = Depends(refuse_unknown_names)
