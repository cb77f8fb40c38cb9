"""What a gazetteer holds: places, streets, doors and what their names may mean."""

from dataclasses import dataclass
from enum import StrEnum

from geodata.coords import LonLat
from geodata.geocoding.parse import DoorNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEntry:
    """A place. `ancestors` are its parents, the nearest first; `level` is its boundary's admin_level, 0 without one.

    Attributes
    ----------
    located_by : the place whose position and radius stand in for its own, None when its own is known.
    parent_by_distance : whether it is only taken for a part of its nearest parent, for want of boundaries.
    """

    id: int
    name: str
    kind: str
    location: LonLat
    radius_m: int
    ancestors: tuple[int, ...]
    level: int
    postcodes: frozenset[str]
    located_by: int | None = None
    parent_by_distance: bool = False

    @property
    def is_region(self) -> bool:
        """Whether it is too wide to hold streets of its own."""
        return self.kind == "region"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetEntry:
    """A street of one town. `places` are all places that an address may name for it, `town` the usual one."""

    id: int
    name: str
    town: int | None
    location: LonLat
    extent_m: int
    places: frozenset[int]
    postcodes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A known house number and where it stands. `spread_m` is by how much its mappings differ.

    An interpolated one is not mapped itself: it stands somewhere along a line between two that are, within `spread_m`.
    """

    number: DoorNumber
    location: LonLat
    spread_m: int
    interpolated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PoiEntry:
    """A point of interest with a name of its own. `places` are all places that an address may name for it."""

    id: int
    name: str
    kind: str
    town: int | None
    location: LonLat
    places: frozenset[int]


class NearbyKind(StrEnum):
    """What is near a point."""

    DOOR = "door"
    POI = "poi"
    STREET = "street"  # one of the points along it


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """Something near a point. `ref` is the street or the point of interest, `number` the label of a door."""

    kind: NearbyKind
    ref: int
    number: str
    location: LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class NameHit:
    """What a key names, and how: full, short, core, part or variant."""

    id: int
    kind: str
