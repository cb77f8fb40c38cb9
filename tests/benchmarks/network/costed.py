"""A line that an engine drew, read back into our edges and costed by our weights: stretches, turns, prohibitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from geodata.coords import EARTH_RADIUS_M, great_circle_array_m
from geodata.network.arrays import Floats
from geodata.network.port import SnappedPoint
from geodata.network.roads import CLOSED, Roads
from geodata.network.turns import allowed_turns, turn_ms

#: OSRM keeps places in 1e-6 degrees: so far off a point of its lines may lie, metres.
GRAIN_M: Final = 0.12
_NONE: Final = -1
ELSEWHERE: Final = "it follows no road of ours there"
SNAPPED_ELSEWHERE: Final = "it begins or ends on another road"
TURNS_ROUND: Final = "it turns round where the road goes on"
FORBIDDEN: Final = "it takes a turn that is forbidden to ours"
ONEWAY: Final = "it drives where ours is closed"
PRIVATE: Final = "it drives through what is open to residents only, as a gate that OSRM's table cannot tell it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Costed:
    """A line by our weights.

    Attributes
    ----------
    directed : the edges driven (edge * 2 + direction), barriers among them.
    driven_s : of all stretches, barriers left out. turns_s : of all turns and barriers.
    hindrance : what ours may not do of it; empty when it may all.
    """

    directed: tuple[int, ...]
    driven_s: float = 0.0
    turns_s: float = 0.0
    hindrance: str = ""

    @property
    def seconds(self) -> float:
        """Of the whole line."""
        return self.driven_s + self.turns_s


class Costing:
    """Our roads as a table to look lines up in."""

    def __init__(self, roads: Roads) -> None:
        self._roads = roads
        shape, start = np.asarray(roads.shape_lonlat), np.asarray(roads.shape_start)
        self._scale = np.radians(1) * EARTH_RADIUS_M * np.array([np.cos(np.radians(shape[:, 1].mean())), 1.0])
        places, number = np.unique(shape, axis=0, return_inverse=True)
        self._number: list[int] = number.ravel().tolist()
        self._tree = cKDTree(places * self._scale)
        self._ms: list[int] = np.column_stack([roads.forward_ms, roads.backward_ms]).ravel().tolist()
        self._steps_m: list[float] = [*great_circle_array_m(shape[:-1], shape[1:]).tolist(), 0.0]
        self._start: list[int] = start.tolist()
        self._segments: dict[tuple[int, int], list[tuple[int, float]]] = {}
        for edge in np.flatnonzero(np.asarray(roads.way_osm) != 0).tolist():
            for at in range(self._start[edge], self._start[edge + 1] - 1):
                a, b, share = self._number[at], self._number[at + 1], self._share(edge, at)
                self._segments.setdefault((a, b), []).append((2 * edge, share))
                self._segments.setdefault((b, a), []).append((2 * edge + 1, share))
        turns = allowed_turns(roads)
        pairs = zip(turns.before.tolist(), turns.after.tolist(), strict=True)
        self._turn_ms = dict(zip(pairs, turn_ms(roads, turns).tolist(), strict=True))
        # To turn round where there is another way is priced out of reach: see agreement.
        self._dear_ms = roads.turn_costs.u_turn_ms
        self._barriers = _barriers_by_ends(roads)
        self._forbidden = [row for row in roads.forbidden_sequences() if len(row) > 2]

    def cost(self, lonlat: Floats, source: SnappedPoint, target: SnappedPoint) -> Costed:
        """Cost a line, (k, 2) degrees, that leads from the middle of one edge to the middle of another."""
        away, nearest = self._tree.query(lonlat[1:-1] * self._scale)
        places = nearest[away < GRAIN_M].tolist()
        places = [place for place, before in zip(places, [_NONE, *places], strict=False) if place != before]
        begun = self._end(source, places[:1], leaves=True)
        ended = self._end(target, places[-1:], leaves=False)
        if begun is None or ended is None:
            return Costed(directed=(), hindrance=SNAPPED_ELSEWHERE)
        driven, seconds = [begun[0]], begun[1] + ended[1]
        for step in pairwise(places):
            found = self._segments.get(step)
            if not found:
                return Costed(directed=(), hindrance=ELSEWHERE)
            known = (one for one in found if one[0] == driven[-1])
            directed, share = next(known, min(found, key=self._cost_of))
            if directed != driven[-1]:
                driven.append(directed)
            seconds += share * self._ms[directed] / 1000
        if ended[0] != driven[-1]:
            driven.append(ended[0])
        return self._with_turns(driven, seconds)

    def _with_turns(self, driven: Sequence[int], driven_s: float) -> Costed:
        """Add turns, and barriers between the edges; say what may not be."""
        whole, ms, hindrance = [driven[0]], 0, ""
        for before, after in pairwise(driven):
            between = self._barriers.get((self._end_of(before), self._end_of(after ^ 1)), [])
            for pair in pairwise([before, *between, after]):
                cost = self._turn_ms.get(pair)
                if cost is None or cost >= self._dear_ms:
                    hindrance = hindrance or (TURNS_ROUND if pair[0] ^ 1 == pair[1] else FORBIDDEN)
                else:
                    ms += cost
            ms += sum(self._ms[barrier] for barrier in between)
            whole += [*between, after]
        if any(self._ms[directed] == CLOSED for directed in whole):
            hindrance = ONEWAY
        elif any(tuple(whole[at : at + len(row)]) == row for row in self._forbidden for at in range(len(whole))):
            hindrance = FORBIDDEN
        elif self._roads.ends_only[np.array(whole) // 2].any():
            hindrance = PRIVATE
        return Costed(directed=tuple(whole), driven_s=driven_s, turns_s=ms / 1000, hindrance=hindrance)

    def _end(self, point: SnappedPoint, beside: list[int], *, leaves: bool) -> tuple[int, float] | None:
        """Find the direction in which a line leaves or comes to a place, by the place beside it, and its seconds."""
        first, last = self._start[point.edge], self._start[point.edge + 1]
        half = first + (last - first) // 2
        ends = self._number[half - 1], self._number[half]
        if not beside or beside[0] not in ends:
            return None
        ahead = (beside[0] == ends[1]) == leaves
        directed = 2 * point.edge + int(not ahead)
        return directed, self._share(point.edge, half - 1) / 2 * self._ms[directed] / 1000

    def _cost_of(self, stretch: tuple[int, float]) -> float:
        directed, share = stretch
        return share * self._ms[directed] if self._ms[directed] != CLOSED else np.inf

    def _share(self, edge: int, at: int) -> float:
        """Return what a segment is of the length of its edge."""
        return self._steps_m[at] / max(sum(self._steps_m[self._start[edge] : self._start[edge + 1] - 1]), 1e-9)

    def _end_of(self, directed: int) -> int:
        edge, backward = divmod(directed, 2)
        return int(self._roads.tail[edge] if backward else self._roads.head[edge])


def _barriers_by_ends(roads: Roads) -> dict[tuple[int, int], list[int]]:
    """Barriers from one node to another of the same place: one of them, or two of a hub."""
    single: dict[tuple[int, int], list[int]] = {}
    for edge in np.flatnonzero(np.asarray(roads.way_osm) == 0).tolist():
        tail, head = int(roads.tail[edge]), int(roads.head[edge])
        single[tail, head], single[head, tail] = [2 * edge], [2 * edge + 1]
    double = {
        (a, d): [*one, *two] for (a, b), one in single.items() for (c, d), two in single.items() if b == c and a != d
    }
    return double | single
