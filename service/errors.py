"""Problems as they are raised and told (RFC 9457): by their code, from the table in `service.problem_kinds`."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from fastapi_problem.error import Problem

from service.cases.refusal import TEXTS
from service.field_errors import field_errors
from service.problem_kinds import KINDS, type_uri
from service.schemas.problem import FieldError, ProblemDetails
from service.schemas.problem_kind import ProblemKindOut

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"
#: Seconds after which a client may ask again: by code, or by status. Work that waits takes longer to go than a
#: database to come back.
_RETRY_AFTER_S: Final[dict[str | int, int]] = {
    int(HTTPStatus.SERVICE_UNAVAILABLE): 5,
    int(HTTPStatus.TOO_MANY_REQUESTS): 30,
    "plan_not_done": 1,
    "batch_not_done": 1,
    "idempotency_key_busy": 1,
}


def problem(
    code: str, *, detail: str | None = None, errors: Sequence[FieldError] = (), headers: Mapping[str, str] | None = None
) -> Problem:
    """Return the exception that is answered as the problem of that code."""
    kind = KINDS[code]
    if (seconds := _RETRY_AFTER_S.get(code, _RETRY_AFTER_S.get(kind.status))) is not None:
        headers = {"Retry-After": str(seconds), **(headers or {})}
    extra = {"errors": [error.model_dump() for error in errors]}
    return Problem(
        kind.title,
        type_=code,
        detail=detail or kind.detail,
        status=kind.status,
        headers=dict(headers or {}),
        code=code,
        **extra,
    )


def invalid_body(found: Sequence[Mapping[str, object]], *, total: int) -> Problem:
    """Return the problem of a body with pydantic's errors, as FastAPI reports them: the first hundred are shown."""
    shown = field_errors(found)
    more = f" The first {len(shown)} of {total} errors are shown." if total > len(shown) else ""
    return problem("invalid_request", detail=KINDS["invalid_request"].detail + more, errors=shown)


def incident(incident_id: str) -> Problem:
    """Return the answer to an error that nobody foresaw: an id to find it in the log, and nothing else."""
    return problem("internal_error", detail=f"{KINDS['internal_error'].detail} Its id is {incident_id}.")


def problem_details(code: str, *, detail: str | None = None, errors: Sequence[FieldError] = ()) -> ProblemDetails:
    """Return the problem of that code as it stands inside a failed plan; an unknown code is an internal error."""
    kind = KINDS.get(code, KINDS["planning_failed"])
    return ProblemDetails(
        type=type_uri(kind.code),
        title=kind.title,
        status=kind.status,
        detail=detail or kind.detail,
        code=kind.code,
        errors=list(errors),
    )


def explained() -> list[ProblemKindOut]:
    """Return what every code means: of an error, and of a reason why something is not planned."""
    errors = [
        ProblemKindOut(
            type=type_uri(kind.code), code=kind.code, title=kind.title, detail=kind.detail, status=kind.status
        )
        for kind in KINDS.values()
    ]
    reasons = [
        ProblemKindOut(type=type_uri(code), code=code, title=title, detail=detail, status=None)
        for code, (title, detail) in TEXTS.items()
    ]
    return errors + reasons


def explain(code: str) -> ProblemKindOut:
    """Return what a code means.

    Raises
    ------
    Problem
        `not_found` when there is no such code.
    """
    for kind in explained():
        if kind.code == code:
            return kind
    raise problem(code="not_found")
