"""`doorstep cases`, `collectors` and `branches`: files in and out, lists, single ones, and how they refuse."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.cli.main import app

TABLE = "id,address,priority,name,branch\nc-1,Im Pardiel 46,80,Anna Muster,north\nc-2,Weg 2,5,,\nc-3,,1,,\n"


@pytest.fixture
def folder(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOORSTEP_DATABASE_URL", database_url)
    monkeypatch.setenv("DOORSTEP_STATE_DIR", str(tmp_path / "state"))
    (tmp_path / "cases.csv").write_text(TABLE)
    (tmp_path / "north.json").write_text('{"name": "North", "shifts": [{"start": "08:00", "end": "17:00"}]}')
    return tmp_path


def doorstep(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_file_is_imported_listed_exported_and_deleted(folder: Path) -> None:
    branch = doorstep("branches", "put", "north", folder / "north.json")
    dry = doorstep("cases", "import", folder / "cases.csv", "--dry-run")
    first = doorstep("cases", "import", folder / "cases.csv")
    listed = doorstep("cases", "list", "--min-priority", "50")
    as_json = json.loads(doorstep("cases", "list", "--json").stdout)
    shown = json.loads(doorstep("cases", "show", "c-1").stdout)
    exported = doorstep("cases", "export", folder / "out.csv")
    again = json.loads(doorstep("cases", "import", folder / "out.csv", "--json").stdout)
    deleted = doorstep("cases", "delete", "c-1")

    assert (branch.exit_code, branch.stdout) == (0, "branch north: created, version 1.\n")
    assert (dry.exit_code, first.exit_code) == (2, 2)
    assert "2 would be created" in dry.stdout
    assert "2 created, 0 updated, 0 unchanged, 1 refused." in first.stdout
    assert "Give an address, a location, or both" in " ".join(first.stdout.split())
    assert "c-1" in listed.stdout
    assert "c-2" not in listed.stdout
    assert "Anna" not in listed.stdout
    assert [one["id"] for one in as_json] == ["c-1", "c-2"]
    assert (shown["name"], shown["version"], shown["branch"]) == ("Anna Muster", 1, "north")
    assert exported.exit_code == 0
    assert again["counts"] == {"created": 0, "updated": 0, "unchanged": 2, "refused": 0}
    assert (deleted.exit_code, doorstep("cases", "show", "c-1").exit_code) == (0, 1)


def test_a_bank_sees_its_own_alone(folder: Path) -> None:
    doorstep("tenants", "add", "other")
    doorstep("branches", "put", "north", folder / "north.json")

    assert json.loads(doorstep("branches", "list", "--json").stdout)[0]["name"] == "North"
    assert json.loads(doorstep("branches", "list", "--json", "--tenant", "other").stdout) == []


def test_what_is_wrong_is_said_in_a_line(folder: Path) -> None:
    (folder / "bad.json").write_text('{"shifts": [{"start": "17:00", "end": "08:00"}]}')
    (folder / "none.csv").write_text("address\nWeg 1\n")

    for answer, code, words in (
        (doorstep("branches", "put", "north", folder / "bad.json"), 2, "/shifts/0/end"),
        (doorstep("cases", "import", folder / "none.csv"), 2, "No column is named id."),
        (doorstep("cases", "import", folder / "missing.csv"), 2, "No such file"),
        (doorstep("cases", "export", folder / "cases.pdf"), 2, ".csv or .xlsx"),
        (doorstep("collectors", "show", "k-1"), 1, "No collector has this id."),
        (doorstep("branches", "delete", "south"), 1, "No branch has this id."),
    ):
        assert answer.exit_code == code
        assert words in answer.stderr
        assert "Traceback" not in answer.stderr
