"""Subset-row cuts: of three visits at most one route can serve two or more.

With a memory that is limited to some visits (Pecin, Pessoa, Poggi, Uchoa 2017, 10.1007/s12532-016-0108-8): a route
forgets that it has served one of the three when it passes a visit outside the memory, which keeps labels few.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.engines.compiled import entry

#: As many as a label has bits for.
MAX_CUTS: Final = 64
#: By how much the weights of routes must exceed a cut's right side of 1 to be worth a cut.
LEAST_EXCESS: Final = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Three visits, and those on which routes remember having served one of them."""

    visits: tuple[int, int, int]
    memory: frozenset[int]

    def coefficient(self, route: Sequence[int]) -> int:
        """How often the route serves a second of the visits while it remembers the first."""
        pairs, odd = 0, False
        for visit in route:
            if visit not in self.memory:
                odd = False
            elif visit in self.visits:
                pairs += odd
                odd = not odd
        return pairs

    def remembered_on(self, route: Sequence[int]) -> frozenset[int]:
        """List the visits that must be remembered so that the route counts in full."""
        kept: set[int] = set()
        since: list[int] | None = None
        for visit in route:
            if since is not None:
                since.append(visit)
            if visit in self.visits:
                if since is None:
                    since = []
                else:
                    kept.update(since)
                    since = None
        return frozenset(kept)


def violated_cuts(
    routes: Sequence[Sequence[int]], weights: Sequence[float], size: int, most: int
) -> list[tuple[float, Cut]]:
    """Find the most violated cuts of a fractional choice of routes, with memories just as large as needed.

    Parameters
    ----------
    routes, weights : the routes in the choice, and how much of each; size : number of visits.
    most : return at most so many, none of the visits in more than a few of them.
    """
    served = np.zeros((len(routes), size), np.int64)
    for row, route in enumerate(routes):
        np.add.at(served[row], list(route), 1)
    excess = np.full((size, size, size), -1.0)
    _weigh(served, np.asarray(weights, np.float64), excess)
    found: list[tuple[float, Cut]] = []
    times = np.zeros(size, np.int64)
    for flat in np.argsort(-excess, axis=None)[: 40 * most]:
        triple = tuple(int(visit) for visit in np.unravel_index(flat, excess.shape))
        if excess[triple] < LEAST_EXCESS or len(found) == most:
            break
        if (times[list(triple)] >= 5).any():
            continue
        times[list(triple)] += 1
        visits = (triple[0], triple[1], triple[2])
        bare = Cut(visits=visits, memory=frozenset(visits))
        memory = bare.memory.union(*(bare.remembered_on(route) for route in routes))
        found.append((float(excess[triple]), Cut(visits=visits, memory=memory)))
    return found


@entry
def _weigh(served: NDArray[np.int64], weights: NDArray[np.float64], excess: NDArray[np.float64]) -> None:
    """Set by how much each triple a < b < c exceeds 1, (n, n, n), from (routes, n) counts of service."""
    rows, n = served.shape
    for a in range(n):
        for b in range(a + 1, n):
            for c in range(b + 1, n):
                total = -1.0
                for row in range(rows):
                    total += weights[row] * ((served[row, a] + served[row, b] + served[row, c]) // 2)
                excess[a, b, c] = total
