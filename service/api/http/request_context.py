"""The outermost layer of a request: its id, its trace and its figures."""

import time
from typing import Final
from uuid import uuid4

from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from service.deps import services_in
from service.telemetry.metrics import METHODS
from service.telemetry.origin import REQUEST_ID, trace_of

_HEADER: Final = "X-Request-Id"


class RequestContext:
    """Gives each request an id: in every log line, in the answer's X-Request-Id, in the work it puts into the queue.

    The id is ours alone: a caller's own words would stand in the log. A caller's trace (`traceparent`) is continued.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, and tell of it by its route's template."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, status, started = uuid4().hex, 0, time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[_HEADER] = request_id
            await send(message)

        telemetry, method = services_in(scope["app"]).telemetry, method_of(scope)
        with (
            bound_contextvars(**{REQUEST_ID: request_id}),
            telemetry.tracer.start_as_current_span(
                method,
                context=trace_of(Headers(scope=scope)),
                kind=SpanKind.SERVER,
                record_exception=False,
                set_status_on_exception=False,
            ) as span,
        ):
            try:
                await self._app(scope, receive, noting)
            finally:
                route = route_template(scope)
                span.update_name(f"{method} {route}")
                span.set_attributes(
                    {
                        "http.request.method": method,
                        "http.route": route,
                        "http.response.status_code": status,
                        "doorstep.request_id": request_id,
                    }
                )
                telemetry.metrics.request(method, route, status, time.perf_counter() - started)


def method_of(scope: Scope) -> str:
    """Name the method of a request; one that HTTP does not know is a caller's own word, and stands nowhere."""
    return str(scope["method"]) if scope["method"] in METHODS else "other"


def route_template(scope: Scope) -> str:
    """Name the route of a request that was served, without a value of its path."""
    return str(getattr(scope.get("route"), "path", "(none)"))
