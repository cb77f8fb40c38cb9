"""What a worker does beside its work goes on whatever breaks it, and says so without the error's text."""

import asyncio

from structlog.testing import capture_logs

from service.jobs.unbroken import unbroken
from service.telemetry.metrics import Metrics


def test_what_breaks_is_logged_counted_and_begun_again() -> None:
    metrics, begun = Metrics(), []

    async def breaks_twice() -> None:
        begun.append(1)
        if len(begun) < 3:
            raise ValueError("Balthasar Quaderer")

    with capture_logs() as logs:
        asyncio.run(unbroken("chores", breaks_twice, metrics, again_after_s=0))

    assert len(begun) == 3
    assert [(entry["event"], entry["task"], entry["error"]) for entry in logs] == [
        ("worker_task_broken", "chores", "ValueError")
    ] * 2
    assert "breaks_twice" in logs[0]["frames"][-1]
    assert "Balthasar" not in str(logs)
    assert metrics.registry.get_sample_value("doorstep_worker_task_errors_total", {"task": "chores"}) == 2


async def goes_on() -> None:
    await asyncio.Event().wait()


def test_it_ends_when_the_worker_ends() -> None:
    async def ends_with_the_worker() -> bool:
        task = asyncio.create_task(unbroken("chores", goes_on, Metrics()))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(ends_with_the_worker())
