"""Column generation round by round: prices from the master, routes from the pricers, a bound from both."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.cost import left_out_s
from routing.engine import Sequences
from routing.engines.bound.arrays import Legs, Tolls
from routing.engines.bound.cuts import MAX_CUTS, violated_cuts
from routing.engines.bound.graph import class_graphs
from routing.engines.bound.master import Column, Master, Prices
from routing.engines.bound.near import Neighbourhoods
from routing.engines.bound.pricing import SCALE, Pricer
from routing.engines.bound.watch import Watch
from routing.problem import Problem

#: How many routes of one class may enter the master in one round.
ROUTES_PER_ROUND: Final = 40
#: Share of the best prices so far in those that routes are sought for (Wentges 1997).
SMOOTHING: Final = 0.6


class Rounds:
    """The search for a bound.

    Attributes
    ----------
    value_s : the best bound so far. count : masters solved.
    """

    def __init__(self, problem: Problem, incumbent: Sequences, incumbent_s: int, watch: Watch) -> None:
        self._watch = watch
        self._graphs = class_graphs(problem)
        size = len(problem.visits)
        able = np.zeros(size, bool)
        for graph in self._graphs:
            able |= graph.legs.latest_s >= 0
        penalty = [left_out_s(visit) for visit in problem.visits]
        self._lost_s = sum(penalty[visit] for visit in range(size) if not able[visit])
        self._target_s = incumbent_s - self._lost_s
        # A plan that leaves out what costs more than the incumbent is no better than it, so more is never needed;
        # prices of sane size make better programmes.
        most = 4 * self._target_s + 1
        self._penalty = [min(cost, most) if able[visit] else 0 for visit, cost in enumerate(penalty)]
        self._counts = [len(graph.vehicles) for graph in self._graphs]
        self._master = Master(self._penalty, self._counts)
        self._near = Neighbourhoods((graph.legs for graph in self._graphs), size)
        self._pricers = [Pricer(graph.legs, watch.flag) for graph in self._graphs]
        self._best = 0
        self._best_prices: Prices | None = None
        self.count = 0
        self._start(incumbent)

    @property
    def value_s(self) -> int:
        """Round up: every plan costs whole seconds."""
        return self._lost_s + -(-self._best // SCALE)

    def run(self) -> str:
        """Search until closed, stopped or out of ideas; return which."""
        while True:
            if not self._converge():
                return self._ending()
            if self._closed():
                return "closed"
            if not self._strengthen():
                return "exhausted"

    def _closed(self) -> bool:
        return -(-self._best // SCALE) >= self._target_s

    def _ending(self) -> str:
        if self._closed():
            return "closed"
        if not self._watch.over:
            return "exhausted"
        return "time" if self._watch.left_s == 0 else "stopped"

    def _start(self, incumbent: Sequences) -> None:
        group_of = {vehicle: group for group, graph in enumerate(self._graphs) for vehicle in graph.vehicles}
        for vehicle, visits in enumerate(incumbent):
            if visits:
                self._master.add([self._column(group_of[vehicle], visits)])
        for group, graph in enumerate(self._graphs):
            self._master.add(self._column(group, (int(visit),)) for visit in np.flatnonzero(_alone(graph.legs)))

    def _column(self, group: int, visits: tuple[int, ...]) -> Column:
        return Column(group=group, visits=visits, cost=self._graphs[group].route_cost(visits))

    def _converge(self) -> bool:
        """Add routes until none is missing; return False when that did not come to an end."""
        smoothing = SMOOTHING
        quick = True
        while not self._watch.over:
            self.count += 1
            prices = self._master.solve()
            if self._best >= (self._master.value - 1e-3) * SCALE or self._closed():
                return True
            sought = self._smoothed(prices, smoothing)
            added, complete = self._price(prices, sought, quick=quick)
            if added:
                continue
            if quick:
                quick = False
            elif not complete:
                return False
            elif smoothing == 0.0:
                return True
            else:
                smoothing = 0.0
        return False

    def _smoothed(self, prices: Prices, smoothing: float) -> Prices:
        best = self._best_prices
        if best is None or smoothing == 0.0 or len(best.cut) != len(prices.cut):
            return prices
        return Prices(
            prize=smoothing * best.prize + (1 - smoothing) * prices.prize,
            fee=smoothing * best.fee + (1 - smoothing) * prices.fee,
            cut=smoothing * best.cut + (1 - smoothing) * prices.cut,
        )

    def _price(self, prices: Prices, sought: Prices, *, quick: bool) -> tuple[int, bool]:
        """Price all classes; return how many columns came and whether the pricing was exact throughout."""
        tolls = self._tolls(sought)
        fees = np.rint(sought.fee * SCALE).astype(np.int64)
        worth = int(tolls.prize.sum()) - int(tolls.cut_price.sum())
        complete, found = True, []
        for group, pricer in enumerate(self._pricers):
            priced = pricer.price(tolls, int(fees[group]), quick=quick)
            complete &= priced.complete
            worth += self._counts[group] * min(priced.least, 0)
            columns = (self._column(group, visits) for visits in priced.routes[: 4 * ROUTES_PER_ROUND])
            worthy = [column for column in columns if prices.reduced_cost(column, self._master.cuts) < -1e-4]
            found.extend(worthy[:ROUTES_PER_ROUND])
        if complete and worth > self._best:
            self._best, self._best_prices = worth, sought
        return self._master.add(found), complete

    def _tolls(self, prices: Prices) -> Tolls:
        """Prices in whole parts of a second; so few that none of them is above its penalty."""
        size = len(self._penalty)
        near_low, near_high = self._near.bits()
        cut_in, cut_near = np.zeros(size, np.uint64), np.zeros(size, np.uint64)
        cut_price = np.zeros(MAX_CUTS, np.int64)
        for bit, (cut, price) in enumerate(zip(self._master.cuts, prices.cut, strict=True)):
            cut_price[bit] = round(price * SCALE)
            if cut_price[bit]:
                cut_in[list(cut.visits)] |= np.uint64(1 << bit)
                cut_near[list(cut.memory)] |= np.uint64(1 << bit)
        most = np.array(self._penalty, np.int64) * SCALE
        return Tolls(
            prize=np.minimum(np.rint(prices.prize * SCALE).astype(np.int64), most),
            near_low=near_low,
            near_high=near_high,
            cut_in=cut_in,
            cut_near=cut_near,
            cut_price=cut_price,
        )

    def _strengthen(self) -> bool:
        """Make the relaxation tighter where the choice at hand breaks a rule of real plans."""
        chosen = self._master.amounts()
        if self._master.forbid_repeats():
            return True
        if self._near.forbid([column.visits for column, _ in chosen]):
            self._master.keep([c for c in self._master.columns if self._near.allow(c.visits)], self._master.cuts)
            return True
        prices = self._master.solve()
        kept = [cut for cut, price in zip(self._master.cuts, prices.cut, strict=True) if price > 1e-6]
        routes, weights = [column.visits for column, _ in chosen], [amount for _, amount in chosen]
        new = [cut for _, cut in violated_cuts(routes, weights, len(self._penalty), min(20, MAX_CUTS - len(kept)))]
        if not new:
            return False
        self._master.keep(self._master.columns, kept)
        self._master.add_cuts(new)
        self._best_prices = None
        return True


def _alone(legs: Legs) -> NDArray[np.bool_]:
    """Which visits can make a route of their own."""
    return (legs.first_s >= 0) & (legs.home_s >= 0) & (legs.first_s <= legs.last_s)
