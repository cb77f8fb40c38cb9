"""Each operation of the API has its command, or a reason why there is none; a new one without either fails here."""

import re
from pathlib import Path
from typing import Any, Final

from typer.core import TyperGroup
from typer.main import get_command
from typer.models import CommandInfo

from service.app import create_app
from service.cli.main import app
from tests.service.api.fakes import fake_deps

#: The command of each operation of /v1, by its operationId.
COMMANDS: Final = {
    "list_plans": "plans list",
    "create_plan": "plans create",
    "export_plans": "plans lines",
    "get_plan_geojson": "plans export",
    "get_plan_ndjson": "plans export",
    "get_plan_sheet": "plans export",
    "get_plan": "plans show",
    "dismiss_plan": "plans dismiss",
    "get_plan_events": "plans watch",
    "stop_plan": "plans stop",
    "list_branches": "branches list",
    "get_branch": "branches show",
    "put_branch": "branches put",
    "patch_branch": "branches patch",
    "delete_branch": "branches delete",
    "list_cases": "cases list",
    "search_cases": "cases search",
    "get_case": "cases show",
    "put_case": "cases put",
    "patch_case": "cases patch",
    "delete_case": "cases delete",
    "record_visit": "cases add-visit",
    "list_visits": "cases visits",
    "delete_visit": "cases delete-visit",
    "list_collectors": "collectors list",
    "get_collector": "collectors show",
    "put_collector": "collectors put",
    "patch_collector": "collectors patch",
    "delete_collector": "collectors delete",
    "bulk_cases": "cases upsert",
    "bulk_collectors": "collectors upsert",
    "import_cases": "cases import",
    "import_collectors": "collectors import",
    "get_template": "cases template",
    "export_case_lines": "cases lines",
    "export_cases": "cases export",
    "export_collector_lines": "collectors lines",
    "export_collectors": "collectors export",
    "create_link": "links add",
    "list_links": "links list",
    "revoke_link": "links revoke",
    "geocode": "addresses locate",
    "reverse": "addresses reverse",
    "create_batch": "batches create",
    "create_batch_of_file": "batches create",
    "get_batch_csv": "batches export",
    "get_batch_xlsx": "batches export",
    "get_batch_ndjson": "batches export",
    "get_batch": "batches show",
    "erase_batch": "batches delete",
    "get_batch_events": "batches watch",
    "list_reviews": "reviews list",
    "get_review": "reviews show",
    "erase_review": "reviews delete",
    "accept_place": "reviews accept",
    "move_pin": "reviews move",
    "reject_places": "reviews reject",
    "pin_address": "pins add",
    "list_pins": "pins list",
    "get_pin": "pins show",
    "delete_pin": "pins delete",
    "create_schedule": "schedules create",
    "list_schedules": "schedules list",
    "get_schedule": "schedules show",
    "put_schedule": "schedules change",
    "delete_schedule": "schedules delete",
    "list_areas": "area list",
    "reachable": "area reachable",
    "list_keys": "keys list",
    "create_key": "keys add",
    "get_key": "keys show",
    "revoke_key": "keys revoke",
    "list_users": "users list",
    "create_user": "users add",
    "get_user": "users show",
    "change_user": "users change",
    "delete_user": "users remove",
    "list_audit": "audit list",
    "get_audit_head": "audit head",
    "export_audit": "audit export",
    "erase_person": "persons erase",
    "export_person": "persons export",
    "get_settings": "settings show",
    "change_settings": "settings set",
    "list_webhooks": "webhooks list",
    "create_webhook": "webhooks add",
    "get_webhook": "webhooks show",
    "change_webhook": "webhooks change",
    "delete_webhook": "webhooks delete",
    "rotate_secret": "webhooks rotate",
    "test_webhook": "webhooks test",
    "list_deliveries": "webhooks deliveries",
    "replay_delivery": "webhooks replay",
}
#: Operations without a command, each with the reason.
NONE: Final = {
    "get_me": "A command has no key and no session to ask about: it is whoever sits at the machine.",
}


def operations() -> set[str]:
    paths = create_app(fake_deps()).openapi()["paths"]
    return {
        operation["operationId"]
        for path, operations in paths.items()
        if path.startswith("/v1/")
        for operation in operations.values()
    }


def commands() -> set[str]:
    found = set()
    for group in app.registered_groups:
        assert group.typer_instance is not None
        name = group.typer_instance.info.name
        found |= {f"{name} {_name_of(command)}" for command in group.typer_instance.registered_commands}
    return found


def _name_of(command: CommandInfo) -> str:
    assert command.callback is not None
    return command.name or command.callback.__name__


def test_each_operation_has_its_command_or_a_reason_why_there_is_none() -> None:
    assert operations() == COMMANDS.keys() | NONE.keys()
    assert not COMMANDS.keys() & NONE.keys()
    assert all(NONE.values())


def test_each_command_of_the_table_is_there() -> None:
    assert set(COMMANDS.values()) <= commands()


def test_the_page_of_commands_lists_those_that_there_are() -> None:
    assert table_of("What there is") == commands()


def test_the_page_of_commands_says_which_take_json() -> None:
    taking = {name for name, flags in leaves(get_command(app)).items() if "--json" in flags}

    assert table_of("Which take `--json`") == {name for name in taking if " " in name}
    assert {name for name in taking if " " not in name} == {"init", "plan", "backup"}
    assert "Of those besides, `init`, `plan` and `backup` take it" in page_of_commands()


def test_the_page_of_commands_says_which_need_a_tenant_named() -> None:
    needed = {name for name, flags in leaves(get_command(app)).items() if flags.get("--tenant")}
    said = page_of_commands().partition("- `--tenant ID` says which bank; `main` without it. ")[2].partition(";")[0]

    assert said.split()[-2:] == ["need", "it"]
    assert set(re.findall(r"`([a-z ]+)`", said)) == needed


def page_of_commands() -> str:
    return (Path(__file__).parents[3] / "docs" / "commands.md").read_text(encoding="utf-8")


def table_of(heading: str) -> set[str]:
    """Return the commands that the table under a heading of the page names."""
    part = page_of_commands().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z]+)` \| ((?:`[a-z-]+` ?)+)\|$", part, re.MULTILINE)
    return {f"{group} {name}" for group, names in rows for name in re.findall(r"[a-z-]+", names)}


def leaves(command: Any, *path: str) -> dict[str, dict[str, bool]]:
    """Return each command with its options, and whether they must be given."""
    if isinstance(command, TyperGroup):
        return {
            name: flags for key, part in command.commands.items() for name, flags in leaves(part, *path, key).items()
        }
    return {" ".join(path): {option: one.required for one in command.params for option in one.opts}}
