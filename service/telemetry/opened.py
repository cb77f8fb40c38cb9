"""Telemetry as the settings ask for it, for the life of a process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from prometheus_client import disable_created_metrics

from service.settings import Settings
from service.telemetry.ops_server import ops_server
from service.telemetry.telemetry import Telemetry
from service.telemetry.tracing import opened_tracer


@contextmanager
def opened_telemetry(
    settings: Settings, *, process: Literal["web", "worker"], alive: Callable[[], bool] = lambda: True
) -> Iterator[Telemetry]:
    """Count and trace as long as the block lasts, and serve the figures where the settings say.

    `alive` is what the process's own /healthz answers.
    """
    disable_created_metrics()  # type: ignore[no-untyped-call]  # a series more for each, which nobody reads
    address = settings.metrics_address if process == "web" else settings.worker_metrics_address
    with opened_tracer(settings.trace_endpoint, share=settings.trace_share, process=process) as tracer:
        telemetry = Telemetry(tracer=tracer)
        with ops_server(address, telemetry.metrics.registry, alive=alive):
            yield telemetry
