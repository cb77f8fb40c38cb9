"""On whose behalf a request acts, and why: for the audit log. Nothing that changes something goes unrecorded."""

from typing import Final
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import get_contextvars

from service.answered_errors import Answer
from service.audit.acting import acting, on_behalf_of
from service.audit.entry import Action, Actor, ReasonError, checked_reason
from service.deps import caller_of, services_of
from service.errors import problem
from service.schemas.problem import FieldError
from service.store.audit.audit_log import acted

REASON_HEADER: Final = "Audit-Reason"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: They ask by POST, because what they ask is long or private, and change nothing.
ASKING: Final = frozenset({"/v1/geocode", "/v1/geocode/reverse", "/v1/areas/{name}/reachable"})


class Acting:
    """Says who acts, to every store that this request reaches.

    A change that no store told the log of is told here, by its route, before the answer is sent.
    """

    def __init__(self, app: ASGIApp, handler: Answer) -> None:
        self._app = app
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request on behalf of its caller."""
        if scope["type"] != "http" or "caller" not in scope.get("state", {}):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        caller = caller_of(request)
        try:
            reason = _reason(request)
        except ReasonError as exc:
            error = FieldError(pointer=f"/{REASON_HEADER}", code="reason_rule", detail=str(exc))
            response = self._handler(request, problem("invalid_request", errors=[error]))
            await response(scope, receive, send)
            return
        actor = Actor(kind=caller.kind.value, id=caller.subject, role=caller.role.value)
        request_id = get_contextvars().get("request_id")

        async def recording(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_untold_change(scope, message["status"]):
                entry = acted(Action.REQUEST, method=scope["method"], route=_route(scope))
                await run_in_threadpool(services_of(request).deps_of(caller.tenant).audit.add, entry)
            await send(message)

        with on_behalf_of(actor, reason=reason, request=request_id):
            await self._app(scope, receive, recording)


def require_reason(given: str | None) -> None:
    """Raise the problem `reason_missing` unless the request says why; what it says was checked at the door."""
    if given is None or acting().reason is None:
        raise problem(code="reason_missing")


def _reason(request: Request) -> str | None:
    """Return the reason of the request: UTF-8, or percent-encoded where a client sends ASCII alone."""
    raw = request.headers.get(REASON_HEADER)
    if raw is None:
        return None
    try:
        return checked_reason(unquote(raw.encode("latin-1").decode("utf-8"), errors="strict"))
    except UnicodeError:
        msg = f"{REASON_HEADER} must be UTF-8, percent-encoded where it is not ASCII."
        raise ReasonError(msg) from None


def _is_untold_change(scope: Scope, status: int) -> bool:
    changes = scope["method"] not in _SAFE and scope["path"].startswith("/v1/") and status < 400
    return changes and not acting().told and _route(scope) not in ASKING


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "(none)"))
