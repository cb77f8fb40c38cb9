"""Commands that do what requests do: cases, visits, settings, schedules, plans, addresses, pins, reviews, batches."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from service.cli.main import app
from service.store.audit.audit_log import AuditLog
from service.store.jobs.batches import BatchStore
from service.store.jobs.plans import PlanStore
from service.store.privacy.tenant_keys import TenantKeys
from tests.geodata.area.village import build_village, write_village
from tests.service.api.fakes import plan_document

ADDRESS = "Mill Lane 7, Willowbrook"
DOOR = "100.001,30.003"
PLACE = {"lon": 100.001, "lat": 30.003}
COLLECTOR = {"id": "k-1", "start": {"location": PLACE}, "shift": {"start": "08:00", "end": "17:00"}}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("village")
    build_village(write_village(state), state / "areas")
    return state


@pytest.fixture(autouse=True)
def _service(village: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTEP_DATABASE_URL", database_url)
    monkeypatch.setenv("DOORSTEP_STATE_DIR", str(village))
    monkeypatch.setenv("DOORSTEP_AREA", "willowbrook")


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def told(*words: object) -> Any:
    answer = run(*words)
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def written(folder: Path, name: str, value: object) -> Path:
    file = folder / name
    file.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return file


def lines(values: Sequence[object]) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def actions(engine: Engine) -> list[tuple[str, str]]:
    return [(entry.action, entry.actor_kind) for entry in AuditLog(engine, tenant="main").list(limit=50)]


def test_rows_are_stored_in_parts_and_a_bad_one_is_named_by_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.cli.resource_files._PART", 2)
    rows = [{"id": f"c-{number}", "address": ADDRESS} for number in range(4)]
    file = written(tmp_path, "cases.ndjson", lines(rows) + "\n{}\n")

    stored = run("cases", "upsert", file)
    again = json.loads(run("cases", "upsert", written(tmp_path, "cases.json", rows), "--json").stdout)

    assert stored.exit_code == 2
    assert "cases: 4 created, 0 updated, 0 unchanged, 1 refused." in stored.stdout
    assert stored.stdout.splitlines()[-1].split()[:2] == ["6", "/id"]
    assert again["counts"] == {"created": 0, "updated": 0, "unchanged": 4, "refused": 0}
    assert [row["row"] for row in again["rows"]] == [1, 2, 3, 4]


def test_a_case_is_changed_found_and_visited(tmp_path: Path, engine: Engine) -> None:
    run("cases", "put", "c-1", written(tmp_path, "case.json", {"address": ADDRESS, "name": "Anna Muster"}))

    changed = run("cases", "patch", "c-1", "priority=80", "name=Berta Muster", "note=2 dogs")
    found = told("cases", "search", "--name", "berta muster", "--json")
    visit = told("cases", "add-visit", "c-1", "promised", "--on", "2026-01-05", "--promised", "2026-02-01", "--json")
    visits = told("cases", "visits", "c-1", "--json")
    taken_back = run("cases", "delete-visit", "c-1", visit["id"])

    assert changed.stdout == "case c-1: stored, version 2.\n"
    assert [(one["id"], one["priority"], one["note"]) for one in found] == [("c-1", 80, "2 dogs")]
    assert "Muster" not in run("cases", "search", "--name", "berta muster").stdout
    assert visits == [visit]
    assert (taken_back.exit_code, told("cases", "visits", "c-1", "--json")) == (0, [])
    assert [json.loads(line)["id"] for line in run("cases", "lines").stdout.splitlines()] == ["c-1"]
    assert {("case.visited", "cli"), ("case.searched", "cli"), ("case.changed", "cli")} <= set(actions(engine))


def test_what_a_rule_refuses_is_exit_code_2_and_what_is_not_there_1(tmp_path: Path) -> None:
    run("cases", "put", "c-1", written(tmp_path, "case.json", {"address": ADDRESS}))

    for words, code, said in (
        (("cases", "patch", "c-1", "priority=800"), 2, "/priority: Must be at most 100."),
        (("cases", "patch", "c-1", "priority"), 2, "A change is FIELD=VALUE"),
        (("cases", "add-visit", "c-1", "met", "--on", "2099-01-01"), 2, "/visited_on: Must not be a day to come"),
        (("cases", "patch", "c-2", "priority=8"), 1, "No case has this id."),
        (("reviews", "accept", uuid4()), 1, "No review has this id."),
        (("pins", "add", ADDRESS, "here"), 2, "A place is a longitude and a latitude"),
        (("pins", "add", ADDRESS, "0.5,0.5"), 2, "/location: "),
        (("schedules", "create", tmp_path / "none.json"), 2, "No such file"),
        (("cases", "upsert", tmp_path / "none.json"), 2, "No such file"),
        (("settings", "show", "--tenant", "nobody"), 1, "There is no tenant 'nobody'."),
    ):
        answer = run(*words)
        assert (answer.exit_code, said in answer.stderr) == (code, True), (words, answer.output)


def test_a_template_has_the_columns_of_an_import(tmp_path: Path) -> None:
    run("collectors", "template", tmp_path / "collectors.csv")

    with (tmp_path / "collectors.csv").open(encoding="utf-8-sig") as file:
        assert next(csv.reader(file))[0] == "id"


def test_settings_are_shown_and_changed(engine: Engine) -> None:
    told("settings", "set", "keep_plans_days=30", "navigation=true", "--json")
    back = told("settings", "set", "keep_plans_days=null", "--json")

    assert (back["keep_plans_days"], back["navigation"]) == (None, True)
    assert "the service's own" in run("settings", "show").stdout
    assert ("settings.changed", "cli") in actions(engine)


def test_a_schedule_is_made_changed_and_deleted(tmp_path: Path) -> None:
    day = {"cases": [{"id": "c-1", "address": ADDRESS}], "collectors": [COLLECTOR]}
    schedule = {"name": "Mornings", "at": "06:00", "request": day}

    made = told("schedules", "create", written(tmp_path, "schedule.json", schedule), "--json")
    file = written(tmp_path, "changed.json", {**schedule, "name": "Evenings", "enabled": False})
    changed = run("schedules", "change", made["id"], file)
    (listed,) = told("schedules", "list", "--json")

    assert changed.exit_code == 0
    assert (listed["name"], listed["enabled"], listed["version"]) == ("Evenings", False, 2)
    assert told("schedules", "show", made["id"])["runs"] == []
    assert run("schedules", "delete", made["id"]).exit_code == 0
    assert told("schedules", "list", "--json") == []


def test_a_plan_is_asked_for_and_watched_until_it_is_over(tmp_path: Path, store: PlanStore, engine: Engine) -> None:
    day = {"date": "2026-11-25", "cases": [{"id": "c-1", "address": ADDRESS}], "collectors": [COLLECTOR]}
    first = told("plans", "create", written(tmp_path, "day.json", day), "--json")
    second = told("plans", "create", written(tmp_path, "day.json", day), "--json")
    claim = store.claim(UUID(first["id"]))
    assert claim is not None
    store.finish(claim.id, claim.attempt, plan_document())
    run("plans", "dismiss", second["id"])

    done = run("plans", "watch", first["id"])
    given_up = run("plans", "watch", second["id"])

    assert (done.exit_code, done.stdout) == (0, f"{first['id']}  successful\n")
    assert (given_up.exit_code, given_up.stderr.splitlines()[-1]) == (3, "doorstep: It is dismissed.")
    assert [json.loads(line)["id"] for line in run("plans", "lines", "--status", "successful").stdout.splitlines()] == [
        first["id"]
    ]
    assert told("plans", "list", "--from", "2026-11-26", "--json") == []
    assert ("plan.created", "cli") in actions(engine)


def test_an_address_is_pinned_located_and_named_by_its_place() -> None:
    made = told("pins", "add", ADDRESS, DOOR, "--json")
    located = told("addresses", "locate", ADDRESS, "--json")
    (named,) = told("addresses", "reverse", DOOR, "--json")
    row = run("addresses", "locate", ADDRESS).stdout.splitlines()[1]
    deleted = run("pins", "delete", made["pin"]["id"])

    assert (made["outcome"], named["pin"]) == ("pinned", made["pin"]["id"])
    assert [(one["match_type"], one["location"]) for one in located] == [("pin", PLACE)]
    shown = (located[0]["match_level"], "100.001000,30.003000", str(located[0]["confidence"]))
    assert [word for word in shown if word not in row] == []
    assert (deleted.exit_code, run("pins", "list").stdout) == (0, "There are none.\n")


def test_addresses_that_are_not_sure_are_decided_on(engine: Engine) -> None:
    for number in range(3):
        run("addresses", "locate", f"Hill Road {number}, Nowhere", "--review")
    accepted, moved, rejected = (one["id"] for one in told("reviews", "list", "--json"))

    told("reviews", "move", moved, DOOR, "--json")
    run("reviews", "reject", rejected)
    beyond = run("reviews", "accept", accepted, "--place", "999")
    run("reviews", "delete", accepted)

    states = {one["id"]: one["status"] for one in told("reviews", "list", "--json")}
    assert states == {moved: "moved", rejected: "rejected"}
    assert (beyond.exit_code, "/alternative: " in beyond.stderr) == (2, True)
    assert "Hill Road" in run("reviews", "show", moved).stdout
    assert ("review.decided", "cli") in actions(engine)


def test_a_batch_of_a_file_is_watched_and_its_answers_are_written(tmp_path: Path, engine: Engine) -> None:
    made = run("batches", "create", written(tmp_path, "rows.csv", f'address\n"{ADDRESS}"\n'), "--area", "willowbrook")
    batch = UUID(made.stdout.split()[0])
    store = BatchStore(engine, TenantKeys(engine), tenant="main")
    claim = store.claim(batch)
    assert claim is not None
    store.fail(claim.id, claim.attempt, {"title": "Broken", "detail": "It broke.", "code": "internal"})

    watched = run("batches", "watch", batch)
    export = run("batches", "export", batch, tmp_path / "answers.csv")

    assert (watched.exit_code, watched.stderr.splitlines()[-1]) == (3, "doorstep: It is failed. It broke.")
    assert (export.exit_code, run("batches", "export", batch, tmp_path / "answers.pdf").exit_code) == (1, 2)
    assert told("batches", "show", batch)["total"] == 1
    assert run("batches", "delete", batch).exit_code == 0
    assert run("batches", "show", batch).exit_code == 1


def test_what_is_reached_in_time_is_drawn() -> None:
    reached = told("area", "reachable", "willowbrook", DOOR, "--minutes", "5")

    assert (reached["type"], reached["properties"]["minutes"]) == ("Feature", 5)


def test_the_whole_log_is_exported() -> None:
    run("settings", "set", "navigation=true")

    exported = [json.loads(line) for line in run("audit", "export", "--tenant", "main").stdout.splitlines()]

    assert [entry["action"] for entry in exported] == ["settings.changed", "audit.exported"]


def test_a_collector_is_kept_as_a_case_is(tmp_path: Path) -> None:
    document = {name: value for name, value in COLLECTOR.items() if name != "id"}
    for words, said in (
        (("put", "k-1", written(tmp_path, "k.json", document)), "collector k-1: created, version 1.\n"),
        (("patch", "k-1", "vehicle=motorcycle"), "collector k-1: stored, version 2.\n"),
        (("export", tmp_path / "k.csv"), ""),
        (("import", tmp_path / "k.csv"), ": 0 created, 0 updated, 1 unchanged, 0 refused.\n"),
        (
            ("upsert", written(tmp_path, "k.ndjson", lines([COLLECTOR, {**COLLECTOR, "id": "k-2"}]))),
            "collectors: 1 created, 1 updated, 0 unchanged, 0 refused.\n",
        ),
        (("delete", "k-2"), "collector k-2: deleted.\n"),
    ):
        answer = run("collectors", *words)
        assert (answer.exit_code, said in answer.stdout) == (0, True), (words, answer.output)

    (left,) = told("collectors", "list", "--json")
    assert [json.loads(line) for line in run("collectors", "lines").stdout.splitlines()] == [left]
    assert told("collectors", "show", "k-1")["version"] == left["version"] == 3


def test_an_area_is_pushed_to_where_it_is_shared_and_pulled_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = run("area", "push", "willowbrook")
    monkeypatch.setenv("DOORSTEP_AREAS_URL", (tmp_path / "shared").as_uri())
    pushed = told("area", "push", "willowbrook", "--json")
    monkeypatch.setenv("DOORSTEP_STATE_DIR", str(tmp_path / "another machine"))
    pulled = told("area", "pull", "willowbrook", "--json")
    unknown = run("area", "pull", "elsewhere")

    assert (nowhere.exit_code, "set DOORSTEP_AREAS_URL" in nowhere.stderr) == (1, True)
    assert pulled == pushed
    assert [one["version"] for one in told("area", "list", "--json")] == [pushed["version"]]
    assert (unknown.exit_code, "Traceback" in unknown.stderr) == (1, False)
