"""Workbooks: what is in their cells, and those that would take all memory."""

import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.spreadsheets.files import read_table
from service.spreadsheets.sheet import SheetError, SheetLimits
from tests.service.spreadsheets.workbooks import package, text_cell, workbook

LIMITS = SheetLimits()


def refused(content: bytes, limits: SheetLimits = LIMITS) -> str:
    with pytest.raises(SheetError) as caught:
        read_table(content, limits=limits)
    return caught.value.code


def test_cells_are_texts_and_numbers() -> None:
    content = workbook({"one": [["id", "address", "lat"], [7, "张家村 3", 34.5], [None, "B", None]]})

    sheet = read_table(content, limits=LIMITS)

    assert sheet.header == ("id", "address", "lat")
    assert [(row.number, row.cells) for row in sheet.rows] == [(2, (7, "张家村 3", 34.5)), (3, ("", "B", ""))]


def test_dates_are_written_as_iso_8601() -> None:
    content = workbook({"one": [["due"], [date(2026, 11, 28)], [datetime.fromisoformat("2026-11-28T09:30")]]})

    sheet = read_table(content, limits=LIMITS)

    assert [row.cells for row in sheet.rows] == [("2026-11-28",), ("2026-11-28T09:30:00",)]


def test_a_sheet_is_chosen_by_its_name() -> None:
    content = workbook({"one": [["address"], ["A"]], "二": [["address"], ["B"]]})

    assert read_table(content, limits=LIMITS).rows[0].cells == ("A",)
    assert read_table(content, limits=LIMITS, sheet="二").rows[0].cells == ("B",)
    with pytest.raises(SheetError, match="no sheet of this name"):
        read_table(content, limits=LIMITS, sheet="three")


def test_a_sheet_that_declares_a_wrong_size_is_read_to_its_end() -> None:
    cells = f'<row r="1">{text_cell("A1", "address")}</row><row r="2">{text_cell("A2", "A 1")}</row>'

    sheet = read_table(package(f'<dimension ref="A1"/><sheetData>{cells}</sheetData>'), limits=LIMITS)

    assert [row.cells for row in sheet.rows] == [("A 1",)]


def test_two_cells_in_opposite_corners_take_no_memory() -> None:
    # https://github.com/tafia/calamine/issues/693: 17 billion cells between them
    far = f'<row r="1">{text_cell("A1", "address")}</row><row r="1048576">{text_cell("XFD1048576", "x")}</row>'
    beyond = f'<row r="1">{text_cell("A1", "address")}</row><row r="99999999">{text_cell("A99999999", "x")}</row>'

    assert refused(package(f"<sheetData>{far}</sheetData>")) == "too_many_columns"
    assert refused(package(f"<sheetData>{beyond}</sheetData>")) == "not_a_table"


def test_a_bomb_is_refused_by_the_size_that_it_declares() -> None:
    content = package("<sheetData/>", more={"xl/bomb.xml": b" " * 3_000_000})

    assert len(content) < 10_000
    assert refused(content, SheetLimits(unpacked_bytes=1_000_000)) == "too_large"


def test_a_bomb_that_declares_to_be_small_is_refused() -> None:
    content = bytearray(package("<sheetData/>", more={"xl/bomb.xml": b" " * 3_000_000}))
    true, lie = (3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    assert true in content
    while (at := content.find(true)) >= 0:
        content[at : at + 4] = lie

    assert refused(bytes(content), SheetLimits(unpacked_bytes=1_000_000)) in {"not_a_table", "too_large"}


def test_a_row_of_millions_of_cells_is_refused() -> None:
    assert refused(package(f'<sheetData><row r="1">{"<c/>" * 3_100_000}</row></sheetData>')) == "too_large"


def test_entities_are_refused() -> None:
    doctype = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'

    assert refused(package("<sheetData/>", doctype=doctype)) == "not_a_table"


def test_pictures_and_macros_are_not_unpacked() -> None:
    cells = f'<row r="1">{text_cell("A1", "address")}</row><row r="2">{text_cell("A2", "A 1")}</row>'
    content = package(f"<sheetData>{cells}</sheetData>", more={"xl/media/photo.png": b"\0" * 5_000_000})

    sheet = read_table(content, limits=SheetLimits(unpacked_bytes=1_000_000))

    assert sheet.rows[0].cells == ("A 1",)


def test_an_archive_of_something_else_is_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")

    assert refused(out.getvalue()) == "not_a_table"


@pytest.mark.parametrize("cut", [10, 200, 1000, -30])
def test_a_workbook_that_is_cut_off_is_refused(cut: int) -> None:
    content = workbook({"one": [["address"], ["A"]]})

    assert refused(content[:cut]) == "not_a_table"


GOOD = workbook({"one": [["id", "address"], [7, "张家村 3"], [8, "Landstrasse 19"]]})


@given(changes=st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.binary(max_size=3)), max_size=4))
def test_any_damaged_workbook_is_a_table_or_is_refused(changes: list[tuple[int, bytes]]) -> None:
    content = bytearray(GOOD)
    for at, new in changes:
        content[at : at + len(new)] = new

    try:
        sheet = read_table(bytes(content), limits=LIMITS)
    except SheetError:
        return

    assert all(len(row.cells) == len(sheet.header) for row in sheet.rows)


@given(
    parts=st.dictionaries(
        st.sampled_from(["xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet2.xml"]),
        st.one_of(st.binary(max_size=80), st.text("<>/=\"' acrtv0129", max_size=80).map(str.encode)),
    ),
    data=st.text("<>/=\"' acrtvdeowsh0129\n", max_size=120),
)
def test_any_parts_of_a_workbook_are_a_table_or_are_refused(parts: dict[str, bytes], data: str) -> None:
    try:
        sheet = read_table(package(data, more=parts), limits=LIMITS)
    except SheetError:
        return

    assert sheet.header


def test_a_part_that_is_no_xml_is_refused() -> None:
    assert refused(package("<sheetData><row>")) == "not_a_table"
