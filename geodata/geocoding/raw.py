"""What an extract says about addresses, before anything is joined: doors, roads, places, points of interest."""

from dataclasses import dataclass, field
from typing import Final

from geodata.coords import LonLat

#: place=* values that an address may name, with the radius in metres in which their doors are expected.
PLACE_RADIUS_M: Final = {
    "city": 6000, "town": 2500, "village": 1200, "hamlet": 500, "isolated_dwelling": 200, "farm": 200,
    "suburb": 1200, "quarter": 800, "neighbourhood": 500, "locality": 500, "municipality": 4000,
    "township": 4000, "borough": 3000,
}  # fmt: skip

Line = list[tuple[float, float]]


@dataclass(slots=True, kw_only=True)
class RawDoor:
    """A house number as mapped: on a node, on a building's outline (its middle), or on an interpolation line.

    Attributes
    ----------
    reach_m : 0 where the number itself is mapped; on an interpolation line, how far along it the door may be.
    """

    number: str
    location: LonLat
    street: str = ""
    place: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""
    reach_m: int = 0


@dataclass(slots=True, kw_only=True)
class RawRoad:
    """A named road: one way of the extract."""

    names: list[str]
    line: Line
    postcode: str = ""


@dataclass(slots=True, kw_only=True)
class RawPlace:
    """A place=* node."""

    names: list[str]
    kind: str
    location: LonLat
    postcode: str = ""


@dataclass(slots=True, kw_only=True)
class RawPoi:
    """A farm, a mill, a school, a named house: what people give as an address by its name."""

    names: list[str]
    kind: str
    location: LonLat


@dataclass(slots=True, kw_only=True)
class RawBoundary:
    """An administrative boundary: the ways of its rings (some may be missing in an extract).

    Attributes
    ----------
    country : ISO 3166-1 code, of a country's boundary.
    subdivision : ISO 3166-2 code, as US-VT, of a state's or province's.
    """

    names: list[str]
    level: int
    postcode: str = ""
    country: str = ""
    subdivision: str = ""
    outer: list[int] = field(default_factory=list)
    inner: list[int] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class RawExtract:
    """All of it."""

    doors: list[RawDoor] = field(default_factory=list)
    roads: list[RawRoad] = field(default_factory=list)
    places: list[RawPlace] = field(default_factory=list)
    pois: list[RawPoi] = field(default_factory=list)
    boundaries: list[RawBoundary] = field(default_factory=list)
    lines: dict[int, Line] = field(default_factory=dict)
