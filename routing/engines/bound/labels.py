"""Partial routes by label setting: forwards from the start or backwards from the end, second by second.

ng-routes (Baldacci, Mingozzi, Roberti 2011, 10.1287/opre.1110.0975): a label remembers only those visits that are
neighbours of all visits since. Forwards and backwards labels meet at a moment of the day (Righini, Salani 2006,
10.1016/j.disopt.2006.05.007).
"""

import numpy as np
from numpy.typing import NDArray

from routing.engines.bound.arrays import Ints, Labels, Legs, Settled, Tolls
from routing.engines.bound.clock import earliest_end, latest_end, latest_start
from routing.engines.compiled import entry, kernel


@entry
def grow_labels(
    legs: Legs,
    tolls: Tolls,
    last_key: int,
    max_labels: int,
    stopped: NDArray[np.uint8],
    *,
    backwards: bool,
    by_cost_alone: bool,
) -> tuple[bool, Settled, Labels]:
    """Make all labels up to a key that no other dominates, and say whether that came to its end.

    Parameters
    ----------
    last_key : labels beyond are not made.
    max_labels : it ends before its time when there are more. stopped : so it does when [0] is set by another thread.
    by_cost_alone : forget what labels remember when they are compared; quick, but no proof.
    """
    n = len(legs.first_s)
    labels, settled = _no_labels(1 << 14), _none_settled(n, 256)
    head = np.full(max(last_key, 0) + 1, -1, np.int32)
    used = _seed(legs, tolls, labels, head, last_key, backwards)
    free, steps = np.int32(-1), 0
    for key in range(last_key + 1):
        while head[key] >= 0:
            label = head[key]
            head[key] = labels.following[label]
            i = labels.visit[label]
            if is_dominated(
                settled, i, labels.cost[label], labels.low[label], labels.high[label], labels.odd[label],
                tolls.cut_price, by_cost_alone,
            ):  # fmt: skip
                labels.following[label] = free  # nothing came of it, so its place can be taken
                free = label
                continue
            if settled.filled[i] == settled.cost.shape[1]:
                settled = _wider(settled)
            _settle(settled, labels, i, label)
            steps += 1
            if used > max_labels or (steps & 255 == 0 and stopped[0] != 0):
                return False, settled, labels
            if used + n >= len(labels.cost):
                labels = _longer(labels)
            for j in range(n):
                if remembers(labels.low[label], labels.high[label], j):
                    continue
                new_key = _next_key(legs, i, j, key, backwards)
                if new_key < 0 or new_key > last_key:
                    continue
                cost, low, high, odd = _paid(legs, tolls, labels, label, j, backwards)
                if is_dominated(settled, j, cost, low, high, odd, tolls.cut_price, by_cost_alone):
                    continue
                if free >= 0:
                    new = free
                    free = labels.following[free]
                else:
                    new = np.int32(used)
                    used += 1
                labels.cost[new], labels.low[new], labels.high[new], labels.odd[new] = cost, low, high, odd
                labels.key[new], labels.visit[new], labels.parent[new] = new_key, j, label
                labels.following[new] = head[new_key]
                head[new_key] = new
    return True, settled, labels


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
    low: np.uint64,
    high: np.uint64,
    odd: np.uint64,
    cut_price: Ints,
    by_cost_alone: bool,
) -> bool:
    """Whether a settled label of the visit is as early, as cheap, and may go wherever this one may."""
    zero = np.uint64(0)
    for s in range(settled.filled[visit]):
        so_far = settled.cost[visit, s]
        if so_far > cost:
            return False
        if by_cost_alone:
            return True
        if settled.low[visit, s] & ~low != zero or settled.high[visit, s] & ~high != zero:
            continue
        more = settled.odd[visit, s] & ~odd
        if more == zero or so_far + price_of(more, cut_price) <= cost:
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
def _paid(
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
def _seed(legs: Legs, tolls: Tolls, labels: Labels, head: NDArray[np.int32], last_key: int, backwards: bool) -> int:
    """Make the labels of one visit; return how many."""
    used = 0
    for j in range(len(legs.first_s)):
        if (legs.last_s[j] if backwards else legs.first_s[j]) < 0:
            continue
        key = legs.horizon_s - legs.last_s[j] if backwards else legs.first_s[j]
        if key > last_key:
            continue
        labels.cost[used] = (legs.end_cost[j] if backwards else legs.start_cost[j]) - tolls.prize[j]
        labels.low[used] = np.uint64(1) << np.uint64(j) if j < 64 else np.uint64(0)
        labels.high[used] = np.uint64(1) << np.uint64(j - 64) if j >= 64 else np.uint64(0)
        labels.odd[used], labels.key[used] = tolls.cut_in[j], key
        labels.visit[used], labels.parent[used] = j, -1
        labels.following[used] = head[key]
        head[key] = used
        used += 1
    return used


@kernel
def _settle(settled: Settled, labels: Labels, i: int, label: int) -> None:
    """Put a label among those of its visit, by cost."""
    place = np.searchsorted(settled.cost[i, : settled.filled[i]], labels.cost[label])
    for s in range(settled.filled[i], place, -1):
        settled.cost[i, s], settled.odd[i, s] = settled.cost[i, s - 1], settled.odd[i, s - 1]
        settled.low[i, s], settled.high[i, s] = settled.low[i, s - 1], settled.high[i, s - 1]
        settled.number[i, s] = settled.number[i, s - 1]
    settled.cost[i, place], settled.odd[i, place] = labels.cost[label], labels.odd[label]
    settled.low[i, place], settled.high[i, place] = labels.low[label], labels.high[label]
    settled.number[i, place] = label
    settled.filled[i] += 1


@kernel
def _no_labels(room: int) -> Labels:
    return Labels(
        np.empty(room, np.int64), np.empty(room, np.uint64), np.empty(room, np.uint64), np.empty(room, np.uint64),
        np.empty(room, np.int32), np.empty(room, np.int16), np.empty(room, np.int32), np.empty(room, np.int32),
    )  # fmt: skip


@kernel
def _longer(old: Labels) -> Labels:
    length = len(old.cost)
    new = _no_labels(2 * length)
    new.cost[:length], new.low[:length], new.high[:length], new.odd[:length] = old.cost, old.low, old.high, old.odd
    new.key[:length], new.visit[:length], new.parent[:length] = old.key, old.visit, old.parent
    new.following[:length] = old.following
    return new


@kernel
def _none_settled(n: int, width: int) -> Settled:
    shape = (n, width)
    return Settled(
        np.zeros(n, np.int64), np.empty(shape, np.int64), np.empty(shape, np.uint64), np.empty(shape, np.uint64),
        np.empty(shape, np.uint64), np.empty(shape, np.int32),
    )  # fmt: skip


@kernel
def _wider(old: Settled) -> Settled:
    n, width = old.cost.shape
    new = _none_settled(n, 2 * width)
    new.filled[:] = old.filled
    new.cost[:, :width], new.low[:, :width], new.high[:, :width] = old.cost, old.low, old.high
    new.odd[:, :width], new.number[:, :width] = old.odd, old.number
    return new


def visits_of(labels: Labels, label: int) -> tuple[int, ...]:
    """Visits of a label and of those that it came from, its own first; none of label -1."""
    visits = []
    while label >= 0:
        visits.append(int(labels.visit[label]))
        label = int(labels.parent[label])
    return tuple(visits)
