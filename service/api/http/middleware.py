"""Around every request: its log line, security headers, incidents, host names and the size of its body."""

import time
from collections.abc import Sequence
from typing import Final
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.answered_errors import Answer
from service.api.http.request_context import method_of, route_template
from service.errors import incident, problem
from service.logs import frames_of

_log = structlog.get_logger("doorstep.http")

#: Nothing from any other host. MapLibre and Swagger UI draw images that they make themselves (data:, blob:).
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_SECURITY_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: What is the same for everybody may be cached; all the rest may be about people.
_CACHEABLE: Final = ("/static/", "/tiles/")


class AccessLog:
    """One line a request: method, route template, status, milliseconds. Never a value from the path or the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        started = time.perf_counter()

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting_status)
        finally:
            elapsed_ms = round((time.perf_counter() - started) * 1000, 1)
            _log.info("request", method=method_of(scope), route=route_template(scope), status=status, ms=elapsed_ms)


class SecurityHeaders:
    """Headers that every answer carries, unless it has its own of that name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request and complete the headers of the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        cache = "no-cache" if scope["path"].startswith(_CACHEABLE) else "no-store"

        async def completing(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**_SECURITY_HEADERS, "Cache-Control": cache}.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, completing)


class Incidents:
    """Errors that nobody foresaw: an id for the client, and for the log where it happened, without the text.

    The text of an exception may hold what it was working on, and that may be an address.
    """

    def __init__(self, app: ASGIApp, handler: Answer) -> None:
        self._app = app
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request; answer an unknown error as an incident."""
        started = False

        async def noting_start(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting_start)
        except ClientDisconnect:
            _log.info("client_gone")
        except Exception as exc:  # noqa: BLE001 - the last resort: logged, and answered as what it is
            incident_id = uuid4().hex
            _log.error("incident", incident=incident_id, error=type(exc).__name__, frames=frames_of(exc, last=12))
            if scope["type"] != "http" or started:
                msg = f"The answer of incident {incident_id} had begun; the connection is closed."
                raise RuntimeError(msg) from None
            scope.setdefault("state", {})["incident"] = incident_id
            response = self._handler(Request(scope), incident(incident_id))
            await response(scope, receive, send)


class AllowedHosts:
    """Refuses host names that are not ours: a page elsewhere cannot reach us by rebinding its name (DNS rebinding)."""

    def __init__(self, app: ASGIApp, handler: Answer, allowed: Sequence[str]) -> None:
        self._app = app
        self._handler = handler
        self._allowed = frozenset(name.lower() for name in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request when its Host is one of ours."""
        if scope["type"] == "lifespan" or "*" in self._allowed or _host(scope) in self._allowed:
            await self._app(scope, receive, send)
            return
        response = self._handler(Request(scope), problem("host_not_allowed"))
        await response(scope, receive, send)


class BodyLimit:
    """Refuses a body by its announced length, and a body without one as soon as it has grown too large."""

    def __init__(self, app: ASGIApp, handler: Answer, max_bytes: int) -> None:
        self._app = app
        self._handler = handler
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, counting what is received."""
        if scope["type"] == "http" and self._announces_too_much(scope):
            response = self._handler(Request(scope), problem("body_too_large"))
            await response(scope, receive, send)
            return
        received = 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise problem(code="body_too_large")
            return message

        await self._app(scope, counting, send)

    def _announces_too_much(self, scope: Scope) -> bool:
        announced = Headers(scope=scope).get("content-length", "0")
        return (
            not announced.isdecimal() or len(announced) > len(str(self._max_bytes)) or int(announced) > self._max_bytes
        )


def _host(scope: Scope) -> str:
    """Return the host name of a request in small letters, without its port."""
    host = Headers(scope=scope).get("host", "").lower()
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host
