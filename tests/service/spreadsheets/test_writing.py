"""What is written can be opened without harm, and read again as it was."""

import csv
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.spreadsheets.csv_file import write_csv
from service.spreadsheets.files import read_table
from service.spreadsheets.formulas import neutralised, original
from service.spreadsheets.sheet import SheetLimits
from service.spreadsheets.xlsx_file import write_xlsx

LIMITS = SheetLimits()
FORMULAS = [
    '=HYPERLINK("http://evil.example","Landstrasse")',
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "  =1+1",
]
ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Any text that CSV can hold; U+FEFF at the beginning of a file is its mark.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff"), max_size=30)
DANGEROUS = st.tuples(st.sampled_from([*ACTIVE, "'", " ", "'=", ""]), TEXTS).map("".join)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_becomes_a_text_in_csv(formula: str) -> None:
    rows = list(csv.reader(io.StringIO(write_csv(["address"], [[formula]]).decode("utf-8-sig"), newline="")))

    assert rows[1] == ["'" + formula]


@pytest.mark.parametrize("number", ["-9.5", "+41", "12", "47.1"])
def test_a_plain_number_stays_one(number: str) -> None:
    assert neutralised(number) == number


@given(st.lists(DANGEROUS, min_size=1, max_size=4))
def test_no_cell_of_a_csv_begins_as_a_formula_does(texts: list[str]) -> None:
    (_, *rows) = csv.reader(io.StringIO(write_csv(["a"], [texts]).decode("utf-8-sig"), newline=""))

    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(ACTIVE) or cell.lstrip("+-").replace(".", "", 1).isdecimal()


@given(DANGEROUS)
def test_neutralising_can_be_undone(text: str) -> None:
    assert original(neutralised(text)) == text


@given(st.lists(st.lists(DANGEROUS, min_size=2, max_size=2), min_size=1, max_size=4))
def test_a_csv_is_read_as_it_was_written(rows: list[list[str]]) -> None:
    content = write_csv(["a", "b", "end"], [[*row, "."] for row in rows])

    sheet = read_table(content, limits=LIMITS)

    assert sheet.header == ("a", "b", "end")
    assert [row.cells[:2] for row in sheet.rows] == [tuple(row) for row in rows]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_a_text_in_a_workbook(formula: str) -> None:
    content = write_xlsx(["address"], [[formula]])

    page = openpyxl.load_workbook(io.BytesIO(content)).active
    assert page is not None
    cell = page["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert all(b"<f>" not in archive.read(name) for name in archive.namelist())


def test_numbers_in_a_workbook_are_numbers_and_blanks_are_blank() -> None:
    content = write_xlsx(["lat", "id", "x"], [[47.1, "007", None]])

    assert read_table(content, limits=LIMITS).rows[0].cells == (47.1, "007", "")


def test_what_xml_cannot_hold_is_replaced() -> None:
    content = write_xlsx(["a"], [["x\x01y\ud800z"], ["long" * 10_000]])

    first, second = read_table(content, limits=LIMITS).rows
    assert first.cells == ("x\ufffdy\ufffdz",)
    assert len(str(second.cells[0])) == 32_767


@given(st.lists(st.text("=+-@'a1 村\t", min_size=1, max_size=8), min_size=1, max_size=4))
def test_a_workbook_is_read_as_it_was_written(texts: list[str]) -> None:
    content = write_xlsx([*"abcd"[: len(texts)], "end"], [[*texts, "."]])

    assert read_table(content, limits=LIMITS).rows[0].cells == (*texts, ".")
