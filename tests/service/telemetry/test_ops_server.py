"""The figures and the health of a process, as whoever operates it reads them."""

from contextlib import closing
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from service.telemetry.metrics import DatabaseFigures, Metrics, QueueFigures
from service.telemetry.ops_server import ops_server


def read(port: int | None, path: str) -> tuple[int, str]:
    try:
        with closing(urlopen(f"http://127.0.0.1:{port}{path}", timeout=10)) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as exc:
        with exc:
            return exc.code, exc.read().decode()


def figures(text: str) -> dict[tuple[str, str], float]:
    """Values by name and labels."""
    return {
        (sample.name, ",".join(f"{key}={value}" for key, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_figures_are_served_as_prometheus_reads_them() -> None:
    metrics = Metrics()
    metrics.request("GET", "/v1/plans/{plan_id}", 200, 0.02)
    metrics.request("GEHEIM", "(none)", 405, 0.02)
    metrics.work_taken("plan", 3.0)
    metrics.work_ended("plan", "successful", 12.0)
    metrics.step("matrix", 0.3)
    metrics.gap(4.0)
    metrics.geocoded(["accepted", "accepted", "not_found"])

    with ops_server("127.0.0.1:0", metrics.registry) as port:
        status, text = read(port, "/metrics")

    found = figures(text)
    assert status == 200
    assert found["doorstep_http_requests_total", "method=GET,route=/v1/plans/{plan_id},status=200"] == 1
    assert found["doorstep_http_requests_total", "method=other,route=(none),status=405"] == 1
    assert found["doorstep_queue_wait_seconds_sum", "kind=plan"] == 3
    assert found["doorstep_work_seconds_count", "kind=plan,outcome=successful"] == 1
    assert found["doorstep_plan_step_seconds_sum", "step=matrix"] == 0.3
    assert found["doorstep_plan_gap_ratio_sum", ""] == 0.04
    assert found["doorstep_geocoded_addresses_total", "status=accepted"] == 2
    assert "process_resident_memory_bytes" in text


def test_the_database_is_asked_at_each_scrape() -> None:
    metrics = Metrics()
    waiting = [4, 9]
    metrics.watch_database(
        lambda: DatabaseFigures(
            queues=[QueueFigures(kind="plan", waiting=waiting.pop(0), running=1, oldest_wait_s=2.5)], ready_workers=2
        )
    )

    with ops_server("127.0.0.1:0", metrics.registry) as port:
        first, second = (figures(read(port, "/metrics")[1]) for _ in range(2))

    assert (first["doorstep_queue_depth", "kind=plan"], second["doorstep_queue_depth", "kind=plan"]) == (4, 9)
    assert second["doorstep_ready_workers", ""] == 2
    assert second["doorstep_database_up", ""] == 1


def test_a_database_that_is_away_is_told_and_the_other_figures_are_there() -> None:
    def away() -> DatabaseFigures:
        raise OperationalError("select", {}, Exception("password"))

    metrics = Metrics()
    metrics.watch_database(away)

    with ops_server("127.0.0.1:0", metrics.registry) as port:
        status, text = read(port, "/metrics")

    assert (status, figures(text)["doorstep_database_up", ""]) == (200, 0)
    assert "doorstep_build_info" in text
    assert "password" not in text


@pytest.mark.parametrize(("alive", "status"), [(True, 200), (False, 503)])
def test_health_is_what_the_process_says(alive: bool, status: int) -> None:
    with ops_server("127.0.0.1:0", Metrics().registry, alive=lambda: alive) as port:
        assert read(port, "/healthz")[0] == status


def test_nothing_else_is_served() -> None:
    with ops_server("127.0.0.1:0", Metrics().registry) as port:
        assert read(port, "/")[0] == read(port, "/v1/plans")[0] == 404


def test_without_an_address_nothing_is_served() -> None:
    with ops_server("", Metrics().registry) as port:
        assert port is None


def test_a_port_that_is_taken_is_a_warning_and_no_end() -> None:
    with (
        structlog.testing.capture_logs() as lines,
        ops_server("127.0.0.1:0", Metrics().registry) as port,
        ops_server(f"127.0.0.1:{port}", Metrics().registry) as second,
    ):
        assert second is None

    assert [line["event"] for line in lines] == ["metrics_not_served"]
