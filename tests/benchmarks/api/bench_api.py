"""`make bench-api`: bulk upserts, the queue's overhead, plans per hour by workers, readers while plans are solved."""

import asyncio
import statistics
import time
from typing import Final
from uuid import UUID

import aiohttp
import httpx

from service.store.jobs.records import PlanStatus
from tests.benchmarks.api.stage import Stage, stage
from tests.benchmarks.records import Measure, alone, load, save

_CASES: Final = 10_000
_READERS: Final = 200
_LOOKS_EVERY_S: Final = 2.0
_READING_S: Final = 20.0
_QUEUED: Final = 20
_PLANS: Final = 12
_STEPS: Final = 300_000
#: So many cases that two solves go on while others read: smaller days of a village are soon as good as they get.
_LONG_DAY: Final = 200


def main() -> None:
    """Measure all, one after the other, on one database and one web process."""
    before, measures = load(), list[Measure]()
    note = (
        "One web process and PostgreSQL on the machine of the workers and the readers; all calls carry a key. Plans "
        f"per hour: of 60 cases in a village, {_STEPS:,} steps of `hybrid` each, so that all are the same work. A "
        f"reader looks every {_LOOKS_EVERY_S:g} s at a plan of 60 stops, at one of two of {_LONG_DAY} cases that are "
        "being searched, or at one's map; the first look of each is not counted. Overhead: from the transaction that "
        "accepts a plan to the one in which an idle worker claims it."
    )
    with stage() as on:
        for measure in (bulk_upsert, queue_overhead, plans_per_hour, readers):
            measures += measure(on)
            save("api", measures, [note], load_before=before, peers={})
    for one in measures:
        print(f"{one.measure}: {one.ours:.3f} {one.unit} ({one.goal or 'no goal'}: {one.reached})")


def bulk_upsert(on: Stage) -> list[Measure]:
    """Send ten thousand new cases in one call."""
    rows = [
        {"id": f"case-{number}", "address": f"Mill Lane {number}, Willowbrook", "name": f"N {number}", "priority": 50}
        for number in range(_CASES)
    ]
    started = time.perf_counter()
    answer = httpx.post(f"{on.web}/v1/cases/bulk", json=rows, headers=on.headers, timeout=120)
    took_s = time.perf_counter() - started
    assert answer.status_code == 200, answer.text[:500]
    return [alone(f"{_CASES:,} new cases in one call", took_s, at_most=5)]


def queue_overhead(on: Stage) -> list[Measure]:
    """Send plans one after the other to an idle worker."""
    waited = []
    with on.workers(1):
        for _ in range(_QUEUED):
            plan = on.done([on.plan(budget_s=0.05)])[0]
            assert plan.started_at is not None
            waited.append((plan.started_at - plan.created_at).total_seconds())
            time.sleep(0.3)  # the worker is idle again
    return [
        alone("queue overhead, median", statistics.median(waited), at_most=0.1),
        alone("queue overhead, slowest", max(waited)),
    ]


def plans_per_hour(on: Stage) -> list[Measure]:
    """Make the same plans with one, two and four workers."""
    rates: dict[int, float] = {}
    for workers in (1, 2, 4):
        with on.workers(workers):
            plans = on.done([on.plan(cases=60, iterations=_STEPS, engine="hybrid") for _ in range(_PLANS)])
            begun = min(plan.started_at for plan in plans if plan.started_at is not None)
            ended = max(plan.finished_at for plan in plans if plan.finished_at is not None)
            rates[workers] = _PLANS / (ended - begun).total_seconds() * 3600
    return [
        *(alone(f"plans per hour, {workers} workers", rate, unit="plans") for workers, rate in rates.items()),
        alone("two workers against one", rates[2] / rates[1], unit="x", at_least=1.8),
        alone("four workers against one", rates[4] / rates[1], unit="x"),
    ]


def readers(on: Stage) -> list[Measure]:
    """Read plans and their maps while two plans are solved."""
    with on.workers(2):
        done = on.done([on.plan(cases=60, budget_s=1)])[0]
        assert done.status is PlanStatus.SUCCESSFUL, done.problem
        solving = [on.plan(cases=_LONG_DAY, budget_s=_READING_S + 60, engine="hybrid") for _ in range(2)]
        while any(on.plans.get(one).progress is None for one in solving):
            time.sleep(0.1)
        took_s = asyncio.run(_read(on, [done.id, *solving]))
        assert not any(on.plans.get(one).status.is_terminal for one in solving), "they were solved too soon"
        for one in solving:
            on.plans.dismiss(one)
    took_s.sort()
    return [
        alone(f"{_READERS} readers, p99", took_s[int(len(took_s) * 0.99)], at_most=0.2),
        alone(f"{_READERS} readers, median", statistics.median(took_s)),
        alone(f"{_READERS} readers, answers a second", len(took_s) / _READING_S, unit="/s"),
    ]


async def _read(on: Stage, plans: list[UUID]) -> list[float]:
    """Return the seconds of each answer, those of a first look of everybody left out: so long all is opened anew."""
    paths = [path for plan in plans for path in (f"/v1/plans/{plan}", f"/plans/{plan}/map.json")]
    took_s: list[float] = []
    async with aiohttp.ClientSession(on.web, headers=on.headers, connector=aiohttp.TCPConnector(limit=0)) as client:
        begun = time.perf_counter()
        until = begun + _LOOKS_EVERY_S + _READING_S

        async def reader(number: int) -> None:
            await asyncio.sleep(number / _READERS * _LOOKS_EVERY_S)
            while (started := time.perf_counter()) < until:
                async with client.get(paths[number % len(paths)]) as answer:
                    body = await answer.read()
                seconds = time.perf_counter() - started
                assert answer.status == 200, body[:300]
                if started >= begun + _LOOKS_EVERY_S:
                    took_s.append(seconds)
                await asyncio.sleep(max(0.0, _LOOKS_EVERY_S - seconds))

        await asyncio.gather(*(reader(number) for number in range(_READERS)))
    return took_s


if __name__ == "__main__":
    main()
