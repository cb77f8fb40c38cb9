"""What a process tells of its work: a span and a figure for each step, and nothing of what the work is about."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from opentelemetry.trace import NoOpTracer, Span, SpanKind, Status, StatusCode, Tracer

from service.telemetry.metrics import Metrics
from service.telemetry.origin import logging_origin, trace_of

_NS: Final = 1_000_000_000


@dataclass(slots=True)
class Ending:
    """How a piece of work ended; whoever did it says so."""

    outcome: str = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """Figures and traces of one process. The default counts, and traces nothing."""

    metrics: Metrics = field(default_factory=Metrics)
    tracer: Tracer = field(default_factory=NoOpTracer)

    @contextmanager
    def step(self, name: str) -> Iterator[Span]:
        """Tell of a step of planning: geocode, roads, snap, matrix, solve, trace."""
        started = time.perf_counter()
        try:
            with self.span(name) as span:
                yield span
        finally:
            self.metrics.step(name, time.perf_counter() - started)

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, str | int | float] | None = None) -> Iterator[Span]:
        """Open a span. An exception is told by its type: its text may hold what it was working on."""
        with self.tracer.start_as_current_span(
            name, attributes=dict(attributes or {}), record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except Exception as exc:
                span.set_status(Status(StatusCode.ERROR, type(exc).__name__))
                raise

    @contextmanager
    def work(
        self, kind: str, *, work_id: str, attempt: int, waited_s: float, origin: Mapping[str, object]
    ) -> Iterator[Ending]:
        """Tell of a piece of work from the queue, under the request that it comes from.

        Parameters
        ----------
        waited_s : since it was accepted.
        origin : what `current_origin` returned when it was accepted.
        """
        first = attempt == 1
        if first:
            self.metrics.work_taken(kind, waited_s)
        started = time.perf_counter()
        ending = Ending()
        attributes: dict[str, str | int] = {f"doorstep.{kind}": work_id, "doorstep.attempt": attempt}
        parent = trace_of(origin)
        with logging_origin(origin):
            try:
                if first:
                    now = time.time_ns()
                    waiting = self.tracer.start_span(
                        f"{kind} queued", context=parent, start_time=now - int(max(0.0, waited_s) * _NS)
                    )
                    waiting.end(now)
                with self.tracer.start_as_current_span(
                    f"{kind} computed",
                    context=parent,
                    kind=SpanKind.CONSUMER,
                    attributes=attributes,
                    record_exception=False,
                    set_status_on_exception=False,
                ) as span:
                    yield ending
                    span.set_attribute("doorstep.outcome", ending.outcome)
                    if ending.outcome in {"failed", "broken"}:
                        span.set_status(Status(StatusCode.ERROR))
            finally:
                self.metrics.work_ended(kind, ending.outcome, time.perf_counter() - started)
