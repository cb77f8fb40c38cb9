"""Schedules over HTTP, and run as workers run them: each slot once, a missed one made up for once."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from service.api.scheduled import SchedulePlanner
from service.app import create_app
from service.deps import Deps
from service.store.audit.audit_log import AuditLog
from service.store.jobs.plans import PlanStore
from service.store.jobs.schedules import DueSchedules, Ran, ScheduleStore, plan_id_of
from service.store.jobs.turns import Limits
from service.store.people.erasure import Erasure
from service.store.people.person_search import Wanted
from service.store.people.persons import PersonStore
from service.store.privacy.tenant_keys import TenantKeys
from service.store.resources.registry import registry
from service.store.tenancy import tenant_engine
from tests.service.api.client import ApiClient
from tests.service.api.fakes import fake_deps, plan_body

#: A Wednesday, in Vaduz.
WEDNESDAY = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)


class Office:
    """The application at a time that the test says, and the workers' side of it."""

    def __init__(self, engine: Engine) -> None:
        self.now = WEDNESDAY - timedelta(hours=9)
        self.engine, self.keys = engine, TenantKeys(engine)
        mine = tenant_engine(engine, "main")
        self.limits = Limits()
        self._schedules = ScheduleStore(mine, self.keys, tenant="main")
        self._registry = registry(mine, self.keys, tenant="main")
        self.web = ApiClient(create_app(self.deps("main")))

    @property
    def plans(self) -> PlanStore:
        return PlanStore(tenant_engine(self.engine, "main"), self.keys, tenant="main", limits=self.limits)

    def deps(self, _tenant: str) -> Deps:
        return replace(
            fake_deps(), plans=self.plans, schedules=self._schedules, registry=self._registry, now=lambda: self.now
        )

    def store(self, **more: Any) -> dict[str, Any]:
        answer = self.web.post("/v1/schedules", json=schedule(**more))
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def run(self, now: datetime) -> list[tuple[UUID, Ran]]:
        """Do as a worker does at that time."""
        self.now = now
        return DueSchedules(self.engine, self.keys).run(now, SchedulePlanner(self.deps))

    def put(self, path: str, **body: Any) -> None:
        answer = self.web.request("PUT", f"/v1/{path}", json=body, headers={"If-Match": "*"})
        assert answer.status_code in {200, 201}, answer.text

    def erase(self, wanted: Wanted) -> Erasure:
        persons = PersonStore(tenant_engine(self.engine, "main"), self.keys, tenant="main")
        return persons.erase(persons.find(wanted))

    def read(self, made: dict[str, Any]) -> dict[str, Any]:
        return dict(self.web.get(f"/v1/schedules/{made['id']}").json())

    def days(self) -> list[str]:
        return sorted(plan.plan_date.isoformat() for plan in self.plans.list_recent(100))


def schedule(**more: Any) -> dict[str, Any]:
    return {"name": "Vaduz", "at": "06:00", "request": plan_body(time_zone="Europe/Vaduz")} | more


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)


def test_a_slot_makes_its_plan_and_the_next_one_is_set(office: Office) -> None:
    made = office.store()

    early = office.run(WEDNESDAY - timedelta(seconds=1))
    [(_, ran)] = office.run(WEDNESDAY + timedelta(seconds=2))
    again = office.run(WEDNESDAY + timedelta(seconds=4))

    assert made["next_run_at"] == "2026-11-25T05:00:00Z"
    assert (early, again) == ([], [])
    assert office.days() == ["2026-11-25"]
    shown = office.read(made)
    assert shown["next_run_at"] == "2026-11-26T05:00:00Z"
    assert [(run["slot"], run["plan"], run["problem"]) for run in shown["runs"]] == [
        ("2026-11-25T05:00:00Z", str(ran.plan), None)
    ]
    assert office.web.get(f"/v1/plans/{ran.plan}").json()["status"] == "accepted"


def test_however_many_workers_look_a_slot_makes_one_plan(office: Office) -> None:
    office.store()
    office.now = WEDNESDAY
    due, planner = DueSchedules(office.engine, office.keys), SchedulePlanner(office.deps)

    with ThreadPoolExecutor(8) as workers:
        looks = [workers.submit(due.run, WEDNESDAY, planner) for _ in range(24)]

    assert sum(len(look.result()) for look in looks) == 1
    assert office.days() == ["2026-11-25"]


def test_a_worker_that_died_after_the_plan_leaves_no_second_one(office: Office) -> None:
    made = office.store()
    plan_id = plan_id_of(UUID(made["id"]), WEDNESDAY)
    office.plans.create(request={}, area="liechtenstein", plan_date=WEDNESDAY.date(), plan_id=plan_id)

    [(_, ran)] = office.run(WEDNESDAY)

    assert ran.plan == plan_id
    assert office.days() == ["2026-11-25"]


def test_after_a_long_stop_the_latest_slot_is_made_up_for_once(office: Office) -> None:
    made = office.store()

    office.run(datetime(2026, 12, 2, 9, 0, tzinfo=UTC))
    office.run(datetime(2026, 12, 2, 9, 1, tzinfo=UTC))

    assert office.days() == ["2026-12-02"]
    assert office.read(made)["next_run_at"] == "2026-12-03T05:00:00Z"


def test_a_slot_whose_day_is_over_is_noted_as_missed(office: Office) -> None:
    made = office.store()

    office.run(datetime(2026, 11, 28, 9, 0, tzinfo=UTC))  # a Saturday

    assert office.days() == []
    assert office.read(made)["runs"][0]["problem"]["code"] == "slot_missed"
    assert office.read(made)["next_run_at"] == "2026-11-30T05:00:00Z"


def test_the_evening_before_plans_the_next_working_day(office: Office) -> None:
    office.store(at="18:00", plan_day="next", calendar={"weekdays": ["mon", "tue", "wed", "fri"]})

    office.run(datetime(2026, 11, 25, 17, 0, tzinfo=UTC))

    assert office.days() == ["2026-11-27"]


def test_what_is_disabled_does_not_run_and_a_change_needs_the_version(office: Office) -> None:
    made = office.store()
    path = f"/v1/schedules/{made['id']}"

    without = office.web.request("PUT", path, json=schedule(enabled=False))
    stale = office.web.request("PUT", path, json=schedule(enabled=False), headers={"If-Match": '"7"'})
    changed = office.web.request("PUT", path, json=schedule(enabled=False), headers={"If-Match": '"1"'})
    ran = office.run(WEDNESDAY)
    gone = office.web.delete(path, headers={"If-Match": changed.headers["ETag"]})

    assert (without.status_code, stale.status_code, changed.status_code, gone.status_code) == (428, 412, 200, 204)
    assert changed.json()["next_run_at"] is None
    assert ran == []
    assert office.web.get(path).status_code == 404


def test_a_tenant_with_too_much_waiting_gets_the_plan_later(office: Office) -> None:
    office.store()
    office.limits = Limits(max_waiting=1)
    first = office.plans.create(request={}, area="liechtenstein", plan_date=WEDNESDAY.date())

    refused = office.run(WEDNESDAY)
    office.plans.dismiss(first)
    [(_, ran)] = office.run(WEDNESDAY + timedelta(minutes=1))

    assert refused == []
    assert ran.plan is not None


def test_what_can_no_longer_be_planned_is_told_and_the_next_slot_stays(office: Office) -> None:
    made = office.store()
    with office.engine.begin() as connection:
        connection.execute(text('UPDATE schedules SET document = \'{"name": "x"}\''))  # as of another release

    [(_, ran)] = office.run(WEDNESDAY)

    assert ran.plan is None
    assert ran.problem is not None
    assert ran.problem["code"] == "planning_failed"
    assert ran.next_run_at == WEDNESDAY + timedelta(days=1)
    assert office.days() == []
    assert made["enabled"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"at": "25:00"}, "/at"),
        ({"request": plan_body(date="2026-11-25")}, "/request/date"),
        ({"request": plan_body(branch="b1"), "calendar": {}}, "/calendar"),
        ({"calendar": {"weekdays": []}}, "/calendar"),
        ({"request": {"branch": "nowhere"}}, "/request/branch"),
        ({"request": plan_body(time_zone="Mars/Base")}, "/request/time_zone"),
        ({"request": plan_body(area="nowhere")}, "/request/area"),
        ({"request": plan_body(cases=[])}, "/request/cases"),
        ({"request": plan_body(cases=plan_body()["cases"] * 2)}, "/request/cases/*/id"),
    ],
)
def test_a_schedule_that_cannot_run_is_refused_with_the_field(
    office: Office, wrong: dict[str, Any], pointer: str
) -> None:
    answer = office.web.post("/v1/schedules", json=schedule(**wrong))

    assert answer.status_code == 422
    assert fnmatch(answer.json()["errors"][0]["pointer"], pointer)


def test_the_schedule_of_the_docs_plans_what_its_branch_has_that_evening(office: Office) -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "planning.md").read_text(encoding="utf-8")
    (body,) = (one for one in re.findall(r"```json\n(.*?)```", text, re.DOTALL) if '"at"' in one)
    start = {"location": {"lat": 47.14, "lon": 9.52}}
    office.put("branches/vaduz", start=start, shifts=[{"start": "08:00", "end": "17:00"}])
    office.put("cases/c1", branch="vaduz", location={"lat": 47.15, "lon": 9.51})
    office.put("collectors/k1", branch="vaduz")

    made = office.store(**json.loads(body))
    office.run(datetime.fromisoformat(made["next_run_at"]))

    (run,) = office.read(made)["runs"]
    assert run["problem"] is None
    plan = office.plans.get(UUID(run["plan"]))
    assert [case["id"] for case in plan.request["cases"]] == ["c1"]  # type: ignore[attr-defined]
    assert (made["next_run_at"][:10], str(plan.plan_date)) == ("2026-11-25", "2026-11-26")


def test_a_branch_that_changes_moves_its_schedules_and_nothing_runs_early(office: Office) -> None:
    start = {"location": {"lat": 47.14, "lon": 9.52}}
    office.put("branches/b1", start=start, time_zone="Europe/Vaduz")
    made = office.store(request={"branch": "b1"})
    first = office.run(office.now)

    office.put("branches/b1", start=start, time_zone="Asia/Shanghai", calendar={"weekdays": ["mon", "fri"]})
    moved = office.run(office.now + timedelta(seconds=1))
    again = office.run(office.now + timedelta(seconds=2))

    assert made["next_run_at"] == "2026-11-25T05:00:00Z"
    assert [[ran.slot for _, ran in looks] for looks in (first, moved, again)] == [[None], [None], []]
    assert office.read(made)["next_run_at"] == "2026-11-26T22:00:00Z"  # 06:00 of Friday in Shanghai
    assert (office.days(), office.read(made)["runs"]) == ([], [])


def test_a_person_who_is_erased_is_taken_out_of_schedules_and_the_others_are_planned(office: Office) -> None:
    body = plan_body(time_zone="Europe/Vaduz")
    both = office.store(request=body | {"cases": [*body["cases"], body["cases"][0] | {"id": "c1-other"}]})
    alone = office.store(request=body | {"cases": body["cases"][:1]})

    erasure = office.erase(Wanted(case="c1"))

    assert (erasure.erased["schedules"], erasure.blanked["schedules"], sum(erasure.left.values())) == (1, 1, 0)
    assert {(str(one.id), one.whole) for one in erasure.taken} == {(both["id"], False), (alone["id"], True)}
    shown = office.read(both)
    assert ("c1" in [case["id"] for case in shown["request"]["cases"]], shown["version"]) == (False, 2)
    assert office.web.get(f"/v1/schedules/{alone['id']}").status_code == 404
    log = AuditLog(office.engine, tenant="main").list(limit=3)
    assert {entry.action for entry in log} == {"schedule.changed", "schedule.removed", "person.erased"}
    assert office.run(WEDNESDAY)[0][1].plan is not None


def test_a_schedule_whose_collector_is_erased_waits_for_a_planner(office: Office) -> None:
    body = plan_body(time_zone="Europe/Vaduz")
    second = body["collectors"][0] | {"id": "k-second"}
    pinned = body["cases"][0] | {"pin": {"collector": "k-second"}, "allowed_collectors": ["k-second"]}
    made = office.store(request=body | {"collectors": [*body["collectors"], second], "cases": [pinned]})

    erasure = office.erase(Wanted(collector="k-second"))

    assert [(one.paused, one.whole) for one in erasure.taken] == [(True, False)]
    shown = office.read(made)
    assert (shown["enabled"], shown["next_run_at"]) == (False, None)
    assert "k-second" not in str(shown)
    assert office.run(WEDNESDAY) == []
