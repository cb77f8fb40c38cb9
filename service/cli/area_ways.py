"""Ways of an area by street or place, for all of its vehicles, as a table for people and as JSON for machines."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from geodata.coords import LonLat

if TYPE_CHECKING:
    from geodata.area.area import Area
    from geodata.network.ways import FoundWay


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaWay:
    """A way and the vehicles that may use it; length and distance are those of the first of them."""

    way: "FoundWay"
    vehicles: tuple[str, ...]


def area_ways(area: "Area", *, street: str | None, near: LonLat | None, within_m: int) -> list[AreaWay]:
    """Return the ways that any vehicle may use, see geodata.network.ways.find_ways.

    Raises
    ------
    AreaFormatError
        When a network of the area is damaged.
    """
    from geodata.network.ways import find_ways  # noqa: PLC0415 - other commands need not wait for it

    first: dict[int, FoundWay] = {}
    vehicles: dict[int, list[str]] = {}
    for vehicle in area.meta.profiles:
        for way in find_ways(area.roads(vehicle), street=street, near=near, within_m=within_m):
            first.setdefault(way.id, way)
            vehicles.setdefault(way.id, []).append(vehicle)
    found = sorted(first.values(), key=lambda way: (way.away_m or 0, way.name, way.id))
    return [AreaWay(way=way, vehicles=tuple(vehicles[way.id])) for way in found]


def ways_table(found: Sequence[AreaWay]) -> Table:
    """Return a row for each way."""
    table = Table(box=box.SIMPLE_HEAD)
    for heading, justify in (("Way", "right"), ("Name", "left"), ("Kind", "left"), ("Length", "right")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]  # rich names the words in a Literal
    table.add_column("Away", justify="right")
    table.add_column("Vehicles")
    for one in found:
        way = one.way
        away = "" if way.away_m is None else f"{way.away_m:,} m"
        table.add_row(str(way.id), Text(way.name), way.highway, f"{way.length_m:,} m", away, ", ".join(one.vehicles))
    return table


def ways_json(found: Sequence[AreaWay]) -> str:
    """Return an array with an object for each way."""
    ways = [{**asdict(one.way), "vehicles": one.vehicles} for one in found]
    return json.dumps(ways, ensure_ascii=False, indent=2)
