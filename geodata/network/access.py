"""The way between a door and the road: how long it takes, and when its length is worth a flag."""

from typing import Final

import numpy as np

from geodata.network.arrays import Floats, Ints, Longs
from geodata.network.port import SnapFlag

#: Walking speed from the road to a door, metres per second: the pace that 85 % of adults under 65 keep.
#: Source: Knoblauch, Pietrucha, Nitzburg, "Field Studies of Pedestrian Walking Speed and Start-Up Time",
#: Transportation Research Record 1538 (1996), 10.1177/0361198196153800104.
WALKING_M_PER_S: Final = 1.25
#: The way on the ground is this much longer than the straight line. Where ways run at right angles, it is 4 / pi = 1.27
#: on average over all directions.
DETOUR_FACTOR: Final = 1.3
#: Farther than this from a road, a door is flagged as far from it, metres.
FAR_M: Final = 200
#: Farther than this, nobody parks and walks: a way that the map does not know must lead on. What is beyond is driven
#: on it, and the whole is an estimate along a straight line.
WALKABLE_M: Final = 500
#: Speed on the ways that the map does not know: 15 km/h in metres per second, as GraphHopper's car drives on a track.
UNMAPPED_M_PER_S: Final = 15 / 3.6

#: The flags of the bits that `distance_bits` gives, the first one's bit is 1.
DISTANCE_FLAGS: Final = (SnapFlag.FAR, SnapFlag.STRAIGHT_LINE)


def access_seconds(distance_m: Floats) -> Longs:
    """Whole seconds for straight distances between road and door.

    Examples
    --------
    >>> access_seconds(np.array([25.0, 500.0, 1500.0])).tolist()
    [26, 520, 832]
    """
    walked = np.minimum(distance_m, WALKABLE_M)
    driven = np.asarray(distance_m) - walked
    seconds = DETOUR_FACTOR * (walked / WALKING_M_PER_S + driven / UNMAPPED_M_PER_S)
    return np.floor(seconds + 0.5).astype(np.int64)


def distance_bits(distance_m: Longs) -> Ints:
    """Say whether doors are far from their roads, as bits for DISTANCE_FLAGS; from whole metres, as they are shown.

    Examples
    --------
    >>> distance_bits(np.array([200, 201, 501])).tolist()
    [0, 1, 3]
    """
    bits: Ints = ((distance_m > FAR_M) + 2 * (distance_m > WALKABLE_M)).astype(np.int32)
    return bits


def distance_flags(distance_m: int) -> tuple[SnapFlag, ...]:
    """Say whether one door is far from its road."""
    bits = int(distance_bits(np.array([distance_m]))[0])
    return tuple(flag for place, flag in enumerate(DISTANCE_FLAGS) if bits >> place & 1)
