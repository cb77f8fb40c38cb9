"""Rounds of the search: walk a leg, choose among the best routes met, and go on from what they promise."""

import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from functools import partial
from math import inf
from typing import Final

import numpy as np

from routing.engine import Sequences
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.choosing import Chooser, Effort, Prospect, in_background
from routing.engines.hybrid.crew import Cooling, Crew, IsOver, Walker, walk
from routing.engines.hybrid.instance import Instance
from routing.engines.hybrid.legs import Kind, Legs
from routing.engines.hybrid.mixing import mixed_plan
from routing.engines.hybrid.pace import Leg, Pace
from routing.engines.hybrid.packing import Packing
from routing.engines.hybrid.pool import Pool, PooledRoute

#: The search is at rest after so many steps per visit without a better plan.
_REST_STEPS: Final = 20_000

#: How long choosing may take, in parts of the round before it, and at least.
_CHOICE_SHARE: Final = 0.5
_LEAST_CHOICE_S: Final = 0.02
#: Steps are worth so many units of OR-Tools' deterministic time where only steps count.
_UNITS_PER_STEP: Final = 1e-4
_LEAST_UNITS: Final = 0.1
_SEED_OF_THREAD: Final = 1_000_003
#: How fast a chain walks is measured over so many steps, after some that are slow: nothing is in the caches yet.
_FIRST_STEPS: Final = 50
_TRIAL_STEPS: Final = 100
_TRIALS: Final = 3
#: No further trial once so much of the budget is used up.
_TRIALS_SHARE: Final = 0.2
#: Of the routes that a leg came across, so many are kept: the last, which are the best.
_ROUTES_OF_LEG: Final = 1_000

#: Told whenever it may be worth looking at the best plan: what it costs, and how to get it.
OnBetter = Callable[[int, Callable[[], Sequences]], None]


class Rounds:
    """Searches one problem with a crew of chains that share a pool.

    Parameters
    ----------
    start : sequences to begin with, repaired where they cannot be driven.

    Attributes
    ----------
    best, best_cost : the best plan so far; a first one is there from the beginning.
    """

    def __init__(self, instance: Instance, crew: Crew, *, seed: int, start: Sequences | None) -> None:
        self._instance = instance
        self._crew = crew
        self._seed = seed
        self._pool = Pool()
        self._chooser = Chooser(len(instance.problem.visits))
        self._start = start
        self._round = 0
        self._prospect: Prospect | None = None
        self._reheated: list[Chain] = []
        self._quiet_steps = 0
        sizes = Counter(instance.classes)
        frozen = Counter(
            number for number, car in zip(instance.classes, instance.problem.vehicles, strict=True) if car.prefix
        )
        self._vehicles = [sizes[number] for number in range(len(sizes))]
        self._least = [frozen[number] for number in range(len(sizes))]
        first = Chain(instance, seed, start)
        self._chains = [first]
        self._unit = first.mean_leg
        self.best, self.best_cost = first.best, first.best_cost

    def search(self, pace: Pace, on_better: OnBetter) -> None:
        """Go on until the budget is used up, somebody stops it, or it is at rest."""
        on_better(self.best_cost, lambda: self.best)
        if pace.is_over():
            return
        rate = self._steps_per_s(pace) if pace.timed else inf
        visits = self._instance.problem.visits
        legs = Legs(
            pace,
            visits=len(visits),
            are_mandatory=all(visit.mandatory for visit in visits),
            threads=self._crew.threads,
            unit=self._unit,
            steps_per_s=rate,
        )
        while not pace.is_over() and not self._is_at_rest():
            cost, began_s = self.best_cost, pace.elapsed_s()
            steps = self._walk_all(legs, pace, on_better)
            is_better = self.best_cost < cost
            legs.count_start()
            if legs.are_begun and not pace.is_over():
                self._choose(pace, steps, pace.elapsed_s() - began_s)
                legs.go_on(can_mix=self._prospect is not None, is_better=is_better)
            on_better(self.best_cost, lambda: self.best)
            self._quiet_steps = 0 if self.best_cost < cost else self._quiet_steps + steps
            self._round += 1

    def _steps_per_s(self, pace: Pace) -> float:
        """Measure how fast the first chain walks: the best of a few trials, as the others may have had to wait.

        Where steps are slow and there is little time, it is left to the first.
        """
        rates = [self._trial(_FIRST_STEPS)]
        for _ in range(_TRIALS):
            if pace.share() > _TRIALS_SHARE or pace.is_over():
                break
            rates.append(self._trial(_TRIAL_STEPS))
        return max(rates)

    def _trial(self, steps: int) -> float:
        """Walk so many steps; return how many that is in a second."""
        began_s = time.monotonic()
        self._chains[0].run(steps, hot=self._unit, cold=self._unit)
        return steps / max(1e-6, time.monotonic() - began_s)

    def _is_at_rest(self) -> bool:
        return self._quiet_steps > _REST_STEPS * len(self._instance.problem.visits)

    def _walk_all(self, legs: Legs, pace: Pace, on_better: OnBetter) -> int:
        """Let all chains walk a leg; return the steps of the slowest."""
        self._set_off(legs.kind)
        first, cooling = self._chains[0], legs.cooling()

        def is_over() -> bool:
            if first.best_cost < self.best_cost:
                on_better(first.best_cost, lambda: first.best)
            return pace.is_over()

        walkers = [chain.reheating if legs.kind is Kind.REHEAT else chain for chain in self._chains]
        walks = [
            partial(_walk, chain, walker, legs.leg(), cooling)
            for chain, walker in zip(self._chains, walkers, strict=True)
        ]
        walked = self._crew.run(walks, is_over)
        for chain, (_, found) in zip(self._chains, walked, strict=True):
            self._pool.add(found)
            self._keep(chain)
        steps = min(steps for steps, _ in walked)
        pace.steps += steps
        return steps

    def _set_off(self, kind: Kind) -> None:
        """Put the chains where a leg of this kind begins."""
        if self._round == 0:
            known = self._chains
        elif kind is Kind.REHEAT:
            known = [chain for chain in self._reheated if chain.best_cost == self.best_cost]
        else:
            known = []
        self._chains = list(known)
        for number in range(len(known), self._crew.threads):
            seed = self._seed + self._round + _SEED_OF_THREAD * number
            self._chains.append(Chain(self._instance, seed, self._begin_with(kind, seed)))
        if kind is Kind.REHEAT:
            self._reheated = self._chains

    def _begin_with(self, kind: Kind, seed: int) -> Sequences | None:
        if kind is Kind.START:
            return self._start
        if kind is Kind.MIX and self._prospect is not None:
            chance = np.random.default_rng(seed)
            return self._driven(mixed_plan(self._prospect.routes, self._prospect.share, self._vehicles, chance))
        return self.best

    def _choose(self, pace: Pace, steps: int, round_s: float) -> None:
        """Look for a better plan among the routes of the pool, and for what could be mixed from them."""
        seconds = min(pace.left_s(), max(_LEAST_CHOICE_S, round_s * _CHOICE_SHARE)) if pace.timed else None
        effort = Effort(seconds=seconds, units=max(_LEAST_UNITS, steps * _UNITS_PER_STEP * _CHOICE_SHARE))
        packing = Packing(list(self._pool), self._instance.world.prize, self._vehicles, self._least)
        plan = self._routes()
        seed = 1 + self._seed % 1_000
        self._prospect = in_background(lambda: self._chooser.better(packing, plan, effort, seed), pace.is_over)
        if self._prospect is None:
            return
        self._pool.add(self._prospect.taken())
        if self._prospect.choice is not None:
            self._keep(Chain(self._instance, self._seed, self._driven(self._prospect.choice)))

    def _keep(self, chain: Chain) -> None:
        if chain.best_cost < self.best_cost:
            self.best, self.best_cost = chain.best, chain.best_cost

    def _routes(self) -> list[PooledRoute]:
        """Return the routes of the best plan."""
        return [self._priced(vehicle, visits) for vehicle, visits in enumerate(self.best) if visits]

    def _priced(self, vehicle: int, visits: tuple[int, ...]) -> PooledRoute:
        cost = self._chains[0].route_cost(vehicle, visits)
        if cost is None:
            msg = "A chain's plan can be driven."
            raise ValueError(msg)
        return PooledRoute(self._instance.classes[vehicle], visits, cost)

    def _driven(self, chosen: list[PooledRoute]) -> Sequences:
        """Give the routes to vehicles of their classes."""
        by_class: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        for route in chosen:
            by_class[route.vehicle_class].append(route.visits)
        return tuple(by_class[number].pop() if by_class[number] else () for number in self._instance.classes)


def _walk(chain: Chain, walker: Walker, leg: Leg, cooling: Cooling, is_over: IsOver) -> tuple[int, list[PooledRoute]]:
    """Walk a leg; return its steps and the last routes met."""
    found: deque[PooledRoute] = deque(maxlen=_ROUTES_OF_LEG)

    def take() -> None:
        found.extend(PooledRoute(*route) for route in chain.take_routes())

    return walk(walker, leg, cooling, is_over, take), list(found)
