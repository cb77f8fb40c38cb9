"""`doorstep geocode`: a table in, the table with its answers out, and what is wrong with a file."""

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.cli.main import app
from service.spreadsheets.files import read_table
from service.spreadsheets.sheet import SheetLimits
from tests.geodata.area.village import build_village, write_village
from tests.service.spreadsheets.workbooks import workbook

HOUSE = "Mill Lane 7, Willowbrook"


@pytest.fixture(autouse=True)
def state_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("DOORSTEP_STATE_DIR", str(folder))
    monkeypatch.setenv("DOORSTEP_AREA", "willowbrook")
    return folder


@pytest.fixture
def village(tmp_path: Path, state_dir: Path) -> None:
    build_village(write_village(tmp_path), state_dir / "areas")


def geocode(folder: Path, content: bytes, *options: str, name: str = "cases.csv") -> Result:
    file = folder / name
    file.write_bytes(content)
    return CliRunner().invoke(app, ["geocode", str(file), *options])


@pytest.mark.usefixtures("village")
def test_a_csv_comes_back_with_its_own_columns_and_the_answers(tmp_path: Path) -> None:
    answered = geocode(tmp_path, f'note,address\n=1+1,"{HOUSE}"\nx,\n'.encode())

    assert answered.exit_code == 0, answered.output
    found, bad = csv.DictReader(io.StringIO(answered.stdout))
    assert (found["note"], found["address"], found["geo_status"]) == ("'=1+1", HOUSE, "accepted")
    assert float(found["geo_lat"]) == pytest.approx(30.0, abs=0.1)
    assert (bad["note"], bad["geo_status"], bad["geo_reasons"]) == ("x", "invalid", "place_missing")
    assert "2 rows (CSV, utf-8, comma): 1 accepted, 1 invalid." in answered.stderr
    assert "Row 3: The row has neither an address nor a location." in answered.stderr


@pytest.mark.usefixtures("village")
def test_a_workbook_in_and_a_workbook_out(tmp_path: Path) -> None:
    out = tmp_path / "answered.xlsx"
    content = workbook({"a": [["x"]], "b": [["where", "n"], [HOUSE, 7]]})

    answered = geocode(tmp_path, content, "--sheet", "b", "--address", "where", "--out", str(out), name="cases.xlsx")

    assert (answered.exit_code, answered.stdout) == (0, "")
    sheet = read_table(out.read_bytes(), limits=SheetLimits())
    assert sheet.header[:3] == ("where", "n", "geo_status")
    assert sheet.rows[0].cells[:3] == (HOUSE, 7, "accepted")


@pytest.mark.usefixtures("village")
def test_an_answered_file_can_be_answered_again(tmp_path: Path) -> None:
    first = geocode(tmp_path, f'address\n"{HOUSE}"\n'.encode())

    again = geocode(tmp_path, first.stdout.encode())

    assert again.stdout == first.stdout


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (b"a,b\n1,2\n", (), "first row must name the columns"),
        (b"PK\x03\x04", (), "no workbook"),
        (b"address\nx\n", ("--address", "where"), "is not in the first row"),
        (b"address\nx\n", ("--area", "atlantis"), "atlantis"),
        (b"address\nx\n", ("--out", "table.pdf"), "must end in .csv or .xlsx"),
        (b"address\nx\n", ("--encoding", "klingon"), "encoding is unknown"),
    ],
)
def test_a_file_or_option_that_is_wrong_is_refused_in_a_line(
    tmp_path: Path, content: bytes, options: tuple[str, ...], words: str
) -> None:
    answered = geocode(tmp_path, content, *options)

    assert (answered.exit_code, answered.stdout) == (2, "")
    assert words in answered.stderr


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    answered = CliRunner().invoke(app, ["geocode", str(tmp_path / "none.csv")])

    assert answered.exit_code == 2
    assert "none.csv: No such file or directory." in answered.stderr


@pytest.mark.usefixtures("village")
def test_a_table_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    answered = geocode(tmp_path, b"address\nx\n", "--out", str(tmp_path / "no" / "out.csv"))

    assert answered.exit_code == 3
