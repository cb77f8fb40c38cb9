"""The rows of a sheet as addresses to find; what is wrong with a row is said of that row alone."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geodata.coords import LonLat
from geodata.datum import Datum, to_wgs84
from geodata.geocoding.clutter import MAX_LENGTH
from service.geocoding.columns import Columns
from service.spreadsheets.sheet import Cell, Row, Sheet, text_of

MAX_ID_LENGTH: Final = 64
#: What people call the datums.
DATUMS: Final = {
    "wgs84": Datum.WGS84, "epsg4326": Datum.WGS84, "gps": Datum.WGS84, "gcj02": Datum.GCJ02, "火星坐标": Datum.GCJ02,
    "bd09": Datum.BD09, "bd09ll": Datum.BD09, "百度": Datum.BD09,
}  # fmt: skip
_HAN_ALONE: Final = re.compile(r"[\u3400-\u9fff\d\-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """Why a row cannot be located: a code for programs, and the rule. Nothing of the row is repeated.

    `pointer` says where in a JSON request, None for files.
    """

    code: str
    detail: str
    pointer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """One row: an address, a location of WGS-84 or both, or a fault.

    `number` is that of the row in the spreadsheet, or of the query in a request, from 1.
    """

    number: int
    id: str | None = None
    address: str | None = None
    location: LonLat | None = None
    fault: RowFault | None = None


def address_rows(sheet: Sheet, columns: Columns, *, datum: Datum = Datum.WGS84) -> list[AddressRow]:
    """Read every row of a sheet.

    Parameters
    ----------
    datum : of the coordinates of rows that say none themselves.
    """
    return [_row(row, columns, datum) for row in sheet.rows]


def _row(row: Row, columns: Columns, datum: Datum) -> AddressRow:
    id_ = "" if columns.id is None else text_of(row.cells[columns.id])
    kept_id = id_ if id_ and len(id_) <= MAX_ID_LENGTH and id_.isprintable() else None
    address = joined([row.cells[position] for position in columns.address])
    fault = _fault_of_row(row) or _fault_of_id(id_, kept_id) or fault_of_address(address)
    location: LonLat | None = None
    if fault is None:
        location, fault = _location(row, columns, datum)
    if fault is None and not address and location is None:
        fault = RowFault(code="place_missing", detail="The row has neither an address nor a location.")
    if fault is not None:
        return AddressRow(number=row.number, id=kept_id, fault=fault)
    return AddressRow(number=row.number, id=kept_id, address=address or None, location=location)


def joined(cells: Sequence[Cell]) -> str:
    """Join the parts of an address: Chinese ones without a space, as they are written.

    A name that another part has already, as a town in a whole address, is not said twice.
    """
    texts = [part for part in map(text_of, cells) if part]
    parts = [part for position, part in enumerate(texts) if not _is_said(part, texts[:position], texts[position + 1 :])]
    separator = "" if len(parts) > 1 and all(_HAN_ALONE.fullmatch(part) for part in parts) else " "
    return separator.join(parts)


def _is_said(part: str, before: Sequence[str], after: Sequence[str]) -> bool:
    if any(c.isdigit() for c in part):
        return False
    name = part.casefold()
    return any(name in other.casefold() and part != other for other in (*before, *after)) or part in before


def fault_of_address(address: str) -> RowFault | None:
    """Say what forbids a text to be an address; a line break or a tab only separates its parts."""
    if len(address) > MAX_LENGTH:
        return RowFault(code="wrong_length", detail=f"The address must have at most {MAX_LENGTH} characters.")
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\t\n\r" for c in address):
        return RowFault(code="control_character", detail="The address must not contain control characters.")
    return None


def _fault_of_row(row: Row) -> RowFault | None:
    if not row.is_too_long:
        return None
    rule = "The row has more cells than the header. An address with a comma in it stands between quotation marks."
    return RowFault(code="too_many_cells", detail=rule)


def _fault_of_id(given: str, kept: str | None) -> RowFault | None:
    if not given or kept is not None:
        return None
    return RowFault(code="wrong_id", detail=f"The id must have at most {MAX_ID_LENGTH} visible characters.")


def _location(row: Row, columns: Columns, datum: Datum) -> tuple[LonLat | None, RowFault | None]:
    if columns.lat is None or columns.lon is None:
        return None, None
    lat, lon = row.cells[columns.lat], row.cells[columns.lon]
    if not text_of(lat) and not text_of(lon):
        return None, None
    said = "" if columns.datum is None else text_of(row.cells[columns.datum])
    if said:
        found = DATUMS.get(said.casefold().replace("-", "").replace(":", "").replace(" ", ""))
        if found is None:
            return None, RowFault(code="unknown_word", detail="The datum must be wgs84, gcj02 or bd09.")
        datum = found
    lat_degrees, lon_degrees = degrees_of(lat), degrees_of(lon)
    if lat_degrees is None or lon_degrees is None:
        rule = "lat and lon must both be degrees as numbers, such as 47.141 and 9.521."
        return None, RowFault(code="wrong_number", detail=rule)
    if abs(lat_degrees) > 90 or abs(lon_degrees) > 180:
        swapped = " They look swapped." if abs(lon_degrees) <= 90 and abs(lat_degrees) <= 180 else ""
        rule = f"lat must be from -90 to 90 and lon from -180 to 180.{swapped}"
        return None, RowFault(code="out_of_range", detail=rule)
    return to_wgs84(LonLat(lon_degrees, lat_degrees), datum), None


def degrees_of(cell: Cell) -> float | None:
    """Read degrees; a decimal comma counts as a point, as German spreadsheets write it."""
    try:
        degrees = float(text_of(cell).replace(",", "."))
    except ValueError:
        return None
    return degrees if math.isfinite(degrees) else None
