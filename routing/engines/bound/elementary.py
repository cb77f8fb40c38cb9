"""All routes that could be in a plan better than the known one: elementary, and cheap enough at given prices.

Forwards labels go on only where a backwards label completes them within the limit (Baldacci, Christofides,
Mingozzi 2008, 10.1007/s10107-007-0178-5).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.engines.bound.arrays import Ints, Labels, Legs, Settled, Tolls
from routing.engines.bound.clock import earliest_end
from routing.engines.bound.labels import COMPLETE, LABELS_FULL, STOPPED, paid, price_of, remembers, seed
from routing.engines.compiled import entry, kernel

Numbers = NDArray[np.int32]


class Listed(NamedTuple):
    """What is told of labels beside the labels.

    travelled : int64 (labels,), cost of the legs alone. ends : bool (labels,), set for routes within the limit.
    alike : int32 (labels,), the next label of the same place in `table`, int32 (a power of two,), -1 at first.
    head, state : as of grow_labels.
    """

    travelled: Ints
    ends: NDArray[np.bool_]
    alike: Numbers
    table: Numbers
    head: Numbers
    state: Ints


@entry
def list_routes(
    legs: Legs,
    tolls: Tolls,
    labels: Labels,
    listed: Listed,
    aft: Settled,
    aft_key: Numbers,
    limit: int,
    stopped: NDArray[np.uint8],
) -> int:
    """Make all labels that a backwards label completes within the limit, or go on where it ended before.

    Of labels with the same visits and the same last one, those are left out that are neither cheaper nor earlier.

    Parameters
    ----------
    tolls : with every visit near every other one, so that labels remember all of theirs.
    aft, aft_key : all backwards labels of the day, and their keys.
    limit : of a route's cost.
    stopped : as of grow_labels.
    """
    if listed.state[2] < 0:
        listed.state[0], listed.state[2] = seed(legs, tolls, labels, listed.head, False), 0
        for label in range(listed.state[0]):
            listed.travelled[label] = legs.start_cost[labels.visit[label]]
    steps = 0
    while listed.state[2] < len(listed.head):
        label = listed.head[listed.state[2]]
        if label < 0:
            listed.state[2] += 1
            continue
        if listed.state[0] + len(legs.first_s) >= len(labels.cost):
            return LABELS_FULL
        steps += 1
        if steps & 255 == 0 and stopped[0]:
            return STOPPED
        listed.head[listed.state[2]] = labels.following[label]
        i = labels.visit[label]
        if legs.home_s[i] >= 0 and listed.state[2] + legs.home_s[i] <= legs.horizon_s:
            listed.ends[label] = labels.cost[label] + legs.end_cost[i] <= limit
        for j in range(len(legs.first_s)):
            if legs.travel_s[i, j] >= 0 and not remembers(labels.low[label], labels.high[label], j):
                _extend(legs, tolls, labels, listed, aft, aft_key, limit, label, j)
    return COMPLETE


@kernel
def _extend(
    legs: Legs,
    tolls: Tolls,
    labels: Labels,
    listed: Listed,
    aft: Settled,
    aft_key: Numbers,
    limit: int,
    label: int,
    j: int,
) -> None:
    """Go on from a label to a visit, where that can be completed and is not known as well or better."""
    i, load = labels.visit[label], labels.load[label] + legs.load[j]
    key = earliest_end(legs, j, listed.state[2] + legs.travel_s[i, j], legs.block_s[i, j])
    if key < 0 or load > legs.max_load or not _can_end(legs, tolls, labels, aft, aft_key, limit, label, j, key):
        return
    cost, low, high, odd = paid(legs, tolls, labels, label, j, False)
    far = listed.travelled[label] + legs.cost[i, j]
    place = _place(low, high, j) & np.uint64(len(listed.table) - 1)
    other = listed.table[place]
    while other >= 0:
        if (
            labels.visit[other] == j
            and labels.low[other] == low
            and labels.high[other] == high
            and labels.key[other] <= key
            and listed.travelled[other] <= far
        ):
            return
        other = listed.alike[other]
    new = listed.state[0]
    listed.state[0] += 1
    labels.cost[new], labels.low[new], labels.high[new], labels.odd[new] = cost, low, high, odd
    labels.load[new], labels.key[new], labels.visit[new], labels.parent[new] = load, key, j, label
    labels.following[new], listed.travelled[new], listed.alike[new] = listed.head[key], far, listed.table[place]
    listed.head[key] = listed.table[place] = new


@kernel
def _can_end(
    legs: Legs,
    tolls: Tolls,
    labels: Labels,
    aft: Settled,
    aft_key: Numbers,
    limit: int,
    label: int,
    j: int,
    end_s: int,
) -> bool:
    """Whether a backwards label of j completes the label within the limit when j's service ends at that time."""
    so_far = labels.cost[label] + legs.cost[labels.visit[label], j]
    for b in range(aft.filled[j]):
        total = so_far + aft.cost[j, b]
        if total > limit:
            return False
        clash = (labels.low[label] & aft.low[j, b]) | (labels.high[label] & aft.high[j, b])
        if clash != np.uint64(0) or end_s > legs.horizon_s - aft_key[aft.number[j, b]]:
            continue
        if labels.load[label] + aft.load[j, b] > legs.max_load:
            continue
        if total + price_of(labels.odd[label] & aft.odd[j, b], tolls.cut_price) <= limit:
            return True
    return False


@kernel
def _place(low: np.uint64, high: np.uint64, visit: int) -> np.uint64:
    """Mix the bits of a set and a visit (the finaliser of splitmix64)."""
    mixed = low * np.uint64(0x9E3779B97F4A7C15) ^ high * np.uint64(0xC2B2AE3D27D4EB4F) ^ np.uint64(visit)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
