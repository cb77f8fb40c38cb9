"""CSV files as people have them: encodings, delimiters, quotes, and what is no table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.spreadsheets.files import read_table
from service.spreadsheets.sheet import Sheet, SheetError, SheetLimits

LIMITS = SheetLimits()


def read(content: bytes, **options: str) -> Sheet:
    return read_table(content, limits=LIMITS, **options)


def cells(sheet: Sheet) -> list[tuple[object, ...]]:
    return [row.cells for row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_chinese_file_is_read_in_any_usual_encoding(encoding: str) -> None:
    content = "编号,地址\n1,陕西省凤翔县田家庄镇张家村三组\n".encode(encoding)

    sheet = read(content)

    assert sheet.header == ("编号", "地址")
    assert cells(sheet) == [("1", "陕西省凤翔县田家庄镇张家村三组")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_german_file_is_read_in_any_usual_encoding(encoding: str) -> None:
    content = "Nr;Anschrift\r\n1;Bühelstraße 3, 9494 Schaan\r\n2;Große Gärten 7, 9490 Vaduz\r\n".encode(encoding)

    sheet = read(content)

    assert cells(sheet) == [("1", "Bühelstraße 3, 9494 Schaan"), ("2", "Große Gärten 7, 9490 Vaduz")]


@given(
    st.lists(
        st.text("县镇村组路号街道一二三四五六七八九十王李张刘陈", min_size=2, max_size=30), min_size=1, max_size=20
    )
)
def test_gb18030_is_recognised_whatever_the_addresses(addresses: list[str]) -> None:
    content = "\n".join(["地址", *addresses]).encode("gb18030")

    sheet = read(content)

    assert cells(sheet) == [(address,) for address in addresses]


def test_the_encoding_that_the_sender_says_counts() -> None:
    content = "address\nŁódź 1\n".encode("cp1250")

    assert cells(read(content, encoding="windows-1250")) == [("Łódź 1",)]


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "base64", "\x00"])
def test_an_encoding_that_is_none_is_refused(encoding: str) -> None:
    with pytest.raises(SheetError, match="encoding is unknown") as caught:
        read(b"address\nx\n", encoding=encoding)

    assert caught.value.code == "unknown_encoding"


def test_bytes_that_are_not_of_the_said_encoding_are_refused_with_their_place() -> None:
    with pytest.raises(SheetError, match="Byte 8 of the file is not ascii") as caught:
        read("address\né\n".encode(), encoding="ascii")

    assert caught.value.code == "wrong_encoding"


@pytest.mark.parametrize(
    "content",
    [
        b'id,address\n1,"Landstrasse 19, 9494 Schaan"\n',
        b"id;address\n1;Landstrasse 19, 9494 Schaan\n",
        b"id\taddress\n1\tLandstrasse 19, 9494 Schaan\n",
        b"id|address\r1|Landstrasse 19, 9494 Schaan\r",
        b"sep=;\r\nid;address\r\n1;Landstrasse 19, 9494 Schaan\r\n",
        b'\n\n"id";"address"\n\n1;Landstrasse 19, 9494 Schaan\n',
    ],
)
def test_the_delimiter_is_found(content: bytes) -> None:
    assert cells(read(content)) == [("1", "Landstrasse 19, 9494 Schaan")]


def test_rows_are_numbered_as_a_spreadsheet_program_shows_them() -> None:
    content = b'address\nA 1\n\n"B\n2"\n  \nC 3\n'

    assert [(row.number, row.cells) for row in read(content).rows] == [(2, ("A 1",)), (4, ("B\n2",)), (6, ("C 3",))]


def test_a_row_with_more_cells_than_the_header_says_so() -> None:
    sheet = read(b"id,address\n1,Landstrasse 19, 9494 Schaan\n2,Im Loch 1,,\n")

    assert [row.is_too_long for row in sheet.rows] == [True, False]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"address\n", "no_rows"),
        (b'address\n"Landstrasse 19\n', "malformed_csv"),
        (b'address\n"Landstrasse" 19\n', "malformed_csv"),
        (b"address\n" + b"x" * 200_000, "malformed_csv"),
        (b"a\x00b\x00\nc\x00", "not_a_table"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "not_a_table"),
        (b"PK\x03\x04 no archive", "not_a_table"),
        (b",".join(b"c%d" % i for i in range(300)), "too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(SheetError) as caught:
        read(content)

    assert caught.value.code == code
    assert "Landstrasse" not in str(caught.value)


def test_a_file_beyond_the_limits_is_refused() -> None:
    with pytest.raises(SheetError, match="more than 2 rows"):
        read_table(b"address\na\nb\nc\n", limits=SheetLimits(rows=2))
    with pytest.raises(SheetError, match="more than 1 kB"):
        read_table(b"address\n" + b"x\n" * 1000, limits=SheetLimits(file_bytes=1024))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_are_refused(content: bytes) -> None:
    try:
        sheet = read(content)
    except SheetError:
        return

    assert all(len(row.cells) == len(sheet.header) for row in sheet.rows)


def test_bytes_that_are_no_text_in_any_encoding_are_no_table() -> None:
    with pytest.raises(SheetError) as caught:
        read(bytes(range(256)) * 4)

    assert caught.value.code == "not_a_table"
