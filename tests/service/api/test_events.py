"""Server-sent events: of plans and of batches, for one and for many who listen."""

import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import anyio
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from service.api.http import events
from service.app import create_app
from service.store.jobs.plans import PlanStore
from service.store.jobs.records import BatchRecord, PlanRecord, PlanStatus
from service.store.jobs.states import WorkState, WorkStates
from service.store.jobs.work_kinds import PLANS
from service.watch import WorkWatch
from tests.service.api.client import ApiClient
from tests.service.api.fakes import NOW, FakeBatches, FakePlans, fake_deps

SEARCHING = {"stage": "solving", "cost_s": 900, "assigned": 1, "unassigned": 2, "elapsed_s": 1.0, "budget_s": 5.0}


class Event(NamedTuple):
    name: str
    data: Any
    id: str | None


def heard(text: str) -> list[Event]:
    """Read a stream as a browser does, comments and the time to come back left out."""
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        if "data" in fields:
            found.append(Event(fields["event"], json.loads(fields["data"]), fields.get("id")))
    return found


def story() -> Iterator[dict[str, Any]]:
    """A plan as a worker changes it, a step at each look."""
    running = {"status": PlanStatus.RUNNING, "started_at": NOW, "attempt": 1}
    yield {}
    yield running
    yield running | {"progress": SEARCHING}
    yield running | {"progress": SEARCHING}
    yield running | {"progress": SEARCHING | {"cost_s": 800}}
    yield {"status": PlanStatus.SUCCESSFUL, "finished_at": NOW, "result": {}}


@pytest.fixture
def changing() -> FakePlans:
    steps = story()
    return FakePlans(on_get=lambda record: replace(record, **next(steps, {})))


def test_a_plan_tells_its_states_its_progress_and_its_end(changing: FakePlans) -> None:
    plan_id = changing.put()

    answer = ApiClient(create_app(fake_deps(plans=changing))).get(f"/v1/plans/{plan_id}/events")

    told = [(event.name, event.data.get("status", event.data.get("cost_s"))) for event in heard(answer.text)]
    assert told == [
        ("status", "running"),
        ("progress", 900),
        ("progress", 800),
        ("status", "successful"),
        ("result", "successful"),
    ]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.startswith("retry: 2000\n")
    assert heard(answer.text)[-1].data["links"]["self"] == f"/v1/plans/{plan_id}"


def test_a_failed_plan_says_why(client: ApiClient, plans: FakePlans) -> None:
    plan_id = plans.put(status=PlanStatus.FAILED, finished_at=NOW, problem={"code": "worker_lost"})

    end = heard(client.get(f"/v1/plans/{plan_id}/events").text)[-1]

    assert (end.name, end.data["problem"]) == ("result", {"code": "worker_lost"})


def test_who_has_the_last_event_is_told_not_to_come_back(client: ApiClient, plans: FakePlans) -> None:
    path = f"/v1/plans/{plans.put(status=PlanStatus.DISMISSED, finished_at=NOW)}/events"

    first = client.get(path)
    again = client.get(path, headers={"Last-Event-ID": str(heard(first.text)[-1].id)})
    other = client.get(path, headers={"Last-Event-ID": "of something else"})

    assert [event.name for event in heard(first.text)] == ["status", "result"]
    assert (again.status_code, again.content) == (204, b"")
    assert heard(other.text) == heard(first.text)


def test_who_comes_back_is_not_told_what_it_knows(
    client: ApiClient, plans: FakePlans, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "LONGEST_S", 0.1)
    path = f"/v1/plans/{plans.put(status=PlanStatus.RUNNING, started_at=NOW, attempt=1, progress=SEARCHING)}/events"

    first = heard(client.get(path).text)
    again = client.get(path, headers={"Last-Event-ID": str(first[-1].id)})

    assert [event.name for event in first] == ["status", "progress"]
    assert heard(again.text) == []


def test_a_silent_stream_is_kept_open_by_comments(
    client: ApiClient, plans: FakePlans, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "LONGEST_S", 0.3)
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.05)

    text = client.get(f"/v1/plans/{plans.put()}/events").text

    assert [event.data["status"] for event in heard(text)] == ["accepted"]
    assert text.count(": ping\n\n") >= 3


def test_there_are_no_events_of_what_is_not_there(client: ApiClient) -> None:
    for path in (f"/v1/plans/{uuid4()}/events", f"/v1/geocode/batches/{uuid4()}/events"):
        assert client.get(path).status_code == 404


def test_a_batch_tells_its_rows_and_the_stream_ends_when_it_is_erased() -> None:
    looks = iter(range(10))

    def going_on(record: BatchRecord) -> BatchRecord:
        return replace(record, status=PlanStatus.RUNNING, progress={"done": next(looks), "total": 9, "elapsed_s": 0.1})

    class Erased(FakeBatches):
        def get(self, batch_id: UUID) -> BatchRecord:
            record = super().get(batch_id)
            if record.progress == {"done": 3, "total": 9, "elapsed_s": 0.1}:
                del self.records[batch_id]
            return record

    batches = Erased(on_get=lambda record: record)
    batch_id = batches.create(request={}, area="liechtenstein", total=9)
    batches.on_get = going_on

    answer = ApiClient(create_app(fake_deps(batches=batches))).get(f"/v1/geocode/batches/{batch_id}/events")

    told = heard(answer.text)
    assert [event.name for event in told[:2]] == ["status", "progress"]
    assert "result" not in [event.name for event in told]


def test_many_listeners_cost_one_look_at_a_time() -> None:
    looks: list[int] = []
    state = WorkState(status=PlanStatus.RUNNING, attempt=1, stop_requested=False, progress=None, problem=None)
    over = replace(state, status=PlanStatus.SUCCESSFUL)
    ids = [uuid4() for _ in range(200)]

    def look(asked: Collection[UUID]) -> dict[UUID, WorkState]:
        looks.append(len(asked))
        return dict.fromkeys(asked, over if len(looks) > 3 else state)

    async def listen(watch: WorkWatch, work_id: UUID) -> list[PlanStatus]:
        states = []
        async with watch.watching(work_id) as watching:
            while await watching.change(5):
                assert watching.state is not None
                states.append(watching.state.status)
                if watching.state.status.is_terminal:
                    break
        return states

    async def all_listen() -> None:
        watch = WorkWatch(look, every_s=0.01)
        heard_by = [list[PlanStatus]() for _ in ids]

        async def one(number: int) -> None:
            heard_by[number] += await listen(watch, ids[number])

        async with anyio.create_task_group() as group:
            for number in range(len(ids)):
                group.start_soon(one, number)
        assert heard_by == [[PlanStatus.RUNNING, PlanStatus.SUCCESSFUL]] * len(ids)

    anyio.run(all_listen)

    assert looks == [200] * 4


def test_a_database_that_is_away_for_a_moment_ends_no_stream(plans: FakePlans) -> None:
    plan_id = plans.put(status=PlanStatus.SUCCESSFUL, finished_at=NOW, result={})
    looks = iter(range(10))

    def look(ids: Collection[UUID]) -> dict[UUID, WorkState]:
        if next(looks) < 2:
            raise OperationalError("SELECT", {}, Exception("away"))
        record: PlanRecord = plans.get(plan_id)
        return dict.fromkeys(
            ids,
            WorkState(status=record.status, attempt=1, stop_requested=False, progress=None, problem=None),
        )

    deps = replace(fake_deps(plans=plans), plan_watch=WorkWatch(look, every_s=0.01))
    answer = ApiClient(create_app(deps)).get(f"/v1/plans/{plan_id}/events")

    assert [event.name for event in heard(answer.text)] == ["status", "result"]


def test_states_are_read_of_many_plans_at_once(store: PlanStore, engine: Engine) -> None:
    first, second = (store.create(request={}, area="wood", plan_date=NOW.date()) for _ in range(2))
    store.claim(second)
    store.report_progress(second, 1, {"step": 1})

    states = WorkStates(engine, PLANS)([first, second, uuid4()])

    assert {plan_id: state.status.value for plan_id, state in states.items()} == {first: "accepted", second: "running"}
    assert states[second].progress == {"step": 1}
