"""From exceptions to `application/problem+json`: which problem each kind of exception is answered with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi_problem.error import Problem
from fastapi_problem.handler import ExceptionHandler, new_exception_handler
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from geodata.errors import AreaError, AreaNotFoundError
from service.auth.errors import (
    InvalidIdentityError,
    ProviderAwayError,
    TakenIdentityError,
    UnknownKeyError,
    UnknownUserError,
)
from service.errors import invalid_body, problem
from service.field_errors import MAX_FIELD_ERRORS
from service.planning.errors import PlanningError
from service.problem_kinds import type_uri
from service.schemas.problem import FieldError
from service.spreadsheets.sheet import SheetError
from service.store.errors import (
    AmbiguousPersonError,
    BatchNotFoundError,
    BranchInUseError,
    DeliveryNotFoundError,
    KeyBusyError,
    KeyReusedError,
    LinkNotFoundError,
    PersonAtWorkError,
    PersonNotFoundError,
    PinChangedError,
    PinNotFoundError,
    PlanFinishedError,
    PlanNotFoundError,
    ResourceChangedError,
    ResourceExistsError,
    ResourceNotFoundError,
    ReviewChangedError,
    ReviewNotFoundError,
    TooManyWebhooksError,
    TooMuchWaitingError,
    UnknownBranchError,
    UnstorableValueError,
    VersionChangedError,
    WebhookNotFoundError,
    WrongSecretKeyError,
)

#: From an exception to what is answered.
Answer = Callable[[Request, Exception], Response]


def problem_handler() -> ExceptionHandler:
    """Return what turns the exceptions that we know into answers; the input is never repeated."""
    return new_exception_handler(
        handlers=dict.fromkeys(_KNOWN, _told),
        http_exception_handler=_told,
        request_validation_handler=_told,
        unhandled_wrappers={},
        documentation_uri_template=type_uri("{type}"),
    )


def install(app: FastAPI, handler: Answer) -> None:
    """Let the handler answer what the endpoints raise; what is not known goes on to the incident middleware."""
    for kind in (*_KNOWN, Problem, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, handler)


_KNOWN: Final[dict[type[Exception], str]] = {
    PlanNotFoundError: "plan_not_found",
    PlanFinishedError: "plan_finished",
    TooMuchWaitingError: "too_much_waiting",
    BatchNotFoundError: "batch_not_found",
    SheetError: "invalid_file",
    ReviewNotFoundError: "review_not_found",
    ReviewChangedError: "review_changed",
    PinNotFoundError: "pin_not_found",
    PinChangedError: "pin_changed",
    ResourceNotFoundError: "not_found",
    ResourceExistsError: "version_missing",
    ResourceChangedError: "resource_changed",
    UnknownBranchError: "invalid_request",
    BranchInUseError: "branch_in_use",
    LinkNotFoundError: "link_not_found",
    PersonNotFoundError: "person_not_found",
    AmbiguousPersonError: "person_ambiguous",
    PersonAtWorkError: "person_at_work",
    WebhookNotFoundError: "webhook_not_found",
    TooManyWebhooksError: "too_many_webhooks",
    DeliveryNotFoundError: "delivery_not_found",
    KeyReusedError: "idempotency_key_reused",
    KeyBusyError: "idempotency_key_busy",
    VersionChangedError: "version_changed",
    InvalidIdentityError: "invalid_request",
    TakenIdentityError: "name_taken",
    ProviderAwayError: "provider_away",
    UnknownKeyError: "key_not_found",
    UnknownUserError: "user_not_found",
    WrongSecretKeyError: "secret_key_wrong",
    AreaNotFoundError: "invalid_request",
    AreaError: "area_unusable",
    PlanningError: "invalid_request",
    UnstorableValueError: "invalid_request",
    OperationalError: "database_unavailable",
    InterfaceError: "database_unavailable",
    PoolTimeoutError: "database_unavailable",
    psycopg.OperationalError: "database_unavailable",
    ConnectorException: "database_unavailable",
}
#: What has an answer of its own: anything else is an incident.
ANSWERED: Final[tuple[type[Exception], ...]] = (Problem, *_KNOWN)

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_CODE_OF_STATUS: Final = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


#: What is said instead of the kind's detail, which is about storing, to who only reads.
_OF_READING: Final = {
    "database_unavailable": "The database does not answer: nothing was read. Try again in a few seconds."
}


def _told(_handler: ExceptionHandler, request: Request, exc: Exception) -> Problem:
    return told(request, exc)


def told(request: Request, exc: Exception) -> Problem:
    """Return the problem as which an exception that we know is answered."""
    if isinstance(exc, Problem):
        return exc
    if isinstance(exc, HTTPException):
        return _http_exception(request, exc)
    if isinstance(exc, RequestValidationError):
        return _validation_error(exc)
    code = _code_of(exc)
    if request.method in {"GET", "HEAD"} and (said := _OF_READING.get(code)):
        return problem(code, detail=said)
    return _problem_of(exc)


def _code_of(exc: Exception) -> str:
    return next(code for kind, code in _KNOWN.items() if isinstance(exc, kind))


def _problem_of(exc: Exception) -> Problem:
    code = _code_of(exc)
    if isinstance(exc, ResourceNotFoundError):
        code = f"{exc.kind}_not_found"
    return problem(code, errors=_named_field(exc))


def _named_field(exc: Exception) -> tuple[FieldError, ...]:
    if isinstance(exc, AreaNotFoundError):
        rule = "No prepared area has this name. GET /v1/areas lists them."
        return (FieldError(pointer="/area", code="area_not_found", detail=rule),)
    if isinstance(exc, PlanningError):
        shown = exc.pointers[:MAX_FIELD_ERRORS]
        return tuple(FieldError(pointer=pointer, code=exc.code, detail=str(exc)) for pointer in shown)
    if isinstance(exc, UnknownBranchError):
        rule = "Must be the id of a branch. GET /v1/branches lists them."
        return (FieldError(pointer="/branch", code="unknown_branch", detail=rule),)
    if isinstance(exc, SheetError):
        return (FieldError(pointer="", code=exc.code, detail=str(exc)),)
    if isinstance(exc, InvalidIdentityError):
        return (FieldError(pointer=f"/{exc.field}", code="broken_rule", detail=str(exc)),)
    if isinstance(exc, UnstorableValueError):
        return (FieldError(pointer="", code="unstorable_text", detail=str(exc)),)
    return ()


def _http_exception(request: Request, exc: HTTPException) -> Problem:
    code = _CODE_OF_STATUS.get(exc.status_code, "bad_request" if exc.status_code < 500 else "internal_error")
    headers = exc.headers if code != "method_not_allowed" else {**(exc.headers or {}), "Allow": _allowed(request)}
    return problem(code, headers=headers)


def _allowed(request: Request) -> str:
    """Return the methods of a resource: Starlette names those of one route, and a resource may have several."""
    return ", ".join(
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.router.routes
        )
    )


#: What no resource has whose id in the path is no UUID.
_NOT_FOUND: Final = {
    "plan_id": "plan_not_found",
    "batch_id": "batch_not_found",
    "review_id": "review_not_found",
    "pin_id": "pin_not_found",
    "branch_id": "branch_not_found",
    "case_id": "case_not_found",
    "collector_id": "collector_not_found",
    "webhook_id": "webhook_not_found",
    "delivery_id": "delivery_not_found",
    "visit_id": "visit_not_found",
    "schedule_id": "schedule_not_found",
    "key_id": "key_not_found",
    "link_id": "link_not_found",
    "route": "route_not_found",
    "user_id": "user_not_found",
    "ending": "not_found",
    "name": "not_found",
}


def _validation_error(exc: RequestValidationError) -> Problem:
    found = exc.errors()
    if names := [str(error["loc"][1]) for error in found if error["loc"][0] == "path"]:
        return problem(_NOT_FOUND[names[0]])
    return invalid_body(found, total=len(found))


@contextmanager
def within(pointer: str) -> Iterator[None]:
    """Have the errors of a part of a body, which `pointer` names, point into the whole body."""
    try:
        yield
    except ANSWERED as exc:
        found = exc if isinstance(exc, Problem) else _problem_of(exc)
        errors = [{**error, "pointer": pointer + error["pointer"]} for error in found.extras.get("errors") or ()]
        found.extras["errors"] = errors
        raise found from None
