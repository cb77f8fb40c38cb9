"""Closing the gap over a list of routes which holds every plan better than the known one."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.engines.bound.arrays import Ints
from routing.engines.bound.cuts import Cut, violated_cuts
from routing.engines.bound.master import TOLERANCE, Column, Master, Prices
from routing.engines.bound.pricing import SCALE
from routing.engines.bound.setting import Setting
from routing.engines.bound.watch import Watch

#: Columns that enter the master at a time, and cuts.
COLUMNS_AT_A_TIME: Final = 300
CUTS_AT_A_TIME: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RouteList:
    """Routes as arrays: which visits each serves, bool (routes, n), its class and its cost, int64 (routes,)."""

    columns: tuple[Column, ...]
    serves: NDArray[np.bool_]
    group: Ints
    cost: Ints

    @staticmethod
    def of(columns: list[Column], size: int) -> "RouteList":
        """List columns in which no visit comes twice."""
        serves = np.zeros((len(columns), size), np.bool_)
        for row, column in enumerate(columns):
            serves[row, list(column.visits)] = True
        return RouteList(
            columns=tuple(columns),
            serves=serves,
            group=np.array([column.group for column in columns], np.int64),
            cost=np.array([column.cost for column in columns], np.int64),
        )

    def part(self, kept: NDArray[np.bool_]) -> "RouteList":
        """Keep some."""
        return replace(
            self,
            columns=tuple(self.columns[row] for row in np.flatnonzero(kept)),
            serves=self.serves[kept],
            group=self.group[kept],
            cost=self.cost[kept],
        )


class Closing:
    """Cuts over listed routes, of which those are crossed out that no better plan can have.

    Attributes
    ----------
    best : the bound in parts of a second, see SCALE; `target`, the cost of the known plan, at most: that no better plan
        is made of the routes says nothing of worse ones. routes : those that are left.
    whole : the columns of the last choice, where it takes all of each: a plan.
    """

    def __init__(self, setting: Setting, routes: RouteList, target: int, watch: Watch) -> None:
        self.routes = routes
        self.best = 0
        self.count = 0
        self.whole: list[Column] | None = None
        self.master = Master(setting.penalty, setting.vehicles)
        self._setting = setting
        self.target = target
        self._watch = watch

    def run(self) -> None:
        """Go on until no route is left, no cut is found, or it is stopped."""
        size = len(self._setting.penalty)
        while len(self.routes.columns) and self.best < self.target and not self._watch.over:
            self.count += 1
            if self._price(self.master.solve()):
                continue
            if self.master.forbid_repeats():
                continue
            chosen = self.master.amounts
            routes, weights = [column.visits for column, _ in chosen], [amount for _, amount in chosen]
            found = violated_cuts(routes, weights, size, CUTS_AT_A_TIME)
            everywhere = frozenset(range(size))
            cuts = [Cut(visits=cut.visits, memory=everywhere) for _, cut in found]
            self.whole = None if any(weight < 1 - TOLERANCE for weight in weights) else [one for one, _ in chosen]
            if self.whole is not None or not cuts:
                return
            self.master.add_cuts(cuts)
        if not len(self.routes.columns):
            self.best = self.target

    def _price(self, prices: Prices) -> int:
        """Price the list, cross out what is too dear, and return how many columns came."""
        prize = np.minimum(np.rint(prices.prize * SCALE).astype(np.int64), np.array(self._setting.penalty) * SCALE)
        cut_price = np.rint(prices.cut * SCALE).astype(np.int64)
        routes = self.routes
        reduced = routes.cost * SCALE - routes.serves @ prize
        for cut, price in zip(self.master.cuts, cut_price, strict=True):
            if price:
                reduced += price * (routes.serves[:, list(cut.visits)].sum(axis=1) >= 2)
        least = np.array(
            [min(0, reduced[routes.group == group].min(initial=0)) for group in range(len(self._setting.vehicles))]
        )
        worth = int(prize.sum() - cut_price.sum() + least @ np.array(self._setting.vehicles))
        self.best = max(self.best, min(worth, self.target))
        wanted = reduced / SCALE + prices.fee[routes.group] < -1e-4
        order = np.flatnonzero(wanted)[np.argsort(reduced[wanted], kind="stable")][:COLUMNS_AT_A_TIME]
        added = self.master.add(routes.columns[row] for row in order)
        # A better plan costs a second less at least.
        self.routes = routes.part(reduced - least[routes.group] <= self.target - SCALE - worth)
        return added
