"""Pricing: the cheapest ng-routes of one class of vehicles at given prices, by labels from both ends of the day."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.engines.bound.arrays import Labels, Legs, Settled, Tolls, longer, no_labels, no_tolls, none_settled, wider
from routing.engines.bound.elementary import Listed, list_routes
from routing.engines.bound.join import join_labels
from routing.engines.bound.labels import COMPLETE, EXACT, LABELS_FULL, SETTLED_FULL, grow_labels, visits_of

#: Prices are counted in this part of a second, so that sums of them are exact.
SCALE: Final = 1 << 12
#: More labels than these take more memory than a bound is worth.
MAX_LABELS: Final = 4_000_000
#: Where nothing is to be proven, labels go on to so many visits nearby only.
SHORT_LEGS: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Priced:
    """Routes that cost less than they are worth, the cheapest first, with the cost below -fee.

    Attributes
    ----------
    complete : no route is cheaper than the first of them.
    least : cost of the first, -fee when there is none.
    """

    complete: bool
    least: int
    routes: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Grown:
    complete: bool
    labels: Labels
    settled: Settled


class Pricer:
    """Prices one graph again and again; learns at which moment of the day the labels should meet."""

    def __init__(self, legs: Legs, stopped: NDArray[np.uint8]) -> None:
        self._legs = legs._replace(
            cost=legs.cost * SCALE, start_cost=legs.start_cost * SCALE, end_cost=legs.end_cost * SCALE
        )
        self._short_legs = _shortest(self._legs)
        self._stopped = stopped
        self._meet_s = legs.horizon_s // 2

    def price(self, tolls: Tolls, fee: int, *, care: int) -> Priced:
        """Find routes whose cost is below -fee; see grow_labels for `care`."""
        legs = self._legs
        fore = self._grow(tolls, self._meet_s, backwards=False, care=care)
        aft = self._grow(tolls, legs.horizon_s - self._meet_s - 1, backwards=True, care=care)
        complete = fore.complete and aft.complete and care == EXACT
        if complete:
            self._balance(int(fore.settled.filled.sum()), int(aft.settled.filled.sum()))
        legs_and_ends = (len(legs.first_s) + 1, len(legs.first_s) + 1)
        best = np.full(legs_and_ends, -fee, np.int64)
        front, back = np.full(legs_and_ends, -1, np.int32), np.full(legs_and_ends, -1, np.int32)
        join_labels(
            legs, tolls.cut_price, fore.settled, fore.labels.key, aft.settled, aft.labels.key, best, front, back
        )
        order = np.argsort(best, axis=None, kind="stable")
        order = order[best.ravel()[order] < -fee]
        routes = (
            visits_of(fore.labels, front.flat[leg])[::-1] + visits_of(aft.labels, back.flat[leg]) for leg in order
        )
        return Priced(
            complete=complete,
            least=int(best.flat[order[0]]) if len(order) else -fee,
            routes=tuple(dict.fromkeys(routes)),
        )

    def _grow(self, tolls: Tolls, last_key: int, *, backwards: bool, care: int) -> _Grown:
        labels, settled = no_labels(1 << 14), none_settled(len(self._legs.first_s), 256)
        head = np.full(max(last_key, 0) + 1, -1, np.int32)
        state = np.array([0, -1, -1], np.int64)
        legs = self._legs if care == EXACT else self._short_legs
        while True:
            code = grow_labels(legs, tolls, labels, settled, head, state, self._stopped, backwards, care)
            if code == SETTLED_FULL:
                settled = wider(settled)
            elif code == LABELS_FULL and len(labels.cost) < MAX_LABELS:
                labels = longer(labels)
            else:
                return _Grown(complete=code == COMPLETE, labels=labels, settled=settled)

    def routes_within(self, tolls: Tolls, limit: int, most: int) -> list[tuple[int, ...]] | None:
        """List the elementary routes whose cost is within the limit; of each set of visits those of least travel.

        None when there are more than `most`, or too many on the way, or when it was stopped.
        """
        legs = self._legs
        aft = self._grow(tolls, legs.horizon_s, backwards=True, care=EXACT)
        if not aft.complete:
            return None
        labels = no_labels(1 << 16)
        listed = Listed(
            travelled=np.zeros(1 << 16, np.int64),
            ends=np.zeros(1 << 16, np.bool_),
            alike=np.zeros(1 << 16, np.int32),
            table=np.full(1 << 20, -1, np.int32),
            head=np.full(legs.horizon_s + 1, -1, np.int32),
            state=np.array([0, -1, -1], np.int64),
        )
        every = no_tolls(len(legs.first_s))
        tolls = tolls._replace(near_low=every.near_low, near_high=every.near_high)
        while True:
            code = list_routes(legs, tolls, labels, listed, aft.settled, aft.labels.key, limit, self._stopped)
            if code != LABELS_FULL or len(labels.cost) >= MAX_LABELS:
                break
            labels = longer(labels)
            listed = listed._replace(
                travelled=np.concatenate([listed.travelled, np.zeros_like(listed.travelled)]),
                ends=np.concatenate([listed.ends, np.zeros_like(listed.ends)]),
                alike=np.concatenate([listed.alike, np.zeros_like(listed.alike)]),
            )
        last = np.flatnonzero(listed.ends)
        if code != COMPLETE or len(last) > most:
            return None
        whole = listed.travelled[last] + legs.end_cost[labels.visit[last]]
        cheapest: dict[tuple[int, int], int] = {}
        for label in last[np.argsort(-whole, kind="stable")]:
            cheapest[int(labels.low[label]), int(labels.high[label])] = int(label)
        return [visits_of(labels, label)[::-1] for label in cheapest.values()]

    def _balance(self, forwards: int, backwards: int) -> None:
        step_s = self._legs.horizon_s // 50
        if forwards > 1.3 * backwards:
            self._meet_s = max(self._meet_s - step_s, step_s)
        elif backwards > 1.3 * forwards:
            self._meet_s = min(self._meet_s + step_s, self._legs.horizon_s - step_s)


def _shortest(legs: Legs) -> Legs:
    """Leave out all legs but the cheapest ones from each visit."""
    cost = np.where(legs.travel_s >= 0, legs.cost, np.iinfo(np.int64).max)
    rank = np.argsort(np.argsort(cost, axis=1, kind="stable"), axis=1, kind="stable")
    return legs._replace(travel_s=np.where(rank < SHORT_LEGS, legs.travel_s, -1))
