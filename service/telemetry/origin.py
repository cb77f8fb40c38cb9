"""Where work comes from: the request's id and trace, kept in the row of the work and taken up by its worker."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.contextvars import bound_contextvars, get_contextvars

REQUEST_ID: Final = "request_id"
TRACE_PARENT: Final = "traceparent"
#: A row may have been written by another version, or by hand: only what these allow reaches a log line.
_ALLOWED: Final = {REQUEST_ID: re.compile(r"[0-9a-f]{32}"), TRACE_PARENT: re.compile(r"[0-9a-f-]{55}")}
_propagator: Final = TraceContextTextMapPropagator()


def current_origin() -> dict[str, str]:
    """Return the id and the trace of the request that is being served; empty outside of one."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    request_id = get_contextvars().get(REQUEST_ID)
    found = {TRACE_PARENT: carrier.get(TRACE_PARENT), REQUEST_ID: request_id}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def trace_of(carrier: Mapping[str, object]) -> Context:
    """Return the trace that headers or an origin name; a new one begins where they name none."""
    parent = _valid(carrier, TRACE_PARENT)
    return _propagator.extract({} if parent is None else {TRACE_PARENT: parent}, context=Context())


@contextmanager
def logging_origin(origin: Mapping[str, object]) -> Iterator[None]:
    """Put the request's id of an origin into every log line of the block."""
    request_id = _valid(origin, REQUEST_ID)
    with bound_contextvars(**({} if request_id is None else {REQUEST_ID: request_id})):
        yield


def _valid(carrier: Mapping[str, object], name: str) -> str | None:
    value = carrier.get(name)
    return value if isinstance(value, str) and _ALLOWED[name].fullmatch(value) else None
