"""`doorstep webhooks`: made, listed, tried, sent again, deleted."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks.webhooks import Webhook
from typer.testing import CliRunner, Result

from service.cli.main import app

URL = "https://bank.example/hooks"


@pytest.fixture(autouse=True)
def _database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTEP_DATABASE_URL", database_url)
    monkeypatch.setenv("DOORSTEP_STATE_DIR", str(tmp_path))


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["webhooks", *words])


def add(*more: str) -> Any:
    return json.loads(run("add", URL, "--json", *more).stdout)


def test_a_webhook_is_made_with_a_secret_that_is_never_listed() -> None:
    made = add("--event", "plan.failed")

    listed = json.loads(run("list", "--json").stdout)

    Webhook(made.pop("secret"))
    assert listed == [made]
    assert (made["url"], made["events"]) == (URL, ["plan.failed"])


def test_a_test_message_waits_for_a_worker_and_is_sent_again_on_request() -> None:
    hook = add()["id"]

    delivery = run("test", hook).stdout.splitlines()[0]
    (told,) = json.loads(run("deliveries", hook, "--json").stdout)

    assert (told["id"], told["event"], told["status"], told["tries"]) == (delivery, "webhook.test", "pending", [])
    assert run("replay", hook, delivery).exit_code == 0


def test_a_webhook_is_changed_and_its_secret_is_new() -> None:
    made = add("--event", "plan.failed")

    changed = json.loads(run("change", made["id"], "--disable", "--json").stdout)
    rotated = json.loads(run("rotate", made["id"], "--json").stdout)

    assert (changed["enabled"], changed["events"], changed["version"]) == (False, ["plan.failed"], 2)
    assert rotated["secret"] not in ("", made["secret"])
    assert json.loads(run("show", made["id"], "--json").stdout)["enabled"] is False
    assert run("change", made["id"]).exit_code == 2


def test_a_deleted_webhook_is_gone() -> None:
    hook = add()["id"]

    assert run("delete", hook).exit_code == 0
    assert run("list").stdout.strip() == "There are none."


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "https://127.0.0.1/"), 2, "/url: Must be reachable on the Internet"),
        (("add", URL, "--event", "plan.done"), 2, "/events/0: Must be 'plan.successful'"),
        (("add", URL, "--tenant", "nobody"), 1, "There is no tenant 'nobody'"),
        (("test", str(UUID(int=1))), 1, "No webhook has this id.\n"),
        (("replay", str(UUID(int=1)), str(UUID(int=2))), 1, "No webhook has this id.\n"),
    ],
    ids=["private", "event", "tenant", "webhook", "delivery"],
)
def test_what_cannot_be_is_said_in_a_line(words: tuple[str, ...], code: int, said: str) -> None:
    done = run(*words)

    assert done.exit_code == code
    assert said in done.output
    assert len(done.output.strip().splitlines()) == 1
