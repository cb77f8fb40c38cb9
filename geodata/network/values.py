"""Reading the text of OpenStreetMap values: speed limits, durations, weights and widths."""

import math
import re
from collections.abc import Mapping
from typing import Final

from geodata.network.tables import MAXSPEED_KMH

Tags = Mapping[str, str]

KMH_PER_MPH: Final = 1.609344
KMH_PER_KNOT: Final = 1.852

_SPEED: Final = re.compile(r"^(\d+(?:\.\d+)?)\s*(|km/h|kmh|kph|mph|knots)$")
_ZONE: Final = re.compile(r"^([a-z]{2}:)?(?:zone:?)?([a-z_]+|\d+)$")
_CLOCK: Final = re.compile(r"^(\d+):(\d\d)(?::(\d\d))?$")
_ISO: Final = re.compile(r"^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$")
#: A number and a unit: kilogrammes or centimetres in one of it.
_WEIGHTS_KG: Final = {"": 1000.0, "t": 1000.0, "kg": 1.0, "st": 907.18474, "lbs": 0.45359237, "lb": 0.45359237}
_LENGTHS_CM: Final = {"": 100.0, "m": 100.0, "cm": 1.0, "ft": 30.48, "'": 30.48, "in": 2.54}
_QUANTITY: Final = re.compile(r"^(\d+(?:[.,]\d+)?)\s*([a-z']*)$")
#: The shore of the Dead Sea and the top of Mount Everest.
LOWEST_M: Final = -440.0
HIGHEST_M: Final = 8850.0
_ELEVATION: Final = re.compile(r"^([+-]?\d+(?:,\d+)?(?:\.\d+)?)\s*(|m|meters?|metres?|ft|feet)$")
_INCLINE: Final = re.compile(r"^([+-]?\d+(?:[.,]\d+)?)\s*(|%|°|deg)$")
_RATIO: Final = re.compile(r"^([+-]?\d+):(\d+)$")
_FEET: Final = re.compile(r"^(\d+)\s*'\s*(\d+(?:\.\d+)?)\s*(?:\"|'')$")


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


def weight_kg(text: str) -> int | None:
    """Read a maxweight: "3.5" (tonnes), "3.5 t", "10000 kg", "7 st" (short tons). None where it says nothing.

    Source: OSM wiki, Key:maxweight.

    Examples
    --------
    >>> weight_kg("3.5")
    3500
    """
    return _quantity(text, _WEIGHTS_KG)


def length_cm(text: str) -> int | None:
    """Read a maxwidth or maxheight: "2.1" (metres), "2.1 m", "210 cm", 6'7" as feet. None where it says nothing.

    Source: OSM wiki, Key:maxwidth, Key:maxheight.

    Examples
    --------
    >>> length_cm("2.1 m")
    210
    """
    if match := _FEET.match(text.strip()):
        return round(float(match[1]) * 30.48 + float(match[2]) * 2.54) or None
    return _quantity(text, _LENGTHS_CM)


def elevation_m(text: str) -> float | None:
    """Read a height above the sea: "432", "432.5 m", "1,432", "1200 ft". None where it says nothing, or none on Earth.

    A comma before three digits parts thousands where that makes a height; any other one is a decimal comma.
    Source: OSM wiki, Key:ele: metres, with a decimal point.

    Examples
    --------
    >>> elevation_m("1,432"), elevation_m("511,144"), elevation_m("432,5"), elevation_m("on the hill")
    (1432.0, 511.144, 432.5, None)
    """
    match = _ELEVATION.match(text.strip().lower())
    if match is None:
        return None
    number, factor = match[1], 0.3048 if match[2] in {"ft", "feet"} else 1.0
    readings = [number.replace(",", "."), number.replace(",", "")] if "," in number else [number]
    if "," in number and not re.search(r"\d,\d{3}(?:\.|$)", number):
        readings = readings[:1]
    heights = [float(reading) * factor for reading in readings if reading.count(".") <= 1]
    return next((height for height in reversed(heights) if LOWEST_M <= height <= HIGHEST_M), None)


def incline_percent(text: str) -> float | None:
    """Read an incline: "10%", "-5 %", "10°", "1:8". None where it says no number ("up") or no slope of a road.

    Source: OSM wiki, Key:incline: percent, or degrees, in the direction of the way; a bare number is read as percent.

    Examples
    --------
    >>> incline_percent("-12.5%"), incline_percent("45°"), incline_percent("1:8"), incline_percent("up")
    (-12.5, 100.0, 12.5, None)
    """
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    if match := _RATIO.match(text):
        rise, run = float(match[1]), float(match[2])
        return rise / run * 100 if run else None
    match = _INCLINE.match(text)
    if match is None:
        return None
    number = float(match[1].replace(",", "."))
    if match[2] in {"°", "deg"}:
        return round(math.tan(math.radians(number)) * 100, 6) if abs(number) < 90 else None
    return number


def _quantity(text: str, units: Mapping[str, float]) -> int | None:
    match = _QUANTITY.match(text.strip().lower())
    if match is None or match[2] not in units:
        return None
    return round(float(match[1].replace(",", ".")) * units[match[2]]) or None
