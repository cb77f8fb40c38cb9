"""Neighbourhoods: how long a label remembers a visit."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from routing.engines.bound.arrays import Bits, Legs

#: Visits that a label remembers around each visit, to begin with; and at most, so that labels stay few.
NEIGHBOURS: Final = 8
MOST_NEIGHBOURS: Final = 24


class Neighbourhoods:
    """For each visit those visits that a label goes on remembering there; they only grow."""

    def __init__(self, graphs: Iterable[Legs], size: int) -> None:
        self.of: list[set[int]] = [{visit} for visit in range(size)]
        for legs in graphs:
            there_and_back = np.where(legs.travel_s >= 0, legs.travel_s, legs.horizon_s)
            there_and_back = there_and_back + there_and_back.T
            for visit, order in enumerate(np.argsort(there_and_back, axis=1, kind="stable")):
                self.of[visit].update(int(near) for near in order[: NEIGHBOURS - 1])
                # A round trip that takes no time could be made for ever.
                instant = (legs.travel_s[:, visit] + legs.block_s[:, visit] <= 0) & (legs.travel_s[:, visit] >= 0)
                self.of[visit].update(int(near) for near in np.flatnonzero(instant))

    def forbid(self, routes: Iterable[Sequence[int]]) -> bool:
        """Remember all visits of the routes' round trips on their way; return whether anything changed."""
        changed = False
        for route in routes:
            last: dict[int, int] = {}
            for place, visit in enumerate(route):
                if visit in last:
                    between = route[last[visit] + 1 : place]
                    if all(len(self.of[via]) < MOST_NEIGHBOURS or visit in self.of[via] for via in between):
                        changed |= any(visit not in self.of[via] for via in between)
                        for via in between:
                            self.of[via].add(visit)
                last[visit] = place
        return changed

    def allow(self, route: Sequence[int]) -> bool:
        """Whether a label can follow the route."""
        remembered: set[int] = set()
        for visit in route:
            if visit in remembered:
                return False
            remembered = (remembered & self.of[visit]) | {visit}
        return True

    def bits(self) -> tuple[Bits, Bits]:
        """Return the visits 0..63 and 64..127 as bits."""
        masks = [sum(1 << near for near in nears) for nears in self.of]
        low = np.array([mask & ((1 << 64) - 1) for mask in masks], np.uint64)
        return low, np.array([mask >> 64 for mask in masks], np.uint64)
