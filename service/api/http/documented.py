"""How operations document their errors in the OpenAPI description."""

from http import HTTPStatus
from typing import Any, Final

from service.errors import PROBLEM_MEDIA_TYPE, problem_details
from service.problem_kinds import KINDS
from service.schemas.problem import FieldError

Responses = dict[int | str, dict[str, Any]]

_SCHEMA: Final = {"$ref": "#/components/schemas/ProblemDetails"}
#: Any operation may answer them.
_EVERYWHERE: Final = ("host_not_allowed", "internal_error", "database_unavailable")
_EXAMPLE_ERRORS: Final = {
    "invalid_request": [
        FieldError(pointer="/cases/3/windows/0/end", code="window_order", detail="end must be later than start."),
        FieldError(pointer="/cases/7/phone", code="unknown_key", detail="Unknown key: correct it or remove it."),
    ]
}


def problems(*codes: str) -> Responses:
    """Return the `responses` of an operation that may answer these problems, and those that any may."""
    by_status: dict[int, list[str]] = {}
    for code in (*codes, *_EVERYWHERE):
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {status: _response(status, of) for status, of in sorted(by_status.items())}


def _response(status: int, codes: list[str]) -> dict[str, Any]:
    return {
        "description": HTTPStatus(status).phrase + ": " + ", ".join(f"`{code}`" for code in codes),
        "content": {
            PROBLEM_MEDIA_TYPE: {
                "schema": _SCHEMA,
                "examples": {code: {"summary": KINDS[code].title, "value": _example(code)} for code in codes},
            }
        },
    }


def _example(code: str) -> dict[str, Any]:
    details = problem_details(code).model_copy(update={"errors": _EXAMPLE_ERRORS.get(code, [])})
    return details.model_dump(mode="json")
