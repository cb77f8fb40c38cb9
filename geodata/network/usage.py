"""Reading tags: how a vehicle may use a way, and what stands in its way at a node."""

from dataclasses import dataclass
from typing import Final

from geodata.network import surfaces, tables
from geodata.network.profiles import Profile
from geodata.network.roads import FERRY, ROAD, ROUNDABOUT
from geodata.network.slope import STEEPEST_PERCENT
from geodata.network.speeds import ceiling_kmh, default_kmh, speed_kmh
from geodata.network.tables import Access
from geodata.network.tables_foot import SIDEWALK_FOOT
from geodata.network.values import Tags, duration_s, incline_percent, length_cm, weight_kg


@dataclass(frozen=True, slots=True, kw_only=True)
class WayUse:
    """How a vehicle may use a way.

    Attributes
    ----------
    forward_kmh, backward_kmh : speed in and against the way's own direction, 0 where it is closed.
    whole_way_s : seconds for the whole way instead of a speed, 0 when the speed counts (ferries with a duration).
    boarding_s : seconds once per way on top of its speed.
    ends_only : through traffic is kept out.
    snappable : one can stop there and walk to a door.
    incline : percent in the way's own direction, None where it is not tagged. is_level : no slope counts: there is
        none (a ferry), or the speed is made for it (steps).
    surface : index into surfaces.CLASSES. kind : of edge, see roads.Roads.kind.
    """

    forward_kmh: float
    backward_kmh: float
    whole_way_s: int = 0
    boarding_s: int = 0
    ends_only: bool = False
    snappable: bool = True
    incline: float | None = None
    is_level: bool = False
    surface: int = surfaces.NONE
    kind: int = ROAD


#: Source: OSM wiki, Key:junction.
_ROUNDABOUTS: Final = ("roundabout", "circular")
#: Source: OSM wiki, Key:sidewalk.
_SIDEWALKS: Final = ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")
#: Figure of the vehicle, tag of the way or barrier, and how that is read.
_LIMITS: Final = (
    ("weight_kg", "maxweight", weight_kg),
    ("width_cm", "maxwidth", length_cm),
    ("width_cm", "maxwidth:physical", length_cm),
    ("height_cm", "maxheight", length_cm),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeUse:
    """What stands in the way at a node: who may pass, and what passing costs."""

    access: Access
    delay_s: int


def way_use(tags: Tags, profile: Profile) -> WayUse | str:
    """Read a way: how the vehicle may use it, or the reason why not, as a word for the build report."""
    if tags.get("route") in {"ferry", "shuttle_train"}:
        return _ferry_use(tags, profile)
    highway = tags.get("highway", "")
    if tags.get("area") == "yes":
        return "area"
    access = _access(tags, profile.access_keys)
    # Walkers are kept off a motorroad, unless it says otherwise (OSM wiki, Key:motorroad).
    kept_off = profile.on_foot and tags.get("motorroad") == "yes"
    if highway in profile.highway_kmh:
        if access is None:
            access = Access.CLOSED if kept_off and not _has_sidewalk(tags) else Access.OPEN
    elif highway in profile.by_permission_kmh:
        # "access=yes" on a footway speaks of walkers: a tag that names vehicles is needed (OSM wiki, Key:access).
        explicit = _access(tags, profile.access_keys[:-1])
        if explicit is None:
            if not (profile.on_foot and _has_sidewalk(tags)):
                return "no_permission"
            explicit = Access.OPEN if access is None else access
        access = explicit
    else:
        return "not_a_road"
    if access == Access.CLOSED:
        return "no_access"
    if _is_too_large(tags, profile):
        return "vehicle_limits"
    return _road_use(tags, profile, ends_only=access == Access.ENDS_ONLY)


def node_use(tags: Tags, profile: Profile) -> NodeUse | None:
    """Read a node: what stands in the way there, None when nothing does."""
    barrier = tags.get("barrier")
    ford = tags.get("ford", "yes" if tags.get("highway") == "ford" else "no")
    granted = _access(tags, profile.access_keys)
    if barrier is not None:
        return _barrier_use(barrier, granted, tags, profile)
    if ford != "no":
        if ford in tables.FORDS_CLOSED:
            return NodeUse(access=Access.CLOSED, delay_s=0)
        return NodeUse(access=Access.OPEN if granted is None else granted, delay_s=tables.FORD_S.value)
    return None


def _barrier_use(barrier: str, granted: Access | None, tags: Tags, profile: Profile) -> NodeUse:
    row = profile.barrier_s.get(barrier)
    if tags.get("bollard") == "rising" and row is None:
        row = profile.barrier_s.get("lift_gate")
    if _is_too_large(tags, profile):
        return NodeUse(access=Access.CLOSED, delay_s=0)
    if granted is not None:
        return NodeUse(access=granted, delay_s=(row or profile.by_permission_s).value)
    if row is None or tags.get("locked") == "yes":
        return NodeUse(access=Access.CLOSED, delay_s=0)
    return NodeUse(access=Access.OPEN, delay_s=row.value)


def _access(tags: Tags, keys: tuple[str, ...], direction: str = "") -> Access | None:
    """Return what the most specific tag says, None when there is none. Of several values the widest counts."""
    for key in keys:
        text = tags.get(key + direction)
        if text:
            values = [part.strip() for part in text.split(";")]
            return Access(max(tables.ACCESS.get(value, tables.ACCESS_OTHER).value for value in values))
    return None


def _has_sidewalk(tags: Tags) -> bool:
    return any(tags.get(key, "") in SIDEWALK_FOOT for key in _SIDEWALKS)


def _is_too_large(tags: Tags, profile: Profile) -> bool:
    """Whether a bridge does not carry the vehicle, or an arch or a gap between bollards does not let it through."""
    for figure, key, read in _LIMITS:
        row, limit = profile.vehicle.get(figure), read(tags.get(key, ""))
        if row is not None and limit is not None and row.value > limit:
            return True
    return False


def _road_use(tags: Tags, profile: Profile, *, ends_only: bool) -> WayUse | str:
    default, ceiling = default_kmh(tags, profile), ceiling_kmh(tags, profile)
    if ceiling <= 0:
        return "impassable"
    forward, backward = _directions(tags, profile)
    if not (forward or backward):
        return "no_access"
    highway = tags["highway"]
    return WayUse(
        forward_kmh=speed_kmh(tags, "forward", default, ceiling, profile) if forward else 0.0,
        backward_kmh=speed_kmh(tags, "backward", default, ceiling, profile) if backward else 0.0,
        ends_only=ends_only,
        # Nobody stops on a motorway or in a tunnel to walk to a door.
        snappable=highway not in {"motorway", "motorway_link"} and tags.get("tunnel", "no") != "yes",
        incline=_incline(tags),
        is_level=tags["highway"] == "steps",
        surface=surfaces.surface_class(tags),
        kind=ROUNDABOUT if tags.get("junction") in _ROUNDABOUTS else ROAD,
    )


def _incline(tags: Tags) -> float | None:
    text = tags.get("incline")
    percent = incline_percent(text) if text else None
    return percent if percent is not None and abs(percent) <= STEEPEST_PERCENT else None


def _directions(tags: Tags, profile: Profile) -> tuple[bool, bool]:
    """Return whether the way is open forward and backward. Source: OSM wiki, Key:oneway."""
    keys = [f"oneway:{key}" for key in profile.access_keys[:-1]] + ([] if profile.on_foot else ["oneway"])
    oneway = next((tags[key] for key in keys if key in tags), "")
    forward = backward = True
    if oneway in {"yes", "true", "1"}:
        backward = False
    elif oneway in {"-1", "reverse"}:
        forward = False
    elif oneway == "reversible":
        forward = backward = False
    elif (
        oneway != "no"
        and not profile.on_foot
        and (tags.get("junction") in _ROUNDABOUTS or tags["highway"] == "motorway")
    ):
        backward = False
    if _access(tags, profile.access_keys, ":forward") == Access.CLOSED:
        forward = False
    if _access(tags, profile.access_keys, ":backward") == Access.CLOSED:
        backward = False
    return forward, backward


def _ferry_use(tags: Tags, profile: Profile) -> WayUse | str:
    """Read a ferry: it takes walkers, and vehicles where a tag says so, or where no tag speaks of anybody.

    Source: OSM wiki, Tag:route=ferry; GraphHopper, CarAccessParser.
    """
    access = _access(tags, profile.access_keys)
    if access == Access.OPEN and _access(tags, profile.access_keys[:-1]) is None:
        access = None  # "access=yes" alone does not speak of vehicles
    if access is None:
        of_others = not profile.on_foot and ("foot" in tags or "bicycle" in tags)
        access = Access.CLOSED if of_others else Access.OPEN
    if access == Access.CLOSED:
        return "no_access"
    sailing_s = duration_s(tags.get("duration", ""))
    boarding_s = tables.FERRY_BOARDING_S.value
    backward = tags.get("oneway") not in {"yes", "true", "1"}
    return WayUse(
        forward_kmh=tables.FERRY_KMH.value,
        backward_kmh=tables.FERRY_KMH.value if backward else 0.0,
        whole_way_s=sailing_s or 0,
        boarding_s=boarding_s,
        ends_only=access == Access.ENDS_ONLY,
        snappable=False,
        is_level=True,
        kind=FERRY,
    )
