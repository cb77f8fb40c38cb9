"""doorstep audit, keys rotate, tenants erase and persons: at the database itself, with useful exit codes."""

import json
from datetime import date

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner, Result

from service.cli.main import app
from service.store.access.links import LinkFinder
from service.store.audit.audit_log import AuditLog
from service.store.jobs.plans import PlanStore
from service.store.privacy.tenant_keys import TenantKeys
from service.store.resources.case_store import CaseStore
from service.store.resources.resource_records import ANY, Entry
from tests.service.web.days import day_document

NAME = "Balthasar Quaderer"


@pytest.fixture(autouse=True)
def _of_this_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTEP_DATABASE_URL", database_url)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def plan(engine: Engine) -> None:
    PlanStore(engine, TenantKeys(engine), tenant="main").create(
        request={"cases": []}, area="a", plan_date=date(2026, 11, 28)
    )


def case(engine: Engine) -> None:
    entry = Entry(id="c1", document={"name": NAME}, clear={"status": "open", "priority": 1}, blind={"name": "x"})
    CaseStore(engine, TenantKeys(engine), tenant="main").put(entry, expected=ANY)


def test_a_log_as_it_was_written_is_verified_and_a_changed_one_is_not(engine: Engine) -> None:
    plan(engine)
    whole = run("audit", "verify")
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE audit_log SET actor = 'somebody else'"))
    broken, as_json = run("audit", "verify"), run("audit", "verify", "--json")

    assert (whole.exit_code, whole.stdout) == (0, "main: 1 entries, all as they were written.\n")
    assert (broken.exit_code, broken.stdout) == (1, "main: BROKEN: entry 1 is not what was written.\n")
    (report,) = json.loads(as_json.stdout)
    assert (as_json.exit_code, report["intact"], report["seq"], report["why"]) == (1, False, 1, "altered")


def test_a_head_that_was_kept_finds_a_log_that_was_emptied(engine: Engine) -> None:
    plan(engine)
    head = run("audit", "head").stdout.strip()
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("DELETE FROM audit_log"))
        connection.execute(text("DELETE FROM audit_heads"))

    assert run("audit", "verify").exit_code == 0
    assert run("audit", "verify", "--head", head).exit_code == 1
    assert run("audit", "verify", "--head", "main=nonsense").exit_code == 1


def test_the_log_is_listed_with_what_was_done_at_this_machine(engine: Engine) -> None:
    plan(engine)
    run("keys", "add", "case system", "--role", "integrator")

    entries = [json.loads(line) for line in run("audit", "list", "--tenant", "main", "--json").stdout.splitlines()]
    assert [entry["action"] for entry in entries] == ["key.created", "plan.created"]
    assert entries[0]["actor"]["kind"] == "cli"
    assert "key.created" in run("audit", "list", "--tenant", "main").stdout


def test_a_new_key_takes_the_place_of_the_old_one(engine: Engine) -> None:
    case(engine)
    done = run("keys", "rotate", "--now")

    assert (done.exit_code, done.stdout.startswith("main: a new key; 1 values sealed anew")) == (0, True)
    assert CaseStore(engine, TenantKeys(engine), tenant="main").get("c1").document == {"name": NAME}
    assert run("keys", "rotate", "--tenant", "nobody").exit_code == 1


def test_a_person_is_exported_and_erased_with_a_reason_that_names_nobody(engine: Engine) -> None:
    case(engine)
    shown = run("persons", "export", "--tenant", "main", "--case", "c1", "--reason", "request 17")
    refused = run("persons", "erase", "--tenant", "main", "--case", "c1", "--reason", "of a@b.example")
    done = run("persons", "erase", "--tenant", "main", "--case", "c1", "--reason", "request 17")

    assert json.loads(shown.stdout)["kept"]["cases"][0]["name"] == NAME
    assert (refused.exit_code, "names nobody" in refused.stderr) == (2, True)
    proof = json.loads(done.stdout)
    assert (proof["erased"]["cases"], set(proof["left"].values())) == (1, {0})
    entry = AuditLog(engine, tenant="main").list(limit=1)[0]
    assert (entry.action, entry.reason, entry.actor_kind) == ("person.erased", "request 17", "cli")
    for who in ((), ("--case", "c1", "--collector", "k1")):
        assert run("persons", "erase", "--tenant", "main", "--reason", "x", *who).exit_code == 2


def test_a_tenant_that_ends_leaves_its_log_alone(engine: Engine) -> None:
    case(engine)
    plan(engine)
    run("keys", "add", "case system", "--role", "integrator")

    asked = CliRunner().invoke(app, ["tenants", "erase", "main"], input="n\n")
    done = run("tenants", "erase", "main", "--yes")

    assert (asked.exit_code, done.exit_code) == (1, 0)
    with engine.connect() as connection:
        left = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("cases", "plans", "api_keys", "tenant_keys", "tenants")
        }
    assert set(left.values()) == {0}
    assert run("audit", "verify", "--tenant", "main").exit_code == 0
    assert AuditLog(engine, tenant="main").list(limit=1)[0].action == "tenant_key.destroyed"


def test_a_link_is_made_listed_and_revoked_at_the_command_line(engine: Engine) -> None:
    store = PlanStore(engine, TenantKeys(engine), tenant="main")
    made = store.create(request={}, area="a", plan_date=date(2026, 11, 25))
    unfinished = run("links", "add", str(made), "1", "--base", "https://doorstep.bank")
    store.claim(made)
    store.finish(made, 1, day_document())

    new = run("links", "add", str(made), "2", "--base", "https://doorstep.bank/", "--hours", "2", "--json")
    beyond = run("links", "add", str(made), "99", "--base", "https://doorstep.bank")
    too_long = run("links", "add", str(made), "1", "--base", "https://doorstep.bank", "--hours", "1000")
    link = json.loads(new.stdout)
    secret = link["url"].removeprefix("https://doorstep.bank/r/")

    assert (unfinished.exit_code, beyond.exit_code, too_long.exit_code) == (1, 1, 2)
    assert "at most 30 days" in too_long.stderr
    found = LinkFinder(engine).find(secret)
    assert found is not None
    assert found.route == 2
    assert [one["id"] for one in json.loads(run("links", "list", str(made), "--json").stdout)] == [link["link"]["id"]]
    assert run("links", "revoke", str(made), link["link"]["id"]).exit_code == 0
    assert LinkFinder(engine).find(secret) is None
    assert run("links", "revoke", str(made), str(made)).exit_code == 1


@pytest.mark.parametrize(
    "base",
    [
        "nonsense",
        "",
        "//doorstep.bank",
        "ftp://doorstep.bank",
        "https://",
        "https://doorstep.bank:port",
        "https://doorstep.bank/?a=1",
        "https://doorstep.bank?",
        "https://doorstep.bank/#a",
        "https://[::1",
        "https://door step.bank",
        "https://me:secret@doorstep.bank",
    ],
)
def test_a_link_at_what_is_no_address_is_refused_before_it_is_made(engine: Engine, base: str) -> None:
    store = PlanStore(engine, TenantKeys(engine), tenant="main")
    made = store.create(request={}, area="a", plan_date=date(2026, 11, 25))
    store.claim(made)
    store.finish(made, 1, day_document())

    refused = run("links", "add", str(made), "2", "--base", base, "--hours", "2")

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "https://" in refused.stderr
    assert json.loads(run("links", "list", str(made), "--json").stdout) == []


@pytest.mark.parametrize(
    "base", ["http://10.0.0.7:8000", "https://bank.example/doorstep/", "HTTPS://[2001:db8::7]:8443"]
)
def test_a_link_may_be_at_any_address_of_the_web(engine: Engine, base: str) -> None:
    store = PlanStore(engine, TenantKeys(engine), tenant="main")
    made = store.create(request={}, area="a", plan_date=date(2026, 11, 25))
    store.claim(made)
    store.finish(made, 1, day_document())

    new = run("links", "add", str(made), "2", "--base", base, "--hours", "2")

    assert new.stdout.startswith(base.rstrip("/") + "/r/")
