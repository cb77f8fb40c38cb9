"""Where the middle of a village is, by the doors in it that were confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from geodata.coords import LonLat, great_circle_m

#: Fewer doors may all stand at one end of the village.
MIN_DOORS: Final = 3
#: Two pins so close are of one door.
_SAME_DOOR_M: Final = 30
#: A map may set the point of a village as far from it; the doors of its namesake are farther away.
_MISPLACED_M: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Middle:
    """A point, and a radius in metres in which doors are expected."""

    location: LonLat
    radius_m: int


def middle_of_doors(
    doors: Sequence[LonLat], *, around: LonLat, radius_m: int, least_m: int | None = None
) -> Middle | None:
    """Estimate the middle of a village; None when fewer than three of its doors are known.

    It is the median of the doors' longitudes and of their latitudes, so that up to half of the pins may be wrong and
    the middle still lies among the others. Pins within 30 m of each other count once. Pins farther from the map's
    point than twice the village's radius, and than 2 km, are of another village of that name and do not count. The
    new radius reaches from the middle to the farthest of the nearer nine tenths of the doors, and is at least
    `least_m`: a few doors do not show how far a village goes.

    Parameters
    ----------
    doors : pins of doors whose address names the village.
    around, radius_m : the village's middle and radius, as the map has them, or its township's, where it has no more.
    least_m : None for half of the old radius.
    """
    limit_m = max(2 * radius_m, _MISPLACED_M)
    counted: list[LonLat] = []
    for door in sorted(doors, key=lambda one: (one.lon, one.lat)):
        is_new = all(great_circle_m(door, other) > _SAME_DOOR_M for other in counted)
        if is_new and great_circle_m(door, around) <= limit_m:
            counted.append(door)
    if len(counted) < MIN_DOORS:
        return None
    middle = LonLat(median(door.lon for door in counted), median(door.lat for door in counted))
    away = sorted(great_circle_m(middle, door) for door in counted)
    reach_m = away[-1 - len(away) // 10]
    return Middle(location=middle, radius_m=max(round(reach_m), radius_m // 2 if least_m is None else least_m, 1))
