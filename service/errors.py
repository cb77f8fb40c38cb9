"""From exceptions to `application/problem+json` (RFC 9457): the only place that knows status codes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
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
from starlette.routing import Match

from geodata.errors import AreaError, AreaNotFoundError
from service.auth.errors import (
    InvalidIdentityError,
    ProviderAwayError,
    TakenIdentityError,
    UnknownKeyError,
    UnknownUserError,
)
from service.cases.refusal import TEXTS
from service.field_errors import MAX_FIELD_ERRORS, field_errors
from service.planning.errors import PlanningError
from service.schemas.problem import FieldError, ProblemDetails
from service.schemas.problem_kind import ProblemKindOut
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKind:
    """One kind of error: what a client branches on, and what a person reads."""

    code: str
    status: int
    title: str
    detail: str


KINDS: Final[dict[str, ProblemKind]] = {
    code: ProblemKind(code=code, status=status, title=title, detail=detail)
    for code, status, title, detail in (
        ("bad_request", 400, "Request cannot be read", "The request is not valid HTTP for this service."),
        ("malformed_json", 400, "Body is not JSON", "Send one JSON value in UTF-8, as RFC 8259 describes it."),
        (
            "not_authenticated",
            401,
            "Who are you?",
            "Send a key or a token: Authorization: Bearer dsk_…. `doorstep init` makes the first key.",
        ),
        ("credentials_refused", 401, "Key refused", "It is unknown, has expired or was revoked. Ask for a new one."),
        ("not_allowed", 403, "Not allowed", "Your role or key lacks the scope for this."),
        ("cross_site_request", 403, "Request of another site", "A page of another origin may change nothing here."),
        ("not_found", 404, "Nothing here", "No resource has this address. The reference at /docs lists them all."),
        ("plan_not_found", 404, "No such plan", "No plan has this id. Use the Location that POST /v1/plans gave."),
        ("review_not_found", 404, "No such review", "No review has this id. GET /v1/geocode/reviews lists them all."),
        ("pin_not_found", 404, "No such pin", "No pin has this id. GET /v1/geocode/pins lists them all."),
        (
            "person_not_found",
            404,
            "Nobody is known by this",
            "Nothing is kept of whoever fits all that you gave. Name a case by its id.",
        ),
        ("link_not_found", 404, "No such link", "The plan has no link of this id. GET …/links lists them all."),
        ("schedule_not_found", 404, "No such schedule", "No schedule has this id. GET /v1/schedules lists them."),
        ("route_not_found", 404, "No such route", "The plan has fewer routes. Without ?route= all of them are shown."),
        ("batch_not_found", 404, "No such batch", "No batch has this id, or it was erased. Send the addresses again."),
        ("branch_not_found", 404, "No such branch", "No branch has this id. GET /v1/branches lists them all."),
        ("visit_not_found", 404, "No such visit", "The case has no visit of this id. GET its visits lists them all."),
        ("case_not_found", 404, "No such case", "No case has this id. GET /v1/cases lists them all."),
        (
            "collector_not_found",
            404,
            "No such collector",
            "No collector has this id. GET /v1/collectors lists them all.",
        ),
        ("key_not_found", 404, "No such key", "No key has this id. GET /v1/keys lists them all."),
        ("user_not_found", 404, "No such user", "No user has this id. GET /v1/users lists them all."),
        ("webhook_not_found", 404, "No such webhook", "No webhook has this id. GET /v1/webhooks lists them all."),
        ("delivery_not_found", 404, "No such delivery", "No delivery of the webhook has this id, or it was erased."),
        ("area_not_found", 404, "No such area", "No prepared area has this name. GET /v1/areas lists them all."),
        ("method_not_allowed", 405, "Method not allowed", "The Allow header names the methods of this resource."),
        ("plan_not_done", 409, "Plan is not done yet", "Wait until its status is successful, then ask again."),
        ("plan_without_result", 409, "Plan has no result", "The plan failed or was dismissed. Make a new one."),
        ("batch_not_done", 409, "Batch is not done yet", "Wait until its status is successful, then ask again."),
        ("batch_without_result", 409, "Batch has no answers", "The batch failed. Send the addresses again."),
        ("person_ambiguous", 409, "Several people fit", "Name the person by the id of a case."),
        (
            "person_at_work",
            409,
            "Person is being planned",
            "Nothing was erased. Try again when running plans end.",
        ),
        ("too_many_webhooks", 409, "Too many webhooks", "There are as many as there may be. Delete one that is idle."),
        (
            "idempotency_key_busy",
            409,
            "Still being answered",
            "A request with this Idempotency-Key is under way. Send it again after Retry-After.",
        ),
        ("plan_finished", 409, "Plan is over", "A finished plan cannot be dismissed."),
        ("branch_in_use", 409, "Branch is in use", "Cases or collectors belong to it. Move or delete them first."),
        ("resource_changed", 412, "Somebody was faster", "It has changed. Read it again, and change what it is now."),
        ("name_taken", 409, "Is there already", "Something of this name is there. Choose another one."),
        ("version_changed", 412, "Somebody was faster", "It has changed. Read it again, and decide on that."),
        ("review_changed", 412, "Somebody was faster", "The review has changed. Read it again, and decide on that."),
        ("pin_changed", 412, "Somebody was faster", "The pin has changed. Read it again, and decide on that."),
        ("body_too_large", 413, "Body is too large", "Send fewer cases in one request, or ask for a higher limit."),
        (
            "unsupported_media_type",
            415,
            "Content-Type is not supported",
            "Send the body with Content-Type: application/json.",
        ),
        ("host_not_allowed", 421, "Host not served", "The service answers only to the names in its allowed_hosts."),
        ("invalid_request", 422, "Request breaks rules", "Correct what errors names, and send the request again."),
        ("invalid_file", 422, "File cannot be read", "Send a CSV or XLSX file whose first row names the columns."),
        (
            "too_much_waiting",
            429,
            "Too much is waiting",
            "Wait until some of what you sent is done, then send this again.",
        ),
        ("reason_missing", 428, "Reason is missing", "Say why in the header Audit-Reason: it is recorded."),
        (
            "idempotency_key_reused",
            422,
            "Key was used already",
            "This Idempotency-Key came with another request before. Take a new key for each request.",
        ),
        ("rate_limited", 429, "Too many requests", "Send it again after Retry-After; RateLimit-Policy has the limits."),
        ("version_missing", 428, "Version is missing", 'Send the ETag of what you change as If-Match, such as "1".'),
        ("internal_error", 500, "Internal error", "The fault is ours. Report the incident to the operator."),
        ("planning_failed", 500, "Planning failed", "The fault is ours. Send the plan again or tell the operator."),
        (
            "geocoding_failed",
            500,
            "Locating failed",
            "The fault is ours. Send the addresses again or tell the operator.",
        ),
        ("worker_lost", 500, "Workers were lost", "Every worker that took this work died. Tell the operator."),
        ("database_unavailable", 503, "Database is away", "Nothing was stored. Try again in a few seconds."),
        (
            "area_unusable",
            503,
            "Area cannot be used",
            (
                "Its files are damaged, gone or of another version. "
                "Build it again: doorstep area build --pbf FILE --name NAME"
            ),
        ),
        (
            "provider_away",
            503,
            "Identity provider is away",
            "It does not say whether this token is good. Try again in a minute.",
        ),
        (
            "secret_key_wrong",
            503,
            "Secret key does not fit",
            "The keys in the database were wrapped with another DOORSTEP_SECRET_KEY. Tell the operator.",
        ),
        ("not_ready", 503, "Not ready", "A part that is needed is missing; errors says which."),
    )
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


@contextmanager
def within(pointer: str) -> Iterator[None]:
    """Have the errors of a part of a body, which `pointer` names, point into the whole body."""
    try:
        yield
    except _ANSWERED as exc:
        found = exc if isinstance(exc, Problem) else _problem_of(exc)
        errors = [{**error, "pointer": pointer + error["pointer"]} for error in found.extras.get("errors") or ()]
        found.extras["errors"] = errors
        raise found from None


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


def type_uri(code: str) -> str:
    """Return the URI reference that names the problem; it can be opened."""
    return f"/problems/{code}"


def problem_handler() -> ExceptionHandler:
    """Return what turns the exceptions that we know into answers; the input is never repeated."""
    return new_exception_handler(
        handlers=dict.fromkeys(_KNOWN, _answer),
        http_exception_handler=_http_exception,
        request_validation_handler=_validation_error,
        unhandled_wrappers={},
        documentation_uri_template=type_uri("{type}"),
    )


def install(app: FastAPI, handler: ExceptionHandler) -> None:
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
_ANSWERED: Final[tuple[type[Exception], ...]] = (Problem, *_KNOWN)

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_CODE_OF_STATUS: Final = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


def _answer(_handler: ExceptionHandler, _request: Request, exc: Exception) -> Problem:
    return _problem_of(exc)


def _problem_of(exc: Exception) -> Problem:
    code = next(code for kind, code in _KNOWN.items() if isinstance(exc, kind))
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


def _http_exception(_handler: ExceptionHandler, request: Request, exc: HTTPException) -> Problem:
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


def _validation_error(_handler: ExceptionHandler, _request: Request, exc: RequestValidationError) -> Problem:
    found = exc.errors()
    if names := [str(error["loc"][1]) for error in found if error["loc"][0] == "path"]:
        return problem(_NOT_FOUND[names[0]])
    return invalid_body(found, total=len(found))
