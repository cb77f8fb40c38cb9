"""Partial routes by label setting: forwards from the start or backwards from the end, second by second.

ng-routes (Baldacci, Mingozzi, Roberti 2011, 10.1287/opre.1110.0975): a label remembers only those visits that are
neighbours of all visits since. Forwards and backwards labels meet at a moment of the day (Righini, Salani 2006,
10.1016/j.disopt.2006.05.007).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.engines.bound.arrays import Ints, Labels, Legs, Settled, Tolls
from routing.engines.bound.clock import earliest_end, latest_end, latest_start
from routing.engines.compiled import entry, kernel

COST_ALONE: Final = 0
NO_CUTS: Final = 1
EXACT: Final = 2

COMPLETE: Final = 0
STOPPED: Final = 1
LABELS_FULL: Final = 2
SETTLED_FULL: Final = 3


@entry
def grow_labels(
    legs: Legs,
    tolls: Tolls,
    labels: Labels,
    settled: Settled,
    head: NDArray[np.int32],
    state: Ints,
    stopped: NDArray[np.uint8],
    backwards: bool,
    care: int,
) -> int:
    """Make all labels up to the last key that no other dominates, or go on where it ended before.

    Parameters
    ----------
    head : int32 (last key + 1,), the first label of each key that is still to be looked at; -1 everywhere at first.
    state : int64 (3,), labels used, first free one, current key; 0, -1, -1 at first.
    stopped : it ends before its time when [0] is set by another thread.
    care : COST_ALONE forgets what labels remember when they are compared, NO_CUTS what they remember of cuts: both are
        quick, but prove nothing; EXACT forgets nothing.

    Returns
    -------
    COMPLETE, STOPPED, or what needs more room before it can go on: LABELS_FULL, SETTLED_FULL.
    """
    if state[2] < 0:
        state[0], state[2] = seed(legs, tolls, labels, head, backwards), 0
    steps = 0
    while state[2] < len(head):
        key = state[2]
        label = head[key]
        if label < 0:
            state[2] += 1
            continue
        if state[0] + len(legs.first_s) >= len(labels.cost):
            return LABELS_FULL
        if settled.filled[labels.visit[label]] == settled.cost.shape[1]:
            return SETTLED_FULL
        steps += 1
        if steps & 255 == 0 and stopped[0]:
            return STOPPED
        head[key] = labels.following[label]
        if _settle(settled, labels, label, tolls.cut_price, care):
            _extend(legs, tolls, labels, settled, head, state, label, backwards, care)
        else:  # nothing came of it, so its place can be taken
            labels.following[label], state[1] = state[1], label
    return COMPLETE


@kernel
def _extend(
    legs: Legs,
    tolls: Tolls,
    labels: Labels,
    settled: Settled,
    head: NDArray[np.int32],
    state: Ints,
    label: int,
    backwards: bool,
    care: int,
) -> None:
    """Make the labels that go on from a settled one."""
    for j in range(len(legs.first_s)):
        if remembers(labels.low[label], labels.high[label], j):
            continue
        key = _next_key(legs, labels.visit[label], j, state[2], backwards)
        if not 0 <= key < len(head):
            continue
        load = labels.load[label] + legs.load[j]
        if load > legs.max_load:
            continue
        cost, low, high, odd = paid(legs, tolls, labels, label, j, backwards)
        if is_dominated(settled, j, cost, load, low, high, odd, tolls.cut_price, care):
            continue
        new = state[1]
        if new >= 0:
            state[1] = labels.following[new]
        else:
            new = state[0]
            state[0] += 1
        labels.cost[new], labels.low[new], labels.high[new], labels.odd[new] = cost, low, high, odd
        labels.load[new], labels.key[new], labels.visit[new], labels.parent[new] = load, key, j, label
        labels.following[new] = head[key]
        head[key] = new


@kernel
def remembers(low: np.uint64, high: np.uint64, visit: int) -> bool:
    """Whether the visit's bit is set."""
    return bool((low >> np.uint64(visit) if visit < 64 else high >> np.uint64(visit - 64)) & np.uint64(1))


@kernel
def price_of(bits: np.uint64, prices: Ints) -> np.int64:
    """Sum of the prices of the bits that are set."""
    total = np.int64(0)
    position = 0
    while bits:
        if bits & np.uint64(1):
            total += prices[position]
        bits >>= np.uint64(1)
        position += 1
    return total


@kernel
def is_dominated(
    settled: Settled,
    visit: int,
    cost: int,
    load: int,
    low: np.uint64,
    high: np.uint64,
    odd: np.uint64,
    cut_price: Ints,
    care: int,
) -> bool:
    """Whether a settled label of the visit is as early, as cheap, as empty, and may go wherever this one may."""
    zero = np.uint64(0)
    for s in range(settled.filled[visit]):
        so_far = settled.cost[visit, s]
        if so_far > cost:
            return False
        if care == COST_ALONE:
            return True
        if (
            settled.load[visit, s] > load
            or settled.low[visit, s] & ~low != zero
            or settled.high[visit, s] & ~high != zero
        ):
            continue
        more = settled.odd[visit, s] & ~odd
        if more == zero or care == NO_CUTS or so_far + price_of(more, cut_price) <= cost:
            return True
    return False


@kernel
def _next_key(legs: Legs, i: int, j: int, key: int, backwards: bool) -> int:
    """Key of a label that goes from i to j, or backwards comes to i from j; -1 when that is impossible."""
    if not backwards:
        if legs.travel_s[i, j] < 0:
            return -1
        end_s = earliest_end(legs, j, key + legs.travel_s[i, j], legs.block_s[i, j])
        return -1 if end_s > legs.latest_s[j] else end_s
    if legs.travel_s[j, i] < 0:
        return -1
    start_s = latest_start(legs, i, legs.horizon_s - key, legs.block_s[j, i])
    if start_s < 0:
        return -1
    end_s = latest_end(legs, j, start_s - legs.travel_s[j, i])
    return -1 if end_s < legs.earliest_s[j] else legs.horizon_s - end_s


@kernel
def paid(
    legs: Legs, tolls: Tolls, labels: Labels, label: int, j: int, backwards: bool
) -> tuple[int, np.uint64, np.uint64, np.uint64]:
    """Cost and memory of a label that goes on to j."""
    i, one, zero = labels.visit[label], np.uint64(1), np.uint64(0)
    cost = labels.cost[label] + (legs.cost[j, i] if backwards else legs.cost[i, j]) - tolls.prize[j]
    odd = labels.odd[label] & tolls.cut_near[j]
    second = odd & tolls.cut_in[j]
    if second != zero:
        cost += price_of(second, tolls.cut_price)
    low, high = labels.low[label] & tolls.near_low[j], labels.high[label] & tolls.near_high[j]
    if j < 64:
        low |= one << np.uint64(j)
    else:
        high |= one << np.uint64(j - 64)
    return cost, low, high, odd ^ tolls.cut_in[j]


@kernel
def seed(legs: Legs, tolls: Tolls, labels: Labels, head: NDArray[np.int32], backwards: bool) -> int:
    """Make the labels of one visit; return how many."""
    used = 0
    for j in range(len(legs.first_s)):
        if (legs.last_s[j] if backwards else legs.first_s[j]) < 0 or legs.load[j] > legs.max_load:
            continue
        key = legs.horizon_s - legs.last_s[j] if backwards else legs.first_s[j]
        if key >= len(head):
            continue
        labels.cost[used] = (legs.end_cost[j] if backwards else legs.start_cost[j]) - tolls.prize[j]
        labels.low[used] = np.uint64(1) << np.uint64(j) if j < 64 else np.uint64(0)
        labels.high[used] = np.uint64(1) << np.uint64(j - 64) if j >= 64 else np.uint64(0)
        labels.odd[used], labels.key[used] = tolls.cut_in[j], key
        labels.load[used], labels.visit[used], labels.parent[used] = legs.load[j], j, -1
        labels.following[used] = head[key]
        head[key] = used
        used += 1
    return used


@kernel
def _settle(settled: Settled, labels: Labels, label: int, cut_price: Ints, care: int) -> bool:
    """Put a label among those of its visit, by cost, unless one of them dominates it."""
    i, cost, load = labels.visit[label], labels.cost[label], labels.load[label]
    low, high, odd = labels.low[label], labels.high[label], labels.odd[label]
    if is_dominated(settled, i, cost, load, low, high, odd, cut_price, care):
        return False
    place = settled.filled[i]
    while place > 0 and settled.cost[i, place - 1] > cost:
        settled.cost[i, place], settled.load[i, place] = settled.cost[i, place - 1], settled.load[i, place - 1]
        settled.low[i, place], settled.high[i, place] = settled.low[i, place - 1], settled.high[i, place - 1]
        settled.odd[i, place], settled.number[i, place] = settled.odd[i, place - 1], settled.number[i, place - 1]
        place -= 1
    settled.cost[i, place], settled.load[i, place] = cost, load
    settled.low[i, place], settled.high[i, place] = low, high
    settled.odd[i, place], settled.number[i, place] = odd, label
    settled.filled[i] += 1
    return True


def visits_of(labels: Labels, label: int) -> tuple[int, ...]:
    """Visits of a label and of those that it came from, its own first; none of label -1."""
    visits = []
    while label >= 0:
        visits.append(int(labels.visit[label]))
        label = int(labels.parent[label])
    return tuple(visits)
