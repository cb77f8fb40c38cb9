"""The figures of one process: how much was asked, how long it took, how good it was. Never whose it was."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

_REQUEST_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 15, 60)
_WORK_S: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800)
_GAP: Final = (0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5, 1)
#: What else comes as a method is counted as one: a caller must not be able to make up label values.
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigures:
    """What waits and runs of one kind of work, all tenants together."""

    kind: str
    waiting: int
    running: int
    oldest_wait_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFigures:
    """What the database says at one moment; `ready_workers` gave a sign of life lately."""

    queues: Sequence[QueueFigures]
    ready_workers: int


class Metrics:
    """What a process counts, in a registry of its own. Labels come from closed sets: routes, steps, kinds, statuses."""

    def __init__(self) -> None:
        self.registry: Final = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._requests = Counter(
            "doorstep_http_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._request_s = Histogram(
            "doorstep_http_request_seconds",
            "Seconds from a request to the end of its answer.",
            ("method", "route"),
            buckets=_REQUEST_S,
            registry=self.registry,
        )
        self._wait_s = Histogram(
            "doorstep_queue_wait_seconds",
            "Seconds that work waited before a worker first took it.",
            ("kind",),
            buckets=_WORK_S,
            registry=self.registry,
        )
        self._work_s = Histogram(
            "doorstep_work_seconds",
            "Seconds that a worker spent on one piece of work, by how it ended.",
            ("kind", "outcome"),
            buckets=_WORK_S,
            registry=self.registry,
        )
        self._step_s = Histogram(
            "doorstep_plan_step_seconds",
            "Seconds of each step of planning: geocode, roads, snap, matrix, solve, trace.",
            ("step",),
            buckets=_WORK_S,
            registry=self.registry,
        )
        self._gap = Histogram(
            "doorstep_plan_gap_ratio",
            "How much of a plan's cost may at most be saved, where that is proven.",
            buckets=_GAP,
            registry=self.registry,
        )
        self._geocoded = Counter(
            "doorstep_geocoded_addresses",
            "Addresses answered, by status; the share accepted is accepted / all.",
            ("status",),
            registry=self.registry,
        )
        self._broken_tasks = Counter(
            "doorstep_worker_task_errors",
            "Errors that nobody foresaw in what a worker does beside plans: chores, deliveries, delivery.",
            ("task",),
            registry=self.registry,
        )
        Gauge("doorstep_build_info", "Always 1.", ("version",), registry=self.registry).labels(version("doorstep")).set(
            1
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request by its route's template."""
        known = method if method in METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._request_s.labels(known, route).observe(seconds)

    def work_taken(self, kind: str, waited_s: float) -> None:
        """Note how long work waited before its first attempt."""
        self._wait_s.labels(kind).observe(max(0.0, waited_s))

    def work_ended(self, kind: str, outcome: str, seconds: float) -> None:
        """Note how work ended."""
        self._work_s.labels(kind, outcome).observe(seconds)

    def step(self, name: str, seconds: float) -> None:
        """Note how long a step of planning took."""
        self._step_s.labels(name).observe(seconds)

    def gap(self, percent: float) -> None:
        """Note the proven gap of a plan."""
        self._gap.observe(percent / 100)

    def geocoded(self, statuses: Iterable[str]) -> None:
        """Count answered addresses."""
        for status in statuses:
            self._geocoded.labels(status).inc()

    def task_broken(self, name: str) -> None:
        """Count an error of what a worker does beside its work."""
        self._broken_tasks.labels(name).inc()

    def watch_database(self, read: Callable[[], DatabaseFigures]) -> None:
        """Ask the database at each scrape; one that does not answer is told as down, and is no error."""
        self.registry.register(_DatabaseCollector(read))


class _DatabaseCollector(Collector):
    def __init__(self, read: Callable[[], DatabaseFigures]) -> None:
        self._read = read

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked when this is registered."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Return the figures of this moment."""
        up = GaugeMetricFamily("doorstep_database_up", "1 when the database answered this scrape.")
        try:
            figures = self._read()
        except Exception:  # noqa: BLE001 - whatever is wrong with it, the other figures must still be readable
            up.add_metric((), 0)
            yield up
            return
        up.add_metric((), 1)
        yield up
        depth = GaugeMetricFamily("doorstep_queue_depth", "Work accepted and not taken yet.", labels=("kind",))
        running = GaugeMetricFamily("doorstep_running", "Work that workers compute now.", labels=("kind",))
        oldest = GaugeMetricFamily(
            "doorstep_queue_oldest_seconds", "Seconds that the oldest accepted work has waited.", labels=("kind",)
        )
        for queue in figures.queues:
            depth.add_metric((queue.kind,), queue.waiting)
            running.add_metric((queue.kind,), queue.running)
            oldest.add_metric((queue.kind,), queue.oldest_wait_s)
        workers = GaugeMetricFamily("doorstep_ready_workers", "Workers that gave a sign of life lately.")
        workers.add_metric((), figures.ready_workers)
        yield from (depth, running, oldest, workers)
