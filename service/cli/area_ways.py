"""Ways of an area, as a table for people and as JSON for machines."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from geodata.area.ways import AreaWay


def ways_table(found: "Sequence[AreaWay]") -> Table:
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


def ways_json(found: "Sequence[AreaWay]") -> str:
    """Return an array with an object for each way."""
    ways = [{**asdict(one.way), "vehicles": one.vehicles} for one in found]
    return json.dumps(ways, ensure_ascii=False, indent=2)
