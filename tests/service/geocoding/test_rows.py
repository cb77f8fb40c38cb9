"""From a sheet's columns to addresses: the usual names, addresses in parts, and rows that cannot be located."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.coords import LonLat, great_circle_m
from geodata.datum import Datum, from_wgs84
from service.geocoding.columns import find_columns
from service.geocoding.rows import AddressRow, address_rows
from service.spreadsheets.sheet import Cell, Row, Sheet, SheetError


def sheet(*rows: tuple[Cell, ...]) -> Sheet:
    """Return a sheet whose first row is the header."""
    header, *others = rows
    return Sheet(
        header=tuple(map(str, header)),
        rows=tuple(Row(number=number, cells=cells) for number, cells in enumerate(others, start=2)),
        read_as="CSV",
    )


def read(*rows: tuple[Cell, ...], address: tuple[str, ...] = (), datum: Datum = Datum.WGS84) -> list[AddressRow]:
    table = sheet(*rows)
    return address_rows(table, find_columns(table, address=address), datum=datum)


@pytest.mark.parametrize("name", ["address", "Address ", "ADRESSE", "Anschrift", "地址", "家庭住址", "Full Address"])
def test_the_address_column_is_found_by_its_usual_names(name: str) -> None:
    (row,) = read(("x", name), ("1", "Landstrasse 19"))

    assert row == AddressRow(number=2, address="Landstrasse 19")


@pytest.mark.parametrize(
    ("header", "cells", "address"),
    [
        (("Strasse", "Hausnr.", "PLZ", "Ort"), ("Landstrasse", 19, 9494, "Schaan"), "Landstrasse 19 9494 Schaan"),
        (("PLZ", "Ort", "Strasse", "Nr"), ("9494", "Schaan", "Im Loch", "3a"), "Im Loch 3a 9494 Schaan"),
        (("村", "乡镇", "县"), ("张家村", "田家庄镇", "凤翔县"), "凤翔县田家庄镇张家村"),
        (("Address", "Town"), ("Landstrasse 19, 9494 Schaan", "Schaan"), "Landstrasse 19, 9494 Schaan"),
        (("县", "地址"), ("凤翔县", "田家庄镇张家村3组"), "凤翔县田家庄镇张家村3组"),
        (("Strasse", "Nr"), ("Strasse des 17. Juni", "17"), "Strasse des 17. Juni 17"),
    ],
)
def test_an_address_in_several_columns_is_put_together(
    header: tuple[str, ...], cells: tuple[Cell, ...], address: str
) -> None:
    assert read(header, cells)[0].address == address


def test_named_columns_make_the_address_in_their_order() -> None:
    (row,) = read(("a", "b", "address"), ("Schaan", "Landstrasse 19", "no"), address=("B", "a"))

    assert row.address == "Landstrasse 19 Schaan"


@pytest.mark.parametrize(("named", "rule"), [(("c",), "not in the first row"), (("a",), "in the first row twice")])
def test_a_named_column_must_be_there_once(named: tuple[str, ...], rule: str) -> None:
    with pytest.raises(SheetError, match=rule):
        read(("a", "A", "b"), ("x", "y", "z"), address=named)


def test_a_file_without_a_header_is_refused_and_not_repeated() -> None:
    with pytest.raises(SheetError, match="first row must name the columns") as caught:
        read(("1", "Landstrasse 19"), ("2", "Im Loch 3"))

    assert "Landstrasse" not in str(caught.value)


def test_an_id_comes_along() -> None:
    rows = read(("Case ID", "address"), (17, "A"), ("案件-2", "B"), ("", "C"))

    assert [row.id for row in rows] == ["17", "案件-2", None]


@pytest.mark.parametrize("datum", list(Datum))
@pytest.mark.parametrize("where", ["column", "option"])
def test_a_location_is_converted_from_its_datum(datum: Datum, where: str) -> None:
    true = LonLat(107.4, 34.52)
    given_point = from_wgs84(true, datum)
    cells: tuple[Cell, ...] = (given_point.lat, str(given_point.lon).replace(".", ","))

    if where == "column":
        (row,) = read(("lat", "lng", "datum"), (*cells, datum.upper()))
    else:
        (row,) = read(("纬度", "经度"), cells, datum=datum)

    assert row.location is not None
    assert great_circle_m(row.location, true) < 0.01


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("", "", "", ""), "place_missing"),
        (("x" * 301, "", "", ""), "wrong_length"),
        (("a\x07b", "", "", ""), "control_character"),
        (("A", "47.1", "", ""), "wrong_number"),
        (("A", "north", "9", ""), "wrong_number"),
        (("A", "nan", "9", ""), "wrong_number"),
        (("A", "107.4", "34.5", ""), "out_of_range"),
        (("A", "47", "9", "nad83"), "unknown_word"),
    ],
)
def test_a_row_that_cannot_be_located_says_why_and_the_others_go_on(cells: tuple[str, ...], code: str) -> None:
    bad, good = read(("address", "lat", "lon", "datum"), cells, ("Landstrasse 19", "", "", ""))

    assert bad.fault is not None
    assert (bad.number, bad.fault.code) == (2, code)
    assert good.fault is None


def test_swapped_degrees_are_told() -> None:
    (row,) = read(("lat", "lon"), (107.4, 34.5))

    assert row.fault is not None
    assert "swapped" in row.fault.detail


@given(st.lists(st.tuples(*[st.one_of(st.text(max_size=310), st.floats(), st.integers())] * 5), max_size=5))
def test_any_cells_make_rows_in_their_order(cells: list[tuple[Cell, ...]]) -> None:
    rows = read(("id", "address", "lat", "lon", "datum"), *cells)

    assert [row.number for row in rows] == list(range(2, len(cells) + 2))
    for row in rows:
        assert (row.fault is None) == (row.address is not None or row.location is not None)
