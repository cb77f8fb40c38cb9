"""One search: a plan that is ruined and recreated again and again, cooling down."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from routing.engine import Sequences
from routing.engines.hybrid.anneal import anneal, construct, load
from routing.engines.hybrid.departures import sequence_cost
from routing.engines.hybrid.empty_plan import empty_plan
from routing.engines.hybrid.habits import Habits
from routing.engines.hybrid.instance import Instance
from routing.engines.hybrid.layout import (
    ABSENT,
    BEST,
    COST,
    FOUND,
    FOUND_HEAD,
    NEXT,
    STEPS,
    TOO_MUCH,
    TOTAL,
    Ints,
    State,
)
from routing.engines.hybrid.reheat import reheat

DEFAULT_HABITS: Final = Habits()
#: Within a region that is reheated, ruins take whole routes off so seldom, and none elsewhere.
_SMALL_WHOLE_SHARE: Final = 0.1


class Chain:
    """Simulated annealing over ruin and recreate. The same seed and calls give the same plans.

    Parameters
    ----------
    start : sequences to begin with; what does not fit is dropped, and every visit that fits is inserted.
    """

    def __init__(self, instance: Instance, seed: int, start: Sequences | None = None) -> None:
        self.instance = instance
        self._world = instance.world
        self._state = empty_plan(instance, seed)
        self._before: State | None = None
        self._unit = 1.0
        begun = {visit for car in instance.problem.vehicles for visit in car.prefix}
        for vehicle, car in enumerate(instance.problem.vehicles):
            given = () if start is None else start[vehicle]
            kept = tuple(visit for visit in given if visit not in begun)
            visits = np.array((*car.prefix, *kept), np.int32)
            if len(visits):
                load(self._world, self._state, vehicle, visits)
        construct(self._world, self._state)

    @property
    def best_cost(self) -> int:
        """Cost.total_s of the best plan."""
        return int(self._state.tally[BEST])

    @property
    def cost(self) -> int:
        """Cost.total_s of the present plan."""
        return int(self._state.tally[TOTAL])

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return int(self._state.tally[STEPS])

    @property
    def best(self) -> Sequences:
        """The best plan."""
        return _sequences(self.instance, self._state.best_next)

    @property
    def present(self) -> Sequences:
        """The present plan."""
        return _sequences(self.instance, self._state.node[:, NEXT])

    @property
    def route_costs(self) -> list[int]:
        """Cost of each vehicle's route in the present plan, penalties not included."""
        costs: list[int] = self._state.route[:, COST].tolist()
        return costs

    @property
    def mean_leg(self) -> float:
        """Cost of a leg of the present plan on average: the unit of temperatures."""
        state = self._state
        served = len(self.instance.problem.visits) - int(state.tally[ABSENT])
        used = int((state.route[:, 0] > 0).sum())
        return max(1.0, float(state.route[:, 2].sum()) / max(1, served + used))

    def run(self, steps: int, *, hot: float, cold: float, habits: Habits = DEFAULT_HABITS) -> None:
        """Take so many steps, without the GIL, while the temperature falls from hot to cold.

        Parameters
        ----------
        hot, cold : above 0, in units of cost; `mean_leg` is a good measure.
        """
        anneal(self._world, self._state, steps, hot, cold, habits)

    def reheat(self, steps: int, *, hot: float, cold: float, habits: Habits = DEFAULT_HABITS) -> None:
        """Take so many steps in one region of the plan after another, each judged when it has cooled down.

        Parameters
        ----------
        hot, cold : as of `run`, for judging regions.
        """
        if self._before is None:
            self._before, self._unit = empty_plan(self.instance, 0), self.mean_leg
        small = habits._replace(whole_share=_SMALL_WHOLE_SHARE, away=0.0)
        reheat(self._world, self._state, self._before, steps, hot, cold, self._unit, habits, small)

    @property
    def reheating(self) -> "Reheating":
        """The same chain as one that walks by reheating."""
        return Reheating(self)

    def route_cost(self, vehicle: int, visits: Sequence[int]) -> int | None:
        """Tell what a route costs that keeps all rules but perhaps those of time; None when it breaks one of these."""
        cost = sequence_cost(self._world, self._state, vehicle, np.array(visits, np.int32))
        return None if cost >= TOO_MUCH else int(cost)

    def take_routes(self) -> Iterator[tuple[int, tuple[int, ...], int]]:
        """Hand over the good routes found since the last call: vehicle class, visits, cost."""
        words = self._state.found[: int(self._state.tally[FOUND])].tolist()
        self._state.tally[FOUND] = 0
        at = 0
        while at < len(words):
            vehicle, count, cost = words[at : at + FOUND_HEAD]
            at += FOUND_HEAD
            yield self.instance.classes[vehicle], tuple(words[at : at + count]), cost
            at += count


class Reheating:
    """A chain that walks by reheating."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def run(self, steps: int, *, hot: float, cold: float) -> None:
        """Take so many steps."""
        self._chain.reheat(steps, hot=hot, cold=cold)


def _sequences(instance: Instance, following: Ints) -> Sequences:
    follow = following.tolist()
    visits = len(instance.problem.visits)
    routes = []
    for vehicle in range(len(instance.problem.vehicles)):
        route = []
        x = follow[visits + vehicle]
        while x < visits:
            route.append(x)
            x = follow[x]
        routes.append(tuple(route))
    return tuple(routes)
