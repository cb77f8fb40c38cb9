"""Rounds of the search: anneal, once or more; then again and again choose the best routes met and reheat the plan."""

from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from typing import Final

from routing.engine import Sequences
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.choosing import Chooser, Effort, in_background
from routing.engines.hybrid.crew import Cooling, Crew, IsOver, walk
from routing.engines.hybrid.instance import Instance
from routing.engines.hybrid.pace import Leg, Pace
from routing.engines.hybrid.packing import Packing
from routing.engines.hybrid.pool import Pool, PooledRoute

#: Temperatures in mean legs between which a round anneals, and those between which all rounds that reheat do.
_HOT: Final = 6.0
_COLD: Final = 0.05
_WARM: Final = 1.0
_MILD: Final = 0.1

#: As long as no more of the budget is used up, a round anneals a plan made anew.
_STARTS_SHARE: Final = 0.25
#: How much of the budget that is left annealing takes at most, and each round of reheating.
_ANNEALING_SHARE: Final = 0.45
_REHEATING_SHARE: Final = 0.4
#: Annealing takes so many steps per visit at most, each round of reheating half as many again.
_ROUND_STEPS: Final = 100
_GROWTH: Final = 1.5
#: A round is no shorter, so that the last ones are worth their trouble.
_LEAST_ROUND_S: Final = 0.15
_LEAST_ROUND_STEPS: Final = 500

#: The search is at rest after so many steps per visit without a better plan.
_REST_STEPS: Final = 20_000

#: How long choosing may take, in parts of the round before it, and at least.
_CHOICE_SHARE: Final = 0.25
_LEAST_CHOICE_S: Final = 0.02
#: Steps are worth so many units of OR-Tools' deterministic time where only steps count.
_UNITS_PER_STEP: Final = 1e-4
_LEAST_UNITS: Final = 0.1
_SEED_OF_THREAD: Final = 1_000_003

#: Told whenever it may be worth looking at the best plan: what it costs, and how to get it.
OnBetter = Callable[[int, Callable[[], Sequences]], None]


class _Reheating:
    """A chain that walks by reheating."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def run(self, steps: int, *, hot: float, cold: float) -> None:
        """Take so many steps."""
        self._chain.reheat(steps, hot=hot, cold=cold)


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
        self._reheats = 0
        self._annealing = True
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
        self._reheated_from = 0.0
        self.best, self.best_cost = first.best, first.best_cost

    def search(self, pace: Pace, on_better: OnBetter) -> None:
        """Go on until the budget is used up, somebody stops it, or it is at rest."""
        on_better(self.best_cost, lambda: self.best)
        while not pace.is_over() and not self._is_at_rest():
            cost, began_s = self.best_cost, pace.elapsed_s()
            steps = self._walk_all(pace, on_better)
            if not pace.is_over():
                self._choose(pace, steps, pace.elapsed_s() - began_s)
            on_better(self.best_cost, lambda: self.best)
            self._quiet_steps = 0 if self.best_cost < cost else self._quiet_steps + steps
            self._round += 1
            self._go_on_to_reheat(pace)

    def _is_at_rest(self) -> bool:
        return self._quiet_steps > _REST_STEPS * len(self._instance.problem.visits)

    def _walk_all(self, pace: Pace, on_better: OnBetter) -> int:
        """Let all chains walk a leg; return the steps of the slowest."""
        self._bring_up_to_date()
        first, legs = self._chains[0], [self._leg(pace) for _ in self._chains]
        cooling = self._cooling(pace)

        def is_over() -> bool:
            if first.best_cost < self.best_cost:
                on_better(first.best_cost, lambda: first.best)
            return pace.is_over()

        walks = [partial(self._walk, chain, leg, cooling) for chain, leg in zip(self._chains, legs, strict=True)]
        walked = self._crew.run(walks, is_over)
        for chain, (_, found) in zip(self._chains, walked, strict=True):
            self._pool.add(found)
            self._keep(chain)
        steps = min(steps for steps, _ in walked)
        pace.steps += steps
        return steps

    def _go_on_to_reheat(self, pace: Pace) -> None:
        """Reheat from now on, unless the plan that one more start may find is worth the time."""
        if not self._annealing:
            self._reheats += 1
        elif pace.share() * (self._round + 1) / self._round > _STARTS_SHARE:
            self._annealing = False
            self._reheated_from = pace.share()

    def _bring_up_to_date(self) -> None:
        """Have chains begin anew while that goes on; later those that know no plan as good as the best, from that."""
        start = self._start if self._annealing else self.best
        kept = [self._round == 0 or not (self._annealing or chain.best_cost > self.best_cost) for chain in self._chains]
        kept += [False] * (self._crew.threads - len(kept))
        seeds = [self._seed + self._round + _SEED_OF_THREAD * number for number in range(self._crew.threads)]
        self._chains = [
            self._chains[number] if kept[number] else Chain(self._instance, seed, start)
            for number, seed in enumerate(seeds)
        ]

    def _cooling(self, pace: Pace) -> Cooling:
        """Return the temperatures of a round: those that reheat share one cooling over all that is left for them."""
        unit = self._unit
        if self._annealing:
            return Cooling(hot=_HOT * unit, cold=_COLD * unit)
        begun = (pace.share() - self._reheated_from) / max(1e-9, 1.0 - self._reheated_from)
        whole = Cooling(hot=_WARM * unit, cold=_MILD * unit)
        return Cooling(hot=whole.at(begun), cold=whole.at(begun + (1.0 - begun) * _REHEATING_SHARE))

    def _walk(self, chain: Chain, leg: Leg, cooling: Cooling, is_over: IsOver) -> tuple[int, list[PooledRoute]]:
        """Walk a leg; return its steps and the routes met, which the chain has no room to keep for long."""
        found: list[PooledRoute] = []

        def take() -> None:
            found.extend(PooledRoute(*route) for route in chain.take_routes())

        return walk(chain if self._annealing else _Reheating(chain), leg, cooling, is_over, take), found

    def _leg(self, pace: Pace) -> Leg:
        share = _ANNEALING_SHARE if self._annealing else _REHEATING_SHARE
        visits = len(self._instance.problem.visits)
        most = max(_LEAST_ROUND_STEPS, int(_ROUND_STEPS * visits * _GROWTH**self._reheats))
        left_s, left_steps = pace.left_s(), pace.left_steps()
        seconds = left_s if left_s * share < _LEAST_ROUND_S else left_s * share
        return Leg(seconds, int(min(most, left_steps, max(_LEAST_ROUND_STEPS, left_steps * share))))

    def _choose(self, pace: Pace, steps: int, round_s: float) -> None:
        """Look for a better plan among the routes of the pool."""
        seconds = min(pace.left_s(), max(_LEAST_CHOICE_S, round_s * _CHOICE_SHARE)) if pace.timed else None
        effort = Effort(seconds=seconds, units=max(_LEAST_UNITS, steps * _UNITS_PER_STEP * _CHOICE_SHARE))
        packing = Packing(list(self._pool), self._instance.world.prize, self._vehicles, self._least)
        plan = self._routes()
        seed = 1 + self._seed % 1_000
        chosen = in_background(lambda: self._chooser.better(packing, plan, effort, seed), pace.is_over)
        if chosen is not None:
            self._keep(Chain(self._instance, self._seed, self._driven(chosen)))

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
