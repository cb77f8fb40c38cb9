"""Reading the text of OpenStreetMap values: speed limits and durations."""

import re
from typing import Final

from geodata.network.tables import MAXSPEED_KMH

KMH_PER_MPH: Final = 1.609344
KMH_PER_KNOT: Final = 1.852

_SPEED: Final = re.compile(r"^(\d+(?:\.\d+)?)\s*(|km/h|kmh|kph|mph|knots)$")
_ZONE: Final = re.compile(r"^([a-z]{2}:)?(?:zone:?)?([a-z_]+|\d+)$")
_CLOCK: Final = re.compile(r"^(\d+):(\d\d)(?::(\d\d))?$")
_ISO: Final = re.compile(r"^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$")


def speed_limit_kmh(text: str) -> float | None:
    """Read a maxspeed: "50", "30 mph", "walk", "none", "DE:rural", "DE:zone:30". None where it says nothing.

    Source: OSM wiki, Key:maxspeed.

    Examples
    --------
    >>> speed_limit_kmh("DE:zone:30")
    30.0
    >>> speed_limit_kmh("signals") is None
    True
    """
    text = text.strip().lower()
    if match := _SPEED.match(text):
        factor = {"mph": KMH_PER_MPH, "knots": KMH_PER_KNOT}.get(match[2], 1.0)
        return float(match[1]) * factor or None
    if match := _ZONE.match(text):
        country, zone = match[1] or "", match[2]
        if zone.isdigit():
            return float(zone) or None
        row = MAXSPEED_KMH.get(country + zone) or MAXSPEED_KMH.get(zone)
        return float(row.value) if row else None
    return None


def duration_s(text: str) -> int | None:
    """Read a duration: "20" (minutes), "00:20", "01:10:00", "PT1H10M". None where it says nothing.

    Source: OSM wiki, Key:duration.

    Examples
    --------
    >>> duration_s("01:10")
    4200
    """
    text = text.strip()
    if text.isdigit():
        return int(text) * 60 or None
    match = _CLOCK.match(text) or _ISO.match(text)
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds or None
