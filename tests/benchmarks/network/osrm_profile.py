"""An OSRM profile that drives on the same roads at the same speeds as ours: it looks both up in a table of ours.

The table is made by our own reading of the tags (geodata.network.usage), so that what differs in the answers is the
engine and not the reading. Left out of it: slopes; a gate that only keeps through traffic out is open to all; a ferry
without a duration has no boarding time.
"""

from pathlib import Path

import osmium
from osmium.osm import Node, Way

from geodata.network.profiles import Profile
from geodata.network.tables import Access
from geodata.network.usage import node_use, way_use
from tests.benchmarks.network.areas import IDS_PER_TILE

_LUA = Path(__file__).with_name("osrm_profile.lua")


def write_profile(extract: Path, profile: Profile, folder: Path, *, turn_s: float | None = None) -> Path:
    """Write the profile and its table; return the profile.

    Parameters
    ----------
    extract : one tile of it is enough where the extract is tiled: ids count modulo IDS_PER_TILE.
    turn_s : what a turn costs at most; the profile's own figure when it is not given.
    """
    table = folder / "table.txt"
    with table.open("w") as out:
        for thing in osmium.FileProcessor(str(extract)):
            if isinstance(thing, Node) and thing.tags:
                out.write(_node_line(thing.id, dict(thing.tags), profile))
            elif isinstance(thing, Way):
                out.write(_way_line(thing.id, dict(thing.tags), profile))
    costs = profile.turn_costs
    figures = {
        "TABLE": f'"{table}"',
        "IDS_PER_TILE": IDS_PER_TILE,
        "TURN_S": costs.turn_ms / 1000 if turn_s is None else turn_s,
        "BIAS": costs.bias_permille / 1000,
        "DEAD_END_S": costs.dead_end_ms / 1000,
        "SIGNAL_S": costs.signal_ms / 1000,
        "LINK_KMH": profile.highway_kmh["primary"].value,
        "VEHICLES": ", ".join(f'"{key}"' for key in profile.access_keys[:-1]),
    }
    text = _LUA.read_text()
    for name, value in figures.items():
        text = text.replace(f"@{name}@", str(value))
    path = folder / "same_roads.lua"
    path.write_text(text)
    return path


def _way_line(number: int, tags: dict[str, str], profile: Profile) -> str:
    if "highway" not in tags and "route" not in tags:
        return ""
    use = way_use(tags, profile)
    if isinstance(use, str):
        return ""
    flags = f"{int(use.ends_only)} {int(use.snappable)} {use.whole_way_s + use.boarding_s if use.whole_way_s else 0}"
    return f"W {number} {use.forward_kmh!r} {use.backward_kmh!r} {flags}\n"


def _node_line(number: int, tags: dict[str, str], profile: Profile) -> str:
    use = node_use(tags, profile)
    line = "" if use is None else f"N {number} {int(use.access == Access.CLOSED)} {use.delay_s} 0 0 0\n"
    if tags.get("highway") == "traffic_signals":
        direction = {"forward": 1, "backward": 2}.get(tags.get("traffic_signals:direction", ""), 0)
        line += f"S {number} {direction} 0 0 0 0\n"
    return line
