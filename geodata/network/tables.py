"""The figures of the vehicle profiles: one row per OpenStreetMap value, each with the source it comes from."""

from enum import IntEnum
from typing import Final, NamedTuple

GRAPHHOPPER: Final = "GraphHopper, CarAverageSpeedParser: default speeds"
GRAPHHOPPER_MOTORCYCLE: Final = "GraphHopper, MotorcycleAccessParser: barriers that stop cars and not motorcycles"
OSRM: Final = "OSRM, profiles/car.lua: surface, tracktype and smoothness speeds, maxspeed table, default speed"
OSRM_SERVICE: Final = "OSRM, profiles/car.lua: service penalty 0.5, of the speed of highway=service"
OSRM_ACCESS: Final = "OSRM, profiles/car.lua: access tag black list and restricted list"
OSRM_BARRIER: Final = "OSRM, profiles/car.lua: barrier white list; a gate costs 60 s"
VALHALLA: Final = "Valhalla, costing model auto: track speeds, gate, toll booth and ferry costs"
WIKI_ACCESS: Final = "OSM wiki, Key:access"
WIKI_BARRIER: Final = "OSM wiki, Key:barrier: implied access; an undocumented barrier implies access=no"
WIKI_MAXSPEED: Final = "OSM wiki, Key:maxspeed and Key:source:maxspeed"
WIKI_SMOOTHNESS: Final = "OSM wiki, Key:smoothness: vehicles that can use it"
CHINA: Final = "Implementation Regulations of the Road Traffic Safety Law of China, articles 45 and 78"
OSRM_VEHICLE: Final = "OSRM, profiles/car.lua: vehicle_weight, vehicle_width, vehicle_height"
AASHTO: Final = "AASHTO, Green Book, chapter 3: nearly all cars climb 4 to 5 % without an appreciable loss of speed"
OSRM_TURN: Final = "OSRM, profiles/car.lua: turn_penalty, turn_bias, u_turn_penalty, traffic_light_penalty"
OWN: Final = "doorstep: own estimate"


class Row(NamedTuple):
    """One figure and where it comes from; its unit is said by the table."""

    value: int
    source: str


class Access(IntEnum):
    """What a vehicle may do; of several the largest is the widest."""

    CLOSED = 0
    ENDS_ONLY = 1  # through traffic is kept out: for those who start or end there
    OPEN = 2


ACCESS: Final[dict[str, Row]] = {
    "yes": Row(Access.OPEN, WIKI_ACCESS),
    "designated": Row(Access.OPEN, WIKI_ACCESS),
    "official": Row(Access.OPEN, WIKI_ACCESS),
    "permissive": Row(Access.OPEN, WIKI_ACCESS),
    "public": Row(Access.OPEN, WIKI_ACCESS),
    "unknown": Row(Access.OPEN, WIKI_ACCESS),
    "destination": Row(Access.ENDS_ONLY, OSRM_ACCESS),
    "customers": Row(Access.ENDS_ONLY, OSRM_ACCESS),
    "delivery": Row(Access.ENDS_ONLY, OSRM_ACCESS),
    "private": Row(Access.ENDS_ONLY, OSRM_ACCESS),
    "permit": Row(Access.ENDS_ONLY, WIKI_ACCESS),
    "residents": Row(Access.ENDS_ONLY, WIKI_ACCESS),
    "no": Row(Access.CLOSED, WIKI_ACCESS),
    "agricultural": Row(Access.CLOSED, OSRM_ACCESS),
    "forestry": Row(Access.CLOSED, OSRM_ACCESS),
    "emergency": Row(Access.CLOSED, OSRM_ACCESS),
    "military": Row(Access.CLOSED, WIKI_ACCESS),
    "psv": Row(Access.CLOSED, OSRM_ACCESS),
    "bus": Row(Access.CLOSED, OSRM_ACCESS),
    "use_sidepath": Row(Access.CLOSED, WIKI_ACCESS),
    "dismount": Row(Access.CLOSED, WIKI_ACCESS),
}
#: A value that the table does not know is a restriction of an unknown kind: it keeps through traffic out.
ACCESS_OTHER: Final = Row(Access.ENDS_ONLY, OWN)

#: Highways that carry vehicles unless something else is said, km/h.
HIGHWAY_KMH: Final[dict[str, Row]] = {
    "motorway": Row(100, GRAPHHOPPER),
    "motorway_link": Row(70, GRAPHHOPPER),
    "trunk": Row(70, GRAPHHOPPER),
    "trunk_link": Row(65, GRAPHHOPPER),
    "primary": Row(65, GRAPHHOPPER),
    "primary_link": Row(60, GRAPHHOPPER),
    "secondary": Row(60, GRAPHHOPPER),
    "secondary_link": Row(50, GRAPHHOPPER),
    "tertiary": Row(50, GRAPHHOPPER),
    "tertiary_link": Row(40, GRAPHHOPPER),
    "unclassified": Row(30, GRAPHHOPPER),
    "residential": Row(30, GRAPHHOPPER),
    "living_street": Row(10, OSRM),
    "service": Row(20, GRAPHHOPPER),
    "road": Row(20, GRAPHHOPPER),
    "track": Row(15, GRAPHHOPPER),
}

#: Highways that carry vehicles only where a tag of the vehicle itself says so, km/h.
BY_PERMISSION_KMH: Final[dict[str, Row]] = {
    "pedestrian": Row(5, OWN),
    "footway": Row(5, OWN),
    "cycleway": Row(10, OSRM),
    "bridleway": Row(10, OSRM),
    "path": Row(10, OSRM),
    "busway": Row(20, OWN),
}

#: service=* of a highway=service, km/h at most. 0 closes it.
SERVICE_KMH: Final[dict[str, Row]] = {
    "alley": Row(10, OSRM_SERVICE),
    "driveway": Row(10, OSRM_SERVICE),
    "parking_aisle": Row(10, OSRM_SERVICE),
    "drive-through": Row(10, OSRM_SERVICE),
    "emergency_access": Row(0, OSRM),
}

#: highway=track by tracktype, km/h.
TRACK_KMH: Final[dict[str, Row]] = {
    "grade1": Row(20, VALHALLA),
    "grade2": Row(15, VALHALLA),
    "grade3": Row(12, VALHALLA),
    "grade4": Row(10, VALHALLA),
    "grade5": Row(5, OWN),
}

#: tracktype of any other highway, km/h at most.
TRACKTYPE_KMH: Final[dict[str, Row]] = {
    "grade1": Row(60, OSRM),
    "grade2": Row(40, OSRM),
    "grade3": Row(30, OSRM),
    "grade4": Row(25, OSRM),
    "grade5": Row(20, OSRM),
}

#: surface=*, km/h at most. A surface that is not here does not slow down.
SURFACE_KMH: Final[dict[str, Row]] = {
    "cement": Row(80, OSRM),
    "compacted": Row(80, OSRM),
    "fine_gravel": Row(80, OSRM),
    "paving_stones": Row(60, OSRM),
    "metal": Row(60, OSRM),
    "bricks": Row(60, OSRM),
    "sett": Row(40, OSRM),
    "grass": Row(40, OSRM),
    "wood": Row(40, OSRM),
    "grass_paver": Row(40, OSRM),
    "gravel": Row(40, OSRM),
    "unpaved": Row(40, OSRM),
    "ground": Row(40, OSRM),
    "dirt": Row(40, OSRM),
    "pebblestone": Row(40, OSRM),
    "cobblestone": Row(30, OSRM),
    "unhewn_cobblestone": Row(30, OSRM),
    "clay": Row(30, OSRM),
    "earth": Row(20, OSRM),
    "stone": Row(20, OSRM),
    "rock": Row(20, OSRM),
    "rocky": Row(20, OSRM),
    "sand": Row(20, OSRM),
    "mud": Row(10, OSRM),
}

#: smoothness=* for two-track vehicles, km/h at most. 0 closes it.
SMOOTHNESS_CAR_KMH: Final[dict[str, Row]] = {
    "intermediate": Row(80, OSRM),
    "bad": Row(40, OSRM),
    "very_bad": Row(20, OSRM),
    "horrible": Row(10, OSRM),
    "very_horrible": Row(0, WIKI_SMOOTHNESS),
    "impassable": Row(0, WIKI_SMOOTHNESS),
}
#: smoothness=* for a motorcycle: it finds a line where a car does not.
SMOOTHNESS_MOTORCYCLE_KMH: Final[dict[str, Row]] = SMOOTHNESS_CAR_KMH | {
    "very_horrible": Row(5, OSRM),
}

#: maxspeed=* in words: "walk", or country and zone ("DE:rural"), or the zone alone where the country has no row, km/h.
MAXSPEED_KMH: Final[dict[str, Row]] = {
    "walk": Row(6, WIKI_MAXSPEED),
    "none": Row(140, OSRM),
    "living_street": Row(10, OWN),
    "bicycle_road": Row(30, WIKI_MAXSPEED),
    "urban": Row(50, OSRM),
    "rural": Row(90, OSRM),
    "trunk": Row(110, OSRM),
    "motorway": Row(130, OSRM),
    "at:rural": Row(100, OSRM),
    "at:trunk": Row(100, OSRM),
    "ch:rural": Row(80, OSRM),
    "ch:trunk": Row(100, OSRM),
    "ch:motorway": Row(120, OSRM),
    "cn:rural": Row(70, CHINA),
    "cn:motorway": Row(120, CHINA),
    "de:rural": Row(100, OSRM),
}
#: Share of a posted limit that is driven on average, percent.
DRIVEN_SHARE_OF_MAXSPEED: Final = Row(90, GRAPHHOPPER)

#: Barriers that can be passed, seconds lost. One that is not here is closed (WIKI_BARRIER).
BARRIER_CAR_S: Final[dict[str, Row]] = {
    "no": Row(0, OSRM_BARRIER),
    "entrance": Row(0, OSRM_BARRIER),
    "arch": Row(0, OSRM_BARRIER),
    "height_restrictor": Row(0, OSRM_BARRIER),
    "kerb": Row(0, WIKI_BARRIER),
    "cattle_grid": Row(3, OWN),
    "bump_gate": Row(10, OWN),
    "border_control": Row(30, OWN),
    "toll_booth": Row(15, VALHALLA),
    "sally_port": Row(15, OWN),
    "lift_gate": Row(30, VALHALLA),
    "swing_gate": Row(60, OSRM_BARRIER),
    "sliding_gate": Row(60, OSRM_BARRIER),
    "hampshire_gate": Row(60, OSRM_BARRIER),
    "gate": Row(60, OSRM_BARRIER),
}
#: Bollards stay closed to motorcycles, as in OSRM, GraphHopper and Valhalla: they imply access=no for all but
#: walkers and cyclists (WIKI_BARRIER). A motorcycle=yes on the bollard opens it.
BARRIER_MOTORCYCLE_S: Final[dict[str, Row]] = BARRIER_CAR_S | {
    "bus_trap": Row(5, GRAPHHOPPER_MOTORCYCLE),
    "sump_buster": Row(5, GRAPHHOPPER_MOTORCYCLE),
}
#: What a barrier costs that is closed by kind, when its own access tag lets the vehicle through, seconds.
BARRIER_BY_PERMISSION_S: Final = Row(30, VALHALLA)

#: Values of ford=* that no vehicle can cross (OSM wiki, Key:ford).
FORDS_CLOSED: Final = frozenset({"boat", "stepping_stones"})
FORD_S: Final = Row(15, OWN)
FORD_KMH: Final = Row(10, OWN)

#: A ferry without a duration, km/h; and what waiting and boarding cost, seconds.
FERRY_KMH: Final = Row(20, OWN)
FERRY_BOARDING_S: Final = Row(300, VALHALLA)

#: Turning: ms, and turn_bias in thousandths (see roads.TurnCosts).
TURNS_CAR: Final[dict[str, Row]] = {
    "turn_ms": Row(7500, OSRM_TURN),
    "bias_permille": Row(1075, OSRM_TURN),
    "u_turn_ms": Row(20_000, OSRM_TURN),
    "dead_end_ms": Row(10_000, OWN),
    "signal_ms": Row(2000, OSRM_TURN),
}
#: A motorcycle turns round in one go.
TURNS_MOTORCYCLE: Final[dict[str, Row]] = TURNS_CAR | {"u_turn_ms": Row(10_000, OWN), "dead_end_ms": Row(3000, OWN)}

#: What bridges, gates and arches are held against: weight_kg, width_cm, height_cm.
VEHICLE_CAR: Final[dict[str, Row]] = {
    "weight_kg": Row(2000, OSRM_VEHICLE),
    "width_cm": Row(190, OSRM_VEHICLE),
    "height_cm": Row(200, OSRM_VEHICLE),
}
#: With its rider.
VEHICLE_MOTORCYCLE: Final[dict[str, Row]] = {
    "weight_kg": Row(350, OWN),
    "width_cm": Row(90, OWN),
    "height_cm": Row(180, OWN),
}

#: Percent of the speed on the flat by percent of slope, below 0 going down (see geodata.network.slope).
SLOPE_CAR: Final[dict[str, Row]] = {
    "-30": Row(45, OWN),
    "-20": Row(65, OWN),
    "-12": Row(90, OWN),
    "-6": Row(100, OWN),
    "5": Row(100, AASHTO),
    "12": Row(85, OWN),
    "20": Row(65, OWN),
    "30": Row(40, OWN),
}
SLOPE_MOTORCYCLE: Final[dict[str, Row]] = {
    "-30": Row(45, OWN),
    "-20": Row(65, OWN),
    "-12": Row(90, OWN),
    "-6": Row(100, OWN),
    "6": Row(100, OWN),
    "12": Row(95, OWN),
    "20": Row(80, OWN),
    "30": Row(55, OWN),
}
