"""What the label kernels take and give: tuples of arrays, n visits each."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]


class Legs(NamedTuple):
    """What one class of vehicles can drive. Times are seconds after the shift's start.

    travel_s : int64 (n, n), -1 where one cannot go; block_s : int64 (n, n), setup and service at the column's visit.
    cost : int64 (n, n); start_cost, end_cost : int64 (n,), of the first and the last leg.
    home_s : int64 (n,), the way from a last visit to the end, -1 where there is none.
    first_s : int64 (n,), earliest END of a visit that comes first; last_s : latest END of one that comes last.
    earliest_s, latest_s : int64 (n,), the same wherever it comes. -1 where that is impossible.
    window_of : int64 (n + 1,), where the visit's windows begin in window_start_s and window_end_s.
    load : int64 (n,), of which a route's sum is max_load at most; all 0 where there is no such limit.
    """

    horizon_s: int
    travel_s: Ints
    block_s: Ints
    cost: Ints
    start_cost: Ints
    end_cost: Ints
    home_s: Ints
    first_s: Ints
    last_s: Ints
    earliest_s: Ints
    latest_s: Ints
    window_of: Ints
    window_start_s: Ints
    window_end_s: Ints
    load: Ints
    max_load: int


class Tolls(NamedTuple):
    """What labels pay, and what they remember.

    prize : int64 (n,), what serving a visit takes off the cost.
    near_low, near_high : uint64 (n,), bits of the visits 0..63 and 64..127 that are still remembered at a visit.
    cut_in, cut_near : uint64 (n,), bits of the cuts which have the visit in their set, in their memory.
    cut_price : int64 (64,), what the second, fourth ... visit of a cut's set adds to the cost.
    """

    prize: Ints
    near_low: Bits
    near_high: Bits
    cut_in: Bits
    cut_near: Bits
    cut_price: Ints


class Labels(NamedTuple):
    """All labels by their number.

    key : forwards when the service of the last visit ends; backwards how long before the shift's end the service of the
    first visit must have ended. low, high : visits remembered. odd : cuts of which one visit is remembered.
    load : sum over all visits. following : the next label of the same key, -1 for none.
    """

    cost: Ints
    load: Ints
    low: Bits
    high: Bits
    odd: Bits
    key: NDArray[np.int32]
    visit: NDArray[np.int16]
    parent: NDArray[np.int32]
    following: NDArray[np.int32]


class Settled(NamedTuple):
    """The labels that no other dominates: (n, width) of each visit by cost, of which the first `filled` are filled."""

    filled: Ints
    cost: Ints
    load: Ints
    low: Bits
    high: Bits
    odd: Bits
    number: NDArray[np.int32]


def no_tolls(size: int) -> Tolls:
    """Make tolls of nothing: no prizes, no cuts, and every visit is remembered for ever."""
    everything = np.full(size, np.iinfo(np.uint64).max, np.uint64)
    nothing = np.zeros(size, np.uint64)
    return Tolls(
        prize=np.zeros(size, np.int64),
        near_low=everything,
        near_high=everything.copy(),
        cut_in=nothing,
        cut_near=nothing.copy(),
        cut_price=np.zeros(64, np.int64),
    )


def no_labels(room: int) -> Labels:
    """Make room for labels."""
    return Labels(
        cost=np.zeros(room, np.int64),
        load=np.zeros(room, np.int64),
        low=np.zeros(room, np.uint64),
        high=np.zeros(room, np.uint64),
        odd=np.zeros(room, np.uint64),
        key=np.zeros(room, np.int32),
        visit=np.zeros(room, np.int16),
        parent=np.zeros(room, np.int32),
        following=np.zeros(room, np.int32),
    )


def longer(labels: Labels) -> Labels:
    """Make twice the room."""
    return Labels(*(np.concatenate([array, np.zeros_like(array)]) for array in labels))


def none_settled(n: int, width: int) -> Settled:
    """Make room for settled labels."""
    return Settled(
        filled=np.zeros(n, np.int64),
        cost=np.zeros((n, width), np.int64),
        load=np.zeros((n, width), np.int64),
        low=np.zeros((n, width), np.uint64),
        high=np.zeros((n, width), np.uint64),
        odd=np.zeros((n, width), np.uint64),
        number=np.zeros((n, width), np.int32),
    )


def wider(settled: Settled) -> Settled:
    """Make twice the room."""
    filled, *arrays = settled
    return Settled(filled, *(np.concatenate([array, np.zeros_like(array)], axis=1) for array in arrays))
