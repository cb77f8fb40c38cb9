"""The base of every schema, and the field types that several schemas share."""

import re
from datetime import date, datetime, time
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from geodata.coords import LonLat
from service.cases.limits import EARLIEST_DAY, LATEST_DAY

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})")
#: Letters and digits of any script, as 案件-1 has; no space, no slash, nothing that an address (URL) would mind.
ID_PATTERN = r"^[^\W_][\w.:-]*$"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Schema(BaseModel):
    """Strict (a bool is no number, a number no text) and closed (an unknown key is refused)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _clock(value: object) -> object:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        code, rule = "local_time", "Must be a local time as HH:MM or HH:MM:SS, from 00:00 to 23:59:59."
        raise PydanticCustomError(code, rule)
    return time.fromisoformat(value)


def _iso_date(value: object) -> object:
    rule = f"Must be a date as YYYY-MM-DD, from {EARLIEST_DAY} to {LATEST_DAY}."
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise PydanticCustomError("iso_date", rule)
    try:
        day = date.fromisoformat(value)
    except ValueError as exc:
        raise PydanticCustomError("iso_date", rule) from exc
    if not EARLIEST_DAY <= day <= LATEST_DAY:
        raise PydanticCustomError("iso_date", rule)
    return day


def _instant(value: object) -> object:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        code, rule = "instant", "Must be an instant with its offset (RFC 3339), such as 2026-11-25T09:00:00+01:00."
        raise PydanticCustomError(code, rule)
    return value


def _printable(value: str | None) -> str | None:
    if value is not None and _CONTROL.search(value):
        code, rule = "control_character", "Must not contain control characters."
        raise PydanticCustomError(code, rule)
    return value


def _visible(value: str) -> str:
    if not value.isprintable():
        code, rule = "control_character", "Must not contain control characters or others that nobody sees."
        raise PydanticCustomError(code, rule)
    return value


#: For texts of one line that people read.
printable_text = AfterValidator(_printable)
#: A time of day on the wall of the branch.
LocalTime = Annotated[
    time,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$", "examples": ["09:30"]}),
]
#: A calendar day, ISO 8601.
IsoDate = Annotated[
    date,
    BeforeValidator(_iso_date),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-11-25"]}),
]
#: A moment, RFC 3339 with its offset; in a query, where a number would be taken for seconds since 1970.
Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-25T09:00:00+01:00"]}),
]
#: The caller's own name for a case or a collector. Never a person's name: it is shown on the map and in logs.
ExternalId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=ID_PATTERN,
        description="Your own identifier: letters and digits of any script and . _ : - only. "
        "No name of a person: maps show it.",
    ),
    AfterValidator(_visible),
]
#: An id as it was stored. Its pattern is left out of the description, where \w would mean ASCII alone.
StoredId = Annotated[str, Field(description="Your own identifier.")]
#: A skill that a visit needs and a collector has.
Skill = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_printable)]
#: A postal address as it was typed.
Address = Annotated[
    str,
    Field(max_length=300, description="The postal address as your files have it, at most 300 characters."),
    AfterValidator(_printable),
]


class Location(Schema):
    """A point in WGS-84 degrees."""

    lat: float = Field(ge=-90, le=90, allow_inf_nan=False, description="Latitude, degrees.")
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False, description="Longitude, degrees.")

    def to_lonlat(self) -> LonLat:
        """As geodata's value."""
        return LonLat(self.lon, self.lat)

    @classmethod
    def of(cls, point: LonLat) -> "Location":
        """Seven decimals, about a centimetre."""
        return cls(lat=round(point.lat, 7), lon=round(point.lon, 7))
