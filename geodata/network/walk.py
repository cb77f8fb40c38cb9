"""What lies on the straight line between a door and the road: barriers, and roads that lead nowhere."""

from typing import Final

import numpy as np

from geodata.network.arrays import Flags, Floats, Ints, constant
from geodata.network.nearest import ANY, NEVER, NOTHING, any_nearer, nearest_segments
from geodata.network.port import SnapFlag
from geodata.network.snap_arrays import SnapArrays
from geodata.network.surroundings import Kind
from geodata.network.uniform_grid import Grid, crossings

#: A barrier does not count where a way across it is this near to where it is met, metres.
PASSAGE_M: Final = 50.0
#: The barriers, the first one's bit is 1, and the flag of each.
BARRIERS: Final = {
    Kind.WATER: SnapFlag.WATER,
    Kind.MOTORWAY: SnapFlag.MOTORWAY,
    Kind.RAILWAY: SnapFlag.RAILWAY,
}
#: What leads across each of them.
_PASSAGES: Final = {
    Kind.WATER: (Kind.WALKWAY,),
    Kind.MOTORWAY: (Kind.WALKWAY, Kind.UNDERPASS),
    Kind.RAILWAY: (Kind.WALKWAY, Kind.UNDERPASS),
}


class Walks:
    """The lines around the roads, asked for straight ways on foot."""

    def __init__(self, arrays: SnapArrays) -> None:
        kind = np.asarray(arrays.line_kind)
        bits = [np.where(kind == barrier, 1 << place, 0) for place, barrier in enumerate(BARRIERS)]
        passages = [np.where(np.isin(kind, _PASSAGES[barrier]), ANY, NEVER) for barrier in BARRIERS]
        self._grid = Grid(
            constant(arrays.line_frame),
            constant(arrays.line_cell_start),
            constant(arrays.line_cell_segment),
            constant(arrays.line_lonlat),
            constant(arrays.line_owner),
        )
        self._barrier: Ints = constant(np.sum(bits, axis=0).astype(np.int32))
        self._passages: list[Ints] = [constant(passage.astype(np.int32)) for passage in passages]
        self._island: Ints = constant(np.where(kind == Kind.ISLAND, ANY, NEVER).astype(np.int32))
        self._no_rank: Ints = constant(np.zeros(len(kind), dtype=np.int32))
        self._has_barriers = bool(self._barrier.any())
        self._has_islands = bool((self._island == ANY).any())

    def barriers(self, doors: Floats, places: Floats, where: Flags) -> Ints:
        """Bits of the BARRIERS that each straight line meets away from any passage; 0 where it is not asked for."""
        bits = np.zeros(len(doors), dtype=np.int32)
        if not self._has_barriers:
            return bits
        lines, barriers, met = crossings(doors, places, where, self._grid, self._barrier)
        for place, passage in enumerate(self._passages):
            here = np.flatnonzero(barriers == 1 << place)
            if len(here) == 0:
                continue
            reach, wanted = np.full(len(here), PASSAGE_M), np.full(len(here), ANY, dtype=np.int32)
            way, metres, _, _ = nearest_segments(met[here], reach, wanted, self._grid, passage, self._no_rank)
            bits[lines[here[(way == NOTHING) | (metres > PASSAGE_M)]]] |= 1 << place
        return bits

    def island_within(self, doors: Floats, metres: Floats) -> Flags:
        """Whether a road that leads nowhere is nearer to each door than so many metres."""
        if not self._has_islands:
            return np.zeros(len(doors), dtype=bool)
        return any_nearer(doors, metres, self._grid, self._island, self._no_rank)
