"""Snapping: the nearest place on a usable road by true segments, for each point by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Final

import numpy as np

from geodata.coords import LonLat, lonlat_array
from geodata.network.access import DISTANCE_FLAGS, WALKABLE_M, access_seconds, distance_bits
from geodata.network.arrays import Flags, Floats, Ints, Longs, constant
from geodata.network.nearest import ANY, NEVER, NOTHING, nearest_segments
from geodata.network.polylines import feet as measured
from geodata.network.port import OffNetwork, SnapFlag, SnappedPoint
from geodata.network.roads import CLOSED, Roads
from geodata.network.snap_arrays import snap_arrays
from geodata.network.streets import StreetKeys
from geodata.network.surroundings import no_lines
from geodata.network.uniform_grid import Grid
from geodata.network.walk import BARRIERS, Walks

#: Beyond this a point is reported as off the network, metres. Up to there it is snapped, with flags.
DEFAULT_LIMIT_M: Final = 20_000
#: Where the nearest edge bears another name than the address's street, the nearest edge of that street is taken if it
#: is at most this much farther from the door, and at most so far in all, metres. docs/adr/0005-snapping.md has the
#: figures behind them. An edge without a name is no other street: it may be the way to the house.
STREET_EXTRA_M: Final = 60.0
STREET_REACH_M: Final = 150.0
#: On a day with closed ways, so many roads are tried for a door until one lies on its side of a river.
_TRIES: Final = 16
#: Nearer than this to the line of the road, a point has no side, metres.
ON_ROAD_M: Final = 2.0

_ISLAND_BIT: Final = 1 << len(BARRIERS)
_STREET_BIT: Final = 2 << len(BARRIERS)
_CLOSED_BIT: Final = 4 << len(BARRIERS)
#: Words for all the bits, those of the distance first.
_WORDS: Final = (*DISTANCE_FLAGS, *BARRIERS.values(), SnapFlag.ISLAND, SnapFlag.STREET, SnapFlag.CLOSED)
#: By their numbers in geodata.network.polylines.
_SIDES: Final = ("on", "left", "right")


@dataclass(slots=True, eq=False)
class _Feet:
    """Places on the roads, one for each of several doors: segment or NOTHING, metres, share of the segment, degrees."""

    segment: Longs
    metres: Floats
    share: Floats
    place: Floats

    def at(self, doors: "Longs | Flags | slice") -> "_Feet":
        """Those of some doors."""
        return _Feet(self.segment[doors], self.metres[doors], self.share[doors], self.place[doors])

    def put(self, doors: "Longs | slice", other: "_Feet") -> None:
        """Move those of some doors."""
        self.segment[doors], self.metres[doors] = other.segment, other.metres
        self.share[doors], self.place[doors] = other.share, other.place


class Snapper:
    """Finds the place on the road where one leaves the vehicle for a door.

    Parameters
    ----------
    limit_m : beyond this distance a point is off the network.
    joined : (m,) on a day with closed ways, the edges that one gets to and away from; others are left on foot, see
        ReachingNetwork.around. None: every edge that is open.
    """

    def __init__(self, roads: Roads, *, limit_m: int = DEFAULT_LIMIT_M, joined: Flags | None = None) -> None:
        if limit_m < 0:
            msg = f"Snapping: limit_m must be >= 0, got {limit_m}."
            raise ValueError(msg)
        self._roads = roads
        self._limit_m = limit_m
        arrays = roads.snap or snap_arrays(roads.shape_start, roads.shape_lonlat, roads.snappable, no_lines())
        self._shape_start: Longs = constant(roads.shape_start)
        self._grid = Grid(
            constant(arrays.road_frame),
            constant(arrays.road_cell_start),
            constant(arrays.road_cell_segment),
            constant(roads.shape_lonlat),
            constant(arrays.road_owner),
        )
        # A direction that was closed since the grid was made does not count.
        self._usable: Flags = roads.snappable & ((roads.forward_ms != CLOSED) | (roads.backward_ms != CLOSED))
        self._shut_key: Ints | None = None
        if joined is not None:
            self._usable &= joined
            # The grid holds only what one could snap to when the network was built.
            self._shut_key = constant(np.where(self._usable, NEVER, ANY).astype(np.int32))
        self._key: Ints = constant(np.where(self._usable, ANY, NEVER).astype(np.int32))
        # Of several edges at one distance: one that is open to all.
        self._rank: Ints = constant(np.asarray(roads.ends_only).astype(np.int32))
        self._walks = Walks(arrays)

    def snap(
        self, points: Sequence[LonLat], *, streets: Sequence[str | None] | None = None
    ) -> list[SnappedPoint | OffNetwork]:
        """Snap each point; see RoadNetwork.snap.

        Raises
        ------
        ValueError
            When there are streets and not as many as points.
        """
        if streets is not None and len(streets) != len(points):
            msg = f"Snapping: one street for each point, got {len(points)} points and {len(streets)} streets."
            raise ValueError(msg)
        if not self._usable.any():
            return [self._off(point, 0.0, is_closed_off=self._shut_key is not None) for point in points]
        if not points:
            return []
        doors = lonlat_array(points)
        reach = np.full(len(doors), float(self._limit_m))
        feet = self._nearest(doors, reach, np.zeros(len(doors), dtype=np.int32), self._key)
        bits = self._walks.barriers(doors, feet.place, feet.segment != NOTHING)
        bits |= np.where(self._walks.island_within(doors, feet.metres), _ISLAND_BIT, 0).astype(np.int32)
        closed_off = np.zeros(len(doors), dtype=bool)
        if self._shut_key is not None:
            closed_off = self._walk_on(doors, feet, bits, self._shut_key)
        if streets is not None:
            self._prefer_streets(doors, streets, feet, bits)
        return self._answers(points, doors, feet, bits, closed_off)

    @cached_property
    def _streets(self) -> StreetKeys:
        return StreetKeys(self._roads)

    @cached_property
    def _street_key(self) -> Ints:
        return constant(np.where(self._usable, self._streets.of_edge, NEVER).astype(np.int32))

    def _nearest(self, doors: Floats, reach_m: Floats, wanted: Ints, key: Ints) -> _Feet:
        return _Feet(*nearest_segments(doors, reach_m, wanted, self._grid, key, self._rank))

    def _walk_on(self, doors: Floats, feet: _Feet, bits: Ints, shut_key: Ints) -> Flags:
        """Flag the doors whose nearest road is shut today, and say which of them can walk to no other: (d,).

        One walks on to the road that was found up to WALKABLE_M in all, or so much farther where the door was farther
        from its road already; but across no water, motorway or railway that is not before the nearest road as well.
        """
        usual = self._nearest(doors, feet.metres, np.zeros(len(doors), dtype=np.int32), shut_key)
        is_shut = (usual.segment != NOTHING) & (usual.metres < feet.metres)
        bits[is_shut] |= _CLOSED_BIT
        reach = np.where(usual.metres <= WALKABLE_M, WALKABLE_M, usual.metres + WALKABLE_M)
        crossed = bits & ~self._walks.barriers(doors, usual.place, is_shut) & (_ISLAND_BIT - 1)
        for door in np.flatnonzero(is_shut & (crossed != 0) & (feet.metres <= reach)):
            one = slice(door, door + 1)
            feet.put(one, self._on_this_side(doors[one], feet.at(one), usual.at(one), reach[one]))
            bits[one] &= ~crossed[one]
        closed_off: Flags = is_shut & ((feet.metres > reach) | (feet.segment == NOTHING))
        return closed_off

    def _on_this_side(self, door: Floats, first: _Feet, usual: _Feet, reach: Floats) -> _Feet:
        """Find the first road for one door that no further barrier lies before; its segment is NOTHING without one."""
        key, here, any_key = np.array(self._key), np.ones(1, dtype=bool), np.zeros(1, dtype=np.int32)
        allowed = self._walks.barriers(door, usual.place, here)
        found = first
        for _ in range(_TRIES):
            key[self._grid.owner[found.segment]] = NEVER
            found = self._nearest(door, reach, any_key, constant(key))
            if found.segment[0] == NOTHING or found.metres[0] > reach[0]:
                break
            if (self._walks.barriers(door, found.place, here) & ~allowed)[0] == 0:
                return found
        return replace(found, segment=np.array([NOTHING]))

    def _off(self, point: LonLat, metres: float, *, is_closed_off: bool) -> OffNetwork:
        if is_closed_off:
            return OffNetwork(point=point, distance_m=round(metres), limit_m=WALKABLE_M, is_closed_off=True)
        return OffNetwork(point=point, distance_m=max(round(metres), self._limit_m + 1), limit_m=self._limit_m)

    def _prefer_streets(self, doors: Floats, streets: Sequence[str | None], feet: _Feet, bits: Ints) -> None:
        """Move feet to the edges that bear the wanted names, where those are near and behind no further barrier."""
        wanted = self._streets.wanted(streets)
        bears = np.where(feet.segment == NOTHING, ANY, self._street_key[self._grid.owner[feet.segment]])
        named = np.flatnonzero((wanted != ANY) & (bears != ANY) & (bears != wanted))
        if len(named) == 0:
            return
        reach = np.minimum(feet.metres[named] + STREET_EXTRA_M, STREET_REACH_M)
        other = self._nearest(doors[named], reach, wanted[named], self._street_key)
        is_near = (other.segment != NOTHING) & (other.metres <= reach)
        barriers = self._walks.barriers(doors[named], other.place, is_near)
        chosen = is_near & (barriers & ~bits[named] == 0)
        moved = named[chosen]
        feet.put(moved, other.at(chosen))
        bits[moved] = (bits[moved] & (_ISLAND_BIT | _CLOSED_BIT)) | barriers[chosen] | _STREET_BIT

    def _answers(
        self, points: Sequence[LonLat], doors: Floats, feet: _Feet, bits: Ints, closed_off: Flags
    ) -> list[SnappedPoint | OffNetwork]:
        grid = self._grid
        edge, fraction, apart_m, side = measured(
            doors, feet.place, feet.segment, feet.share, ON_ROAD_M, grid.owner, self._shape_start, grid.lonlat
        )
        is_found = feet.segment != NOTHING
        distance = np.where(is_found, apart_m, feet.metres)
        whole_m = np.floor(distance + 0.5).astype(np.int64)
        answers: list[SnappedPoint | OffNetwork] = list(
            map(
                SnappedPoint,
                points,
                map(LonLat, *feet.place.T.tolist()),
                edge.tolist(),
                fraction.tolist(),
                whole_m.tolist(),
                access_seconds(distance).tolist(),
                map(_SIDES.__getitem__, side.tolist()),
                map(_words, (bits << len(DISTANCE_FLAGS) | distance_bits(whole_m)).tolist()),
            )
        )
        for off in np.flatnonzero(~is_found | (distance > self._limit_m) | closed_off).tolist():
            answers[off] = self._off(points[off], distance[off], is_closed_off=bool(closed_off[off]))
        return answers


@cache
def _words(bits: int) -> tuple[SnapFlag, ...]:
    return tuple(word for place, word in enumerate(_WORDS) if bits >> place & 1)
