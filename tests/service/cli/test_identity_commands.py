"""doorstep init, tenants, keys and users, as whoever runs the service uses them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.cli.main import app


@pytest.fixture(autouse=True)
def _database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTEP_DATABASE_URL", database_url)
    monkeypatch.setenv("DOORSTEP_STATE_DIR", str(tmp_path))


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_the_first_key_is_made_once() -> None:
    first = run("init", "--name", "North Bank", "--json")
    second = run("init")

    assert json.loads(first.stdout)["secret"].startswith("dsk_")
    assert json.loads(first.stdout)["key"]["role"] == "admin"
    assert second.exit_code == 1
    assert "doorstep keys add" in second.stderr
    assert json.loads(run("tenants", "list", "--json").stdout)[0]["name"] == "North Bank"


def test_a_key_alone_stands_on_standard_output() -> None:
    answer = run("init")

    assert answer.stdout.strip().startswith("dsk_")
    assert "\n" not in answer.stdout.strip()
    assert "keep it safe" in answer.stderr


def test_keys_are_made_listed_and_revoked() -> None:
    made = json.loads(
        run(
            "keys", "add", "case system", "--role", "integrator", "--scope", "cases:read", "--days", "7", "--json"
        ).stdout
    )
    revoked = run("keys", "revoke", made["key"]["id"])
    (listed,) = json.loads(run("keys", "list", "--json").stdout)

    assert made["key"]["scopes"] == ["cases:read"]
    assert revoked.exit_code == 0
    assert listed["revoked_at"] is not None
    assert made["key"]["id"] in run("keys", "list").stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["keys", "add", "x", "--role", "planner", "--tenant", "none"], 1, "no tenant"),
        (
            ["keys", "add", "x", "--role", "collector", "--scope", "cases:read"],
            2,
            "/scopes: The role collector does",
        ),
        (["keys", "revoke", "5b1f7c3e-8f0e-4e0b-9a51-0f9b7d1c2a34"], 1, "No key has this id.\n"),
        (["users", "add", "nobody", "--role", "planner"], 2, "/email: An e-mail address looks like"),
        (["tenants", "add", "Not An Id"], 2, "/id: 1 to 32 lower-case"),
        (["tenants", "add", "北", "--name", "x"], 2, "/id: 1 to 32 lower-case"),
        (["tenants", "add", "south", "--name", "\x07"], 2, "/name: A name has 1 to"),
        (["init", "--tenant", "北"], 2, "/id: 1 to 32 lower-case"),
        (["tenants", "add", "main"], 1, "already"),
    ],
    ids=["tenant", "scope", "key", "email", "tenant id", "script", "name", "init", "taken"],
)
def test_what_cannot_be_is_said_in_a_line(words: list[str], code: int, said: str) -> None:
    answer = run(*words)

    assert answer.exit_code == code
    assert said in answer.stderr


def test_people_are_let_in_and_out() -> None:
    made = json.loads(run("users", "add", "a@bank.example", "--role", "planner", "--json").stdout)

    out = json.loads(run("users", "change", made["id"], "--shut-out", "--role", "auditor", "--json").stdout)

    assert (out["active"], out["role"]) == (False, "auditor")
    assert json.loads(run("users", "show", made["id"], "--json").stdout) == out
    assert run("users", "remove", made["id"]).exit_code == 0
    assert run("users", "list").stdout.strip() == "There are none."


def test_another_bank_has_its_own_key() -> None:
    made = json.loads(run("tenants", "add", "north", "--json").stdout)

    assert [one["id"] for one in json.loads(run("keys", "list", "--tenant", "north", "--json").stdout)] == [
        made["key"]["id"]
    ]
    assert run("keys", "list").stdout.strip() == "There are none."


def test_the_operator_gives_one_bank_another_share_of_the_workers() -> None:
    set_ = run("tenants", "limit", "main", "--max-running", "3")
    unknown = run("tenants", "limit", "nobody", "--max-running", "3")

    assert (set_.exit_code, unknown.exit_code) == (0, 1)
    assert "no tenant" in unknown.stderr
