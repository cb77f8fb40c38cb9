"""Traces by OpenTelemetry: off unless the settings name where they go."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from opentelemetry.trace import NoOpTracer, Tracer

_NAME = "doorstep"


@contextmanager
def opened_tracer(endpoint: str | None, *, share: float, process: str) -> Iterator[Tracer]:
    """Give what makes spans, and send what is left when the block ends.

    Parameters
    ----------
    endpoint : where traces go, OTLP over HTTP, such as http://collector:4318/v1/traces; None for nowhere.
    share : of the traces that begin here, between 0 and 1; a caller's own decision is followed.
    process : "web" or "worker".
    """
    if endpoint is None:
        yield NoOpTracer()
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - when asked for
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - likewise
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - likewise
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - likewise
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased  # noqa: PLC0415 - likewise

    provider = TracerProvider(
        resource=Resource.create({"service.name": f"{_NAME}-{process}", "service.version": version(_NAME)}),
        sampler=ParentBased(TraceIdRatioBased(share)),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    try:
        yield provider.get_tracer(_NAME)
    finally:
        provider.shutdown()
