"""The figures of somebody on foot: one row per OpenStreetMap value, each with the source it comes from."""

from typing import Final

from geodata.network.tables import BARRIER_CAR_S, OWN, WIKI_ACCESS, WIKI_BARRIER, Access, Row

OSRM_FOOT: Final = "OSRM, profiles/foot.lua: walking_speed, speeds, surface_speeds, u_turn and traffic light penalty"
OSRM_FOOT_TRUNK: Final = "OSRM, profiles/foot.lua: trunk roads are not among the highways that are walked"
WIKI_SIDEWALK: Final = "OSM wiki, Key:sidewalk: the side that has one; a separate one is a way of its own"
GRAPHHOPPER_FOOT: Final = "GraphHopper, FootAverageSpeedParser: steps, and sac_scale beyond hiking"
#: Relative to its own speed on the flat: exp(-3.5 |slope + 0.05|) / exp(-3.5 x 0.05).
TOBLER: Final = "Tobler, Three Presentations on Geographical Analysis and Modeling, NCGIA 93-1 (1993): hiking function"

#: Ways that are walked unless something else is said, km/h.
HIGHWAY_FOOT_KMH: Final[dict[str, Row]] = {
    "primary": Row(5, OSRM_FOOT),
    "primary_link": Row(5, OSRM_FOOT),
    "secondary": Row(5, OSRM_FOOT),
    "secondary_link": Row(5, OSRM_FOOT),
    "tertiary": Row(5, OSRM_FOOT),
    "tertiary_link": Row(5, OSRM_FOOT),
    "unclassified": Row(5, OSRM_FOOT),
    "residential": Row(5, OSRM_FOOT),
    "road": Row(5, OSRM_FOOT),
    "living_street": Row(5, OSRM_FOOT),
    "service": Row(5, OSRM_FOOT),
    "track": Row(5, OSRM_FOOT),
    "path": Row(5, OSRM_FOOT),
    "pedestrian": Row(5, OSRM_FOOT),
    "footway": Row(5, OSRM_FOOT),
    "platform": Row(5, OSRM_FOOT),
    "corridor": Row(5, OWN),
    "steps": Row(3, GRAPHHOPPER_FOOT),
}
#: Ways that are walked only where foot=* says so or where they have a sidewalk, km/h.
BY_PERMISSION_FOOT_KMH: Final[dict[str, Row]] = {
    "trunk": Row(5, OSRM_FOOT_TRUNK),
    "trunk_link": Row(5, OSRM_FOOT_TRUNK),
    "cycleway": Row(5, WIKI_ACCESS),
    "bridleway": Row(5, WIKI_ACCESS),
    "busway": Row(5, WIKI_ACCESS),
}

#: sidewalk=*, sidewalk:left=* and the like, that let one walk along a road which is not walked otherwise.
SIDEWALK_FOOT: Final[dict[str, Row]] = {
    "both": Row(Access.OPEN, WIKI_SIDEWALK),
    "left": Row(Access.OPEN, WIKI_SIDEWALK),
    "right": Row(Access.OPEN, WIKI_SIDEWALK),
    "yes": Row(Access.OPEN, WIKI_SIDEWALK),
}

#: surface=*, km/h at most; OSRM has 3.75 for the first three.
SURFACE_FOOT_KMH: Final[dict[str, Row]] = {
    "fine_gravel": Row(4, OSRM_FOOT),
    "gravel": Row(4, OSRM_FOOT),
    "pebblestone": Row(4, OSRM_FOOT),
    "sand": Row(3, OSRM_FOOT),
    "mud": Row(3, OSRM_FOOT),
}
#: sac_scale=*, km/h at most. 0 closes it: what needs hands or a rope is no way to a door.
SAC_SCALE_FOOT_KMH: Final[dict[str, Row]] = {
    "mountain_hiking": Row(2, GRAPHHOPPER_FOOT),
    "demanding_mountain_hiking": Row(2, GRAPHHOPPER_FOOT),
    "alpine_hiking": Row(0, OWN),
    "demanding_alpine_hiking": Row(0, OWN),
    "difficult_alpine_hiking": Row(0, OWN),
}

#: Barriers that can be passed on foot, seconds lost. One that is not here is closed (walls, fences, ditches).
BARRIER_FOOT_S: Final[dict[str, Row]] = dict.fromkeys(BARRIER_CAR_S, Row(0, WIKI_BARRIER)) | {
    "gate": Row(5, OWN),
    "swing_gate": Row(0, WIKI_BARRIER),
    "hampshire_gate": Row(20, OWN),
    "border_control": Row(30, OWN),
    "bollard": Row(0, WIKI_BARRIER),
    "block": Row(0, WIKI_BARRIER),
    "cycle_barrier": Row(0, WIKI_BARRIER),
    "motorcycle_barrier": Row(0, WIKI_BARRIER),
    "bus_trap": Row(0, WIKI_BARRIER),
    "sump_buster": Row(0, WIKI_BARRIER),
    "chain": Row(5, OWN),
    "rope": Row(5, OWN),
    "log": Row(5, OWN),
    "debris": Row(10, OWN),
    "jersey_barrier": Row(5, OWN),
    "planter": Row(0, WIKI_BARRIER),
    "spikes": Row(0, WIKI_BARRIER),
    "stile": Row(10, OWN),
    "horse_stile": Row(5, OWN),
    "kissing_gate": Row(5, OWN),
    "turnstile": Row(5, OWN),
    "full-height_turnstile": Row(5, OWN),
}
#: What a barrier costs that is closed by kind, when its own access tag lets people through, seconds.
BARRIER_BY_PERMISSION_FOOT_S: Final = Row(5, OWN)

#: Turning: on foot only turning round and signals cost something.
TURNS_FOOT: Final[dict[str, Row]] = {
    "turn_ms": Row(0, OSRM_FOOT),
    "bias_permille": Row(1000, OSRM_FOOT),
    "u_turn_ms": Row(2000, OSRM_FOOT),
    "dead_end_ms": Row(2000, OSRM_FOOT),
    "signal_ms": Row(2000, OSRM_FOOT),
}
#: Season -> surface class -> percent of the speed.
SEASONS_FOOT: Final[dict[str, dict[str, Row]]] = {
    "dry": {},
    "wet": {"earth": Row(80, OWN), "grass": Row(85, OWN), "gravel": Row(95, OWN), "unknown": Row(95, OWN)},
}
#: Percent of the speed on the flat by percent of slope, below 0 going down.
SLOPE_FOOT: Final[dict[str, Row]] = {
    "-45": Row(29, TOBLER),
    "-40": Row(35, TOBLER),
    "-35": Row(42, TOBLER),
    "-30": Row(50, TOBLER),
    "-25": Row(59, TOBLER),
    "-20": Row(70, TOBLER),
    "-15": Row(84, TOBLER),
    "-10": Row(100, TOBLER),
    "-5": Row(119, TOBLER),
    "0": Row(100, TOBLER),
    "5": Row(84, TOBLER),
    "10": Row(70, TOBLER),
    "15": Row(59, TOBLER),
    "20": Row(50, TOBLER),
    "25": Row(42, TOBLER),
    "30": Row(35, TOBLER),
    "35": Row(29, TOBLER),
    "40": Row(25, TOBLER),
    "45": Row(21, TOBLER),
}
