"""Whole routes of forwards and backwards labels: for each leg the cheapest route that passes the meeting time on it."""

import numpy as np
from numpy.typing import NDArray

from routing.engines.bound.arrays import Ints, Legs, Settled
from routing.engines.bound.clock import earliest_end
from routing.engines.bound.labels import price_of
from routing.engines.compiled import entry, kernel

Numbers = NDArray[np.int32]


@entry
def join_labels(
    legs: Legs,
    cut_price: Ints,
    fore: Settled,
    fore_key: Numbers,
    aft: Settled,
    aft_key: Numbers,
    best: Ints,
    front: Numbers,
    back: Numbers,
) -> None:
    """Find the cheapest route below a cost for each leg, (n + 1, n + 1); index n stands for the start and the end.

    Parameters
    ----------
    fore, aft : the forwards and the backwards labels, with their keys.
    best : costs to stay below, set where a route does; front, back : the numbers of its labels, set there too.
    """
    n = len(legs.first_s)
    for i in range(n):
        for f in range(fore.filled[i]):
            if legs.home_s[i] < 0 or fore.cost[i, f] + legs.end_cost[i] >= best[i, n]:
                break
            if fore_key[fore.number[i, f]] + legs.home_s[i] <= legs.horizon_s:
                best[i, n], front[i, n] = fore.cost[i, f] + legs.end_cost[i], fore.number[i, f]
                break
        for b in range(aft.filled[i]):
            if legs.first_s[i] < 0 or legs.start_cost[i] + aft.cost[i, b] >= best[n, i]:
                break
            if legs.first_s[i] <= legs.horizon_s - aft_key[aft.number[i, b]]:
                best[n, i], back[n, i] = legs.start_cost[i] + aft.cost[i, b], aft.number[i, b]
                break
    for i in range(n):
        for j in range(n):
            if legs.travel_s[i, j] >= 0 and aft.filled[j]:
                best[i, j], front[i, j], back[i, j] = _cheapest(
                    legs, best[i, j], cut_price, fore, fore_key, aft, aft_key, i, j
                )


@kernel
def _cheapest(
    legs: Legs,
    below: int,
    cut_price: Ints,
    fore: Settled,
    fore_key: Numbers,
    aft: Settled,
    aft_key: Numbers,
    i: int,
    j: int,
) -> tuple[int, np.int32, np.int32]:
    """Cheapest pair of a forwards label at i and a backwards label at j."""
    best, front, back = below, np.int32(-1), np.int32(-1)
    for f in range(fore.filled[i]):
        so_far = fore.cost[i, f] + legs.cost[i, j]
        if so_far + aft.cost[j, 0] >= best:
            break
        end_s = earliest_end(legs, j, fore_key[fore.number[i, f]] + legs.travel_s[i, j], legs.block_s[i, j])
        if end_s < 0:
            continue
        for b in range(aft.filled[j]):
            total = so_far + aft.cost[j, b]
            if total >= best:
                break
            clash = (fore.low[i, f] & aft.low[j, b]) | (fore.high[i, f] & aft.high[j, b])
            if clash != np.uint64(0) or end_s > legs.horizon_s - aft_key[aft.number[j, b]]:
                continue
            if fore.load[i, f] + aft.load[j, b] > legs.max_load:
                continue
            total += price_of(fore.odd[i, f] & aft.odd[j, b], cut_price)
            if total < best:
                best, front, back = total, fore.number[i, f], aft.number[j, b]
    return best, front, back
