"""Values of OpenStreetMap's keys that the tables of a profile may name: those of the known profiles, and more.

Source: OSM wiki, Key:highway, Key:surface, Key:smoothness, Key:tracktype, Key:service, Key:sac_scale, Key:barrier.
"""

from functools import cache
from typing import Final

from geodata.network.profiles import PROFILES
from geodata.network.surfaces import CLASS_OF_SURFACE

_HIGHWAYS: Final = ("highway_kmh", "by_permission_kmh")
_TRACKTYPES: Final = ("track_kmh", "tracktype_kmh")
#: Documented values that no known profile has a row for.
_MORE: Final = {
    "highway_kmh": "bus_guideway elevator escape raceway",
    "surface_kmh": (
        "acrylic artificial_turf ice laterite metal_grid murram plastic rubber salt shells snow stepping_stones "
        "tartan woodchips"
    ),
    "smoothness_kmh": "excellent good",
    "service_kmh": "bus layby slipway",
    "sac_scale_kmh": "hiking strolling",
    "barrier_s": (
        "bar barrier_board cable_barrier city_wall coupure ditch door fence guard_rail handrail hedge retaining_wall "
        "tank_trap tyres wall wicket_gate yes"
    ),
}


@cache
def known_values(table: str) -> frozenset[str]:
    """Return the values that a table of a profile may have rows for, by the table's name."""
    same = next((tables for tables in (_HIGHWAYS, _TRACKTYPES) if table in tables), (table,))
    values = {value for one in same for profile in PROFILES.values() for value in getattr(profile, one)}
    values.update(value for one in same for value in _MORE.get(one, "").split())
    return frozenset(values | set(CLASS_OF_SURFACE) if table == "surface_kmh" else values)
