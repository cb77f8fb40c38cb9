"""Pricing: the cheapest ng-routes of one class of vehicles at given prices, by labels from both ends of the day."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.engines.bound.arrays import Legs, Tolls
from routing.engines.bound.join import join_labels
from routing.engines.bound.labels import grow_labels, visits_of

#: Prices are counted in this part of a second, so that sums of them are exact.
SCALE: Final = 1 << 12
#: More labels than these take more memory than a bound is worth.
MAX_LABELS: Final = 4_000_000


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


class Pricer:
    """Prices one graph again and again; learns at which moment of the day the labels should meet."""

    def __init__(self, legs: Legs, stopped: NDArray[np.uint8]) -> None:
        self._legs = legs._replace(
            cost=legs.cost * SCALE, start_cost=legs.start_cost * SCALE, end_cost=legs.end_cost * SCALE
        )
        self._stopped = stopped
        self._meet_s = legs.horizon_s // 2

    def price(self, tolls: Tolls, fee: int, *, quick: bool) -> Priced:
        """Find routes whose cost is below -fee; `quick` finds some of them and proves nothing."""
        legs, meet_s = self._legs, self._meet_s
        fore_ended, fore, fore_labels = grow_labels(
            legs, tolls, meet_s, MAX_LABELS, self._stopped, backwards=False, by_cost_alone=quick
        )
        aft_ended, aft, aft_labels = grow_labels(
            legs, tolls, legs.horizon_s - meet_s - 1, MAX_LABELS, self._stopped, backwards=True, by_cost_alone=quick
        )
        complete = bool(fore_ended and aft_ended) and not quick
        if complete:
            self._balance(int(fore.filled.sum()), int(aft.filled.sum()))
        best, front, back = join_labels(legs, -fee, tolls.cut_price, fore, fore_labels.key, aft, aft_labels.key)
        order = np.argsort(best, axis=None, kind="stable")
        order = order[best.ravel()[order] < -fee]
        routes = (
            visits_of(fore_labels, front.flat[leg])[::-1] + visits_of(aft_labels, back.flat[leg]) for leg in order
        )
        return Priced(
            complete=complete,
            least=int(best.flat[order[0]]) if len(order) else -fee,
            routes=tuple(dict.fromkeys(routes)),
        )

    def _balance(self, forwards: int, backwards: int) -> None:
        step_s = self._legs.horizon_s // 50
        if forwards > 1.3 * backwards:
            self._meet_s = max(self._meet_s - step_s, step_s)
        elif backwards > 1.3 * forwards:
            self._meet_s = min(self._meet_s + step_s, self._legs.horizon_s - step_s)
