"""Column generation round by round: prices from the master, routes from the pricers, a bound from both."""

import math
from collections.abc import Iterable
from typing import Final

import numpy as np

from routing.engine import Sequences
from routing.engines.bound.arrays import Tolls
from routing.engines.bound.closing import Closing, RouteList
from routing.engines.bound.cuts import MAX_CUTS, violated_cuts
from routing.engines.bound.labels import COST_ALONE, EXACT
from routing.engines.bound.master import TOLERANCE, Column, Master, Prices, UnsolvedError
from routing.engines.bound.near import Neighbourhoods
from routing.engines.bound.pricing import SCALE, Pricer
from routing.engines.bound.primal import cheapest_choice, proven_choice
from routing.engines.bound.seeding import seeded
from routing.engines.bound.setting import Setting
from routing.engines.bound.tolls import tolls_of
from routing.engines.bound.watch import Watch

#: How many routes of one class may enter the master in one round.
ROUTES_PER_ROUND: Final = 40
#: Share of the best prices so far in those that routes are sought for (Wentges 1997).
SMOOTHING: Final = 0.6
#: So few new routes show that a less careful pricing has found what it can.
FEW: Final = 4
#: With more columns, GLOP takes longer than pricing: half of them are kept.
MOST_COLUMNS: Final = 6_000
#: Cuts that may be added at a time.
CUTS_PER_ROUND: Final = 20
#: Routes are listed where the gap is at most this part of the cost, and up to so many.
LISTED_GAP: Final = 0.02
MOST_LISTED: Final = 400_000
#: How long choosing a plan among the routes may take each time.
CHOOSING_S: Final = 2.0


class Rounds:
    """The search for a bound.

    Attributes
    ----------
    plan, plan_s : the cheapest plan known, and its cost. count : masters solved.
    """

    def __init__(self, setting: Setting, plan: Sequences, plan_s: int, watch: Watch) -> None:
        self.plan, self.plan_s = plan, plan_s
        self.count = 0
        self._setting = setting
        self._watch = watch
        self._master = Master(setting.penalty, setting.vehicles)
        self._near = Neighbourhoods((graph.legs for graph in setting.graphs), len(setting.penalty))
        self._pricers = [Pricer(graph.legs, watch.flag) for graph in setting.graphs]
        self._best = 0
        self._best_prices: Prices | None = None
        self._best_pricing: tuple[Tolls, list[int], int] | None = None
        self._listed_gap = math.inf
        self._master.add([*setting.columns_of(plan), *setting.alone(), *seeded(setting, plan, watch)])
        self._take([])

    @property
    def value_s(self) -> int:
        """Best bound so far: rounded up, since every plan costs whole seconds."""
        return self._setting.lost_s - (-self._best // SCALE)

    def run(self) -> str:
        """Search until closed, stopped or out of ideas; return which."""
        try:
            return self._run()
        except UnsolvedError:
            return "exhausted"

    def _run(self) -> str:
        while True:
            complete = self._converge()
            if not self._closed() and not self._watch.over:
                self._better_plan()
            if self._closed():
                return "closed"
            if self._watch.over:
                return "time" if self._watch.left_s == 0 else "stopped"
            if complete and self._list_routes():
                return "closed" if self._closed() else "exhausted"
            if not complete or not self._strengthen():
                return "exhausted"

    def _closed(self) -> bool:
        return self.value_s >= self.plan_s

    def _converge(self) -> bool:
        """Add routes until none is missing; return False when that did not come to an end."""
        smoothing, care = SMOOTHING, COST_ALONE
        while not self._watch.over:
            self.count += 1
            prices = self._master.solve()
            if len(self._master.columns) > MOST_COLUMNS:
                self._master.thin(MOST_COLUMNS // 2)
            if self._best >= (self._master.value - 1e-3) * SCALE or self._closed():
                return True
            added, complete = self._price(prices, self._smoothed(prices, smoothing), care=care)
            if added > (FEW if care < EXACT else 0):
                continue
            if care < EXACT:
                care = EXACT if not self._master.cuts else care + 1
                if care == EXACT and self._best == 0:
                    self._better_plan()  # there may be no time for another one
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

    def _price(self, prices: Prices, sought: Prices, *, care: int) -> tuple[int, bool]:
        """Price all classes; return how many columns came and whether the pricing was exact throughout."""
        tolls = tolls_of(sought, self._master.cuts, self._near, self._setting.penalty)
        fees = np.rint(sought.fee * SCALE).astype(np.int64)
        worth = int(tolls.prize.sum()) - int(tolls.cut_price.sum())
        complete, found, least = True, [], []
        for group, pricer in enumerate(self._pricers):
            priced = pricer.price(tolls, int(fees[group]), care=care)
            complete &= priced.complete
            least.append(min(priced.least, 0))
            worth += self._setting.vehicles[group] * least[group]
            columns = (self._setting.column(group, visits) for visits in priced.routes[: 4 * ROUTES_PER_ROUND])
            worthy = [column for column in columns if prices.reduced_cost(column, self._master.cuts) < -1e-4]
            found.extend(worthy[:ROUTES_PER_ROUND])
        if complete and worth > self._best:
            self._best, self._best_prices, self._best_pricing = worth, sought, (tolls, least, worth)
        return self._master.add(found), complete

    def _better_plan(self) -> None:
        """Make a plan of the columns: of those in the choice when it is whole, else of the best that go together."""
        setting, amounts = self._setting, self._master.amounts
        columns: list[Column] | None = [column for column, _ in amounts]
        if any(amount < 1 - TOLERANCE for _, amount in amounts):
            columns = cheapest_choice(
                self._master.columns,
                setting.columns_of(self.plan),
                setting.penalty,
                setting.vehicles,
                CHOOSING_S,
                self._watch,
            )
        if columns is not None and _serve_once(columns):
            self._take(columns)

    def _list_routes(self) -> bool:
        """Close the gap by listing all routes of better plans, where it is small; return whether that settled it."""
        target = (self.plan_s - self._setting.lost_s) * SCALE
        gap = target - self._best
        if self._best_pricing is None or gap > LISTED_GAP * target or gap > 0.7 * self._listed_gap:
            return False
        self._listed_gap = gap
        tolls, least, worth = self._best_pricing
        columns: list[Column] = []
        for group, pricer in enumerate(self._pricers):
            routes = pricer.routes_within(tolls, least[group] + target - worth - SCALE, MOST_LISTED - len(columns))
            if routes is None:
                return False
            columns.extend(self._setting.column(group, visits) for visits in routes)
        closing = Closing(self._setting, RouteList.of(columns, len(self._setting.penalty)), target, self._watch)
        self._close(closing)
        self.count += closing.count
        return self._closed() or self._watch.over or self._choose(closing)

    def _close(self, closing: Closing) -> None:
        """Raise the bound over the listed routes, and lower the plan, as long as either helps the other."""
        setting, plan_s = self._setting, math.inf
        while self.plan_s < plan_s and not self._closed() and not self._watch.over:
            plan_s = self.plan_s
            closing.target = (plan_s - setting.lost_s) * SCALE
            closing.run()
            self._best = max(self._best, closing.best)
            whole = closing.whole or cheapest_choice(
                closing.routes.columns,
                setting.columns_of(self.plan),
                setting.penalty,
                setting.vehicles,
                CHOOSING_S,
                self._watch,
            )
            if whole is not None:
                self._take(whole)

    def _choose(self, closing: Closing) -> bool:
        """Choose among the routes that are left; return whether that came to its end."""
        setting = self._setting
        target = (self.plan_s - setting.lost_s) * SCALE
        chosen, bound_s = proven_choice(
            closing.routes.columns, setting.columns_of(self.plan), setting.penalty, setting.vehicles, self._watch
        )
        if chosen is None or bound_s is None:
            return False
        self._take(chosen)
        self._best = max(self._best, min(target, math.ceil(bound_s - TOLERANCE) * SCALE))
        return True

    def _take(self, columns: list[Column]) -> None:
        """Take the plan of these columns if it is cheaper by the clock."""
        plan = self._setting.sequences_of(columns)
        plan_s = self._setting.cost_s(plan)
        if plan_s is not None and plan_s < self.plan_s:
            self.plan, self.plan_s = plan, plan_s

    def _strengthen(self) -> bool:
        """Make the relaxation tighter where the choice at hand breaks a rule of real plans."""
        chosen = self._master.amounts
        if self._master.forbid_repeats():
            return True
        if self._near.forbid([column.visits for column, _ in chosen]):
            self._master.keep([c for c in self._master.columns if self._near.allow(c.visits)], self._master.cuts)
            return True
        prices = self._master.solve()
        kept = [cut for cut, price in zip(self._master.cuts, prices.cut, strict=True) if price > 1e-6]
        routes, weights = [column.visits for column, _ in chosen], [amount for _, amount in chosen]
        room = min(CUTS_PER_ROUND, MAX_CUTS - len(kept))
        new = [cut for _, cut in violated_cuts(routes, weights, len(self._setting.penalty), room)]
        if not new:
            return False
        self._master.keep(self._master.columns, kept)
        self._master.add_cuts(new)
        self._best_prices = None
        return True


def _serve_once(columns: Iterable[Column]) -> bool:
    visits = [visit for column in columns for visit in column.visits]
    return len(visits) == len(set(visits))
