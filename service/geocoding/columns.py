"""Which columns of a sheet say what: by the names that people give them, or as the caller says."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.spreadsheets.sheet import Sheet, SheetError

_ADDRESS: Final = (
    "address", "full address", "postal address", "adresse", "anschrift", "wohnadresse", "indirizzo", "dirección",
    "domicilio", "地址", "详细地址", "住址", "家庭住址", "家庭地址", "居住地址", "现住址", "通讯地址", "联系地址",
)  # fmt: skip
#: The parts of an address in the order in which they make one; each column of a sheet is taken once.
_PARTS: Final = (
    ("province", "省", "省份", "省市"),
    ("prefecture", "市", "城市", "地市", "地级市"),
    ("county", "县", "区县", "区", "县区", "县市区"),
    ("township", "乡镇", "镇", "乡", "街道", "乡镇街道"),
    ("village", "村", "社区", "行政村", "村社区"),
    ("group", "组", "村组", "门牌", "门牌号"),
    ("street", "road", "strasse", "straße", "str", "rue", "via", "calle", "gasse", "address line 1", "路"),
    ("house number", "house no", "number", "hausnummer", "hausnr", "haus nr", "nr", "numéro", "numero", "civico"),
    ("postcode", "postal code", "zip", "zip code", "plz", "postleitzahl", "code postal", "cap", "cp", "pincode"),
    ("town", "city", "place", "ort", "gemeinde", "stadt", "ville", "commune", "comune", "localidad", "municipio"),
)
_ID: Final = (
    "id", "case", "case id", "case no", "case number", "reference", "fall", "fallnr", "fallnummer", "aktenzeichen",
    "编号", "案件编号", "案件号", "序号",
)  # fmt: skip
_LAT: Final = ("lat", "latitude", "breite", "breitengrad", "纬度")
_LON: Final = ("lon", "lng", "long", "longitude", "länge", "längengrad", "经度")
_DATUM: Final = ("datum", "crs", "坐标系")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Positions in the header. `address` has several where an address is spread over columns, empty for none."""

    address: tuple[int, ...]
    id: int | None
    lat: int | None
    lon: int | None
    datum: int | None


def find_columns(sheet: Sheet, *, address: Sequence[str] = ()) -> Columns:
    """Find the columns by their names; small and capital letters, accents, spaces and signs are alike.

    Parameters
    ----------
    address : names of the columns that make the address, in their order; empty to look for the usual names.

    Raises
    ------
    SheetError
        When a named column is not there or is there twice, and when nothing says where anything is.
    """
    by_key: dict[str, list[int]] = {}
    for position, name in enumerate(sheet.header):
        by_key.setdefault(column_key(name), []).append(position)
    found = Columns(
        address=_named(by_key, address) if address else _usual(by_key),
        id=_first(by_key, _ID),
        lat=_first(by_key, _LAT),
        lon=_first(by_key, _LON),
        datum=_first(by_key, _DATUM),
    )
    if not found.address and (found.lat is None or found.lon is None):
        msg = (
            "No column is named address, and none lat and lon. The first row must name the columns; "
            "or say which column, or columns, make the address."
        )
        raise SheetError(msg, code="address_column_missing")
    return found


def _named(by_key: Mapping[str, list[int]], names: Sequence[str]) -> tuple[int, ...]:
    positions: list[int] = []
    for number, name in enumerate(names, start=1):
        there = by_key.get(column_key(name), [])
        if len(there) != 1:
            which = f"Number {number} of the named address columns"
            msg = f"{which} is not in the first row." if not there else f"{which} is in the first row twice."
            raise SheetError(msg, code="unknown_column")
        positions += there
    return tuple(positions)


def _usual(by_key: Mapping[str, list[int]]) -> tuple[int, ...]:
    whole = _first(by_key, _ADDRESS)
    parts = [position for names in _PARTS if (position := _first(by_key, names)) is not None]
    if whole is None:
        return tuple(parts)
    # "Address" beside "postcode" and "town" is the street; the administrative names go before it.
    before = [position for position in parts if position < whole]
    after = [position for position in parts if position > whole]
    return (*before, whole, *after)


def _first(by_key: Mapping[str, list[int]], names: Sequence[str]) -> int | None:
    for name in names:
        if there := by_key.get(column_key(name)):
            return there[0]
    return None


def column_key(name: str) -> str:
    """Return a name of a column for comparison: small and capital letters, accents, spaces and signs are alike."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in plain if c.isalnum())
