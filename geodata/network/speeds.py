"""Speeds on a road, by its kind, its state and what is posted, for one vehicle's profile."""

from geodata.network import tables
from geodata.network.profiles import Profile, Table
from geodata.network.values import Tags, speed_limit_kmh


def default_kmh(tags: Tags, profile: Profile) -> float:
    """Return the speed of a road where nothing is posted, by its kind."""
    highway = tags["highway"]
    if highway == "track" and (row := profile.track_kmh.get(tags.get("tracktype", ""))):
        return row.value
    return (profile.highway_kmh.get(highway) or profile.by_permission_kmh[highway]).value


def ceiling_kmh(tags: Tags, profile: Profile) -> float:
    """Return the speed that the state of the road allows; 0 where it cannot be used."""
    ceilings = [float("inf")]
    limits: list[tuple[str, Table]] = [
        ("surface", profile.surface_kmh),
        ("smoothness", profile.smoothness_kmh),
        ("sac_scale", profile.sac_scale_kmh),
    ]
    if tags["highway"] == "service":
        limits.append(("service", profile.service_kmh))
    if tags["highway"] == "track":
        ceilings.append(default_kmh(tags, profile))
    else:
        limits.append(("tracktype", profile.tracktype_kmh))
    for key, table in limits:
        if row := table.get(tags.get(key, "")):
            ceilings.append(row.value)
    ford = tags.get("ford", "no")
    if ford in tables.FORDS_CLOSED:
        return 0
    if ford != "no":
        ceilings.append(tables.FORD_KMH.value)
    return min(ceilings)


def speed_kmh(tags: Tags, direction: str, default: float, ceiling: float, profile: Profile) -> float:
    """Return the speed in a direction, "forward" or "backward", from the two others and what is posted."""
    if profile.on_foot:
        return min(default, ceiling)
    posted = speed_limit_kmh(tags.get(f"maxspeed:{direction}") or tags.get("maxspeed") or "")
    if posted is None:
        return min(default, ceiling)
    return min(posted * tables.DRIVEN_SHARE_OF_MAXSPEED.value / 100, ceiling)
