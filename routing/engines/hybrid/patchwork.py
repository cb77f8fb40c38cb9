"""Large problems: districts are planned apart, then one territory after the other is planned again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import inf
from typing import Final

import numpy as np

from routing.cost import left_out, left_out_s
from routing.engine import Budget, Sequences
from routing.engines.hybrid.crew import Crew, IsOver
from routing.engines.hybrid.excerpt import Excerpt
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.pace import Pace
from routing.engines.hybrid.rounds import REFINING, SEARCHING, OnBetter, Rounds, Tuning
from routing.engines.hybrid.territory import Part, Surroundings, districts, territory
from routing.problem import Problem
from routing.schedule import frozen, route_cost_s

#: From so many visits on, a problem is cut.
LARGE: Final = 4_000
_DISTRICT_VISITS: Final = 600
_TERRITORY_VISITS: Final = 400
#: How much of the budget goes to the districts; a first plan of each comes before.
_DISTRICTS_SHARE: Final = 0.4
#: How many times each visit should be in a territory.
_SWEEPS: Final = 4
#: Temperatures that territories begin with, in mean legs: the first and the last.
_HOT: Final = 4.0
_MILD: Final = 0.5
#: A territory is searched for no less.
_LEAST_S: Final = 0.3
_SEEDS_BETWEEN_TURNS: Final = 7_919


class Patchwork:
    """Searches a problem that is too large to be searched at once.

    Travel is copied for the part that is being searched alone.
    """

    def __init__(self, problem: Problem, crew: Crew, *, seed: int, start: Sequences | None) -> None:
        self._problem = problem
        self._crew = crew
        self._seed = seed
        self._alone = Crew(1)
        self._chance = np.random.default_rng(seed)
        self._surroundings = Surroundings(problem)
        self._looked_at = np.zeros(len(problem.visits), dtype=np.int64)
        self._turn = 0
        self._begun_with_plan = start is not None
        self._routes: list[tuple[int, ...]] = list(start or frozen(problem))
        self._costs = {vehicle: _known_cost(problem, vehicle, visits) for vehicle, visits in enumerate(self._routes)}

    def search(self, pace: Pace, on_better: OnBetter) -> None:
        """Go on until the budget is used up or somebody stops it."""
        if not self._begun_with_plan:
            self._plan_districts(pace, on_better)
        while not pace.is_over():
            parts = [Excerpt(self._problem, *part) for part in self._territories()]
            legs = max(
                1.0,
                (_SWEEPS - float(self._looked_at.mean())) * len(self._problem.visits) / _TERRITORY_VISITS / len(parts),
            )
            budget = _part_of(pace, 1 / legs, len(parts))
            self._search_parts(pace, parts, [self._begun(part, self._refining(pace)) for part in parts], budget)
            on_better(self.best_cost, lambda: self.best)

    @property
    def best(self) -> Sequences:
        """The best plan so far."""
        return tuple(self._routes)

    @property
    def best_cost(self) -> int:
        """Cost.total_s of the best plan."""
        missing = left_out(self._problem, self.best)
        return sum(self._costs.values()) + sum(left_out_s(self._problem.visits[visit]) for visit in missing)

    def _plan_districts(self, pace: Pace, on_better: OnBetter) -> None:
        parts = [Excerpt(self._problem, *part) for part in districts(self._problem, _DISTRICT_VISITS)]
        begun = []
        for part in parts:
            begun.append(self._begun(part, SEARCHING))
            self._take_over(part, begun[-1].best)
            if pace.is_over():
                return
        on_better(self.best_cost, lambda: self.best)
        threads = self._crew.threads
        until = pace.share() + _DISTRICTS_SHARE * (1 - pace.share())
        for first in range(0, len(parts), threads):
            some = slice(first, first + threads)
            share = (until - pace.share()) / (1 - pace.share()) * threads / (len(parts) - first)
            self._search_parts(pace, parts[some], begun[some], _part_of(pace, share, threads))
            on_better(self.best_cost, lambda: self.best)
            if pace.is_over():
                return

    def _search_parts(self, pace: Pace, parts: Sequence[Excerpt], begun: Sequence[Rounds], budget: Budget) -> None:
        """Search parts that share nothing side by side."""

        def search(rounds: Rounds, is_over: IsOver) -> int:
            part_pace = Pace(budget, is_over)
            rounds.search(part_pace, _tell_nobody)
            return part_pace.steps

        pace.steps += sum(self._crew.run([partial(search, rounds) for rounds in begun], pace.is_over))
        for part, rounds in zip(parts, begun, strict=True):
            self._take_over(part, rounds.best)

    def _refining(self, pace: Pace) -> Tuning:
        """Begin territories hot, where much may still change, and ever cooler from one to the next."""
        return replace(REFINING, hot=_HOT * (_MILD / _HOT) ** pace.share())

    def _begun(self, part: Excerpt, tuning: Tuning) -> Rounds:
        self._turn += 1
        seed = self._seed + _SEEDS_BETWEEN_TURNS * self._turn
        start = None if tuning is SEARCHING else part.inner(self.best)
        return Rounds(build(part.problem), self._alone, seed=seed, start=start, tuning=tuning)

    def _territories(self) -> list[Part]:
        """Choose a territory for each thread, around the visits that were looked at least recently."""
        free = left_out(self._problem, self.best)
        parts: list[Part] = []
        taken: set[int] = set()
        given: set[int] = set()
        for _ in range(self._crew.threads):
            waiting = self._looked_at + self._chance.random(len(self._looked_at))
            waiting[list(given)] = inf
            centre = int(waiting.argmin())
            rest = [visit for visit in free if visit not in given]
            part = territory(self._surroundings, self.best, centre, _TERRITORY_VISITS, taken=taken, free=rest)
            if not part[1]:
                break
            self._looked_at[[*part[0], centre]] += 1
            parts.append(part)
            given.update(part[0])
            taken.update(part[1])
        return parts

    def _take_over(self, part: Excerpt, sequences: Sequences) -> None:
        """Put the plan of a part into the plan of the whole, if it is no worse than what is there."""
        now = part.outer(sequences)
        costs = {vehicle: _known_cost(self._problem, vehicle, visits) for vehicle, visits in now.items()}
        if self._cost_of(now, costs) > self._cost_of({vehicle: self._routes[vehicle] for vehicle in now}, self._costs):
            return
        for vehicle, visits in now.items():
            self._routes[vehicle], self._costs[vehicle] = visits, costs[vehicle]

    def _cost_of(self, routes: Mapping[int, tuple[int, ...]], costs: Mapping[int, int]) -> int:
        """Cost of some routes less the prizes of their visits."""
        prizes = sum(left_out_s(self._problem.visits[visit]) for visits in routes.values() for visit in visits)
        return sum(costs[vehicle] for vehicle in routes) - prizes


def _part_of(pace: Pace, share: float, threads: int) -> Budget:
    """Cut a piece from what is left of a budget, for each of some threads."""
    seconds = max(_LEAST_S, pace.left_s() * share) if pace.timed else None
    steps = None if pace.iterations == inf else max(1, int(pace.left_steps() * share / threads))
    return Budget(seconds=seconds, iterations=steps)


def _known_cost(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> int:
    cost = route_cost_s(problem, vehicle, visits)
    if cost is None:
        msg = f"Vehicle index {vehicle}: a route of a plan can be driven."
        raise ValueError(msg)
    return cost


def _tell_nobody(cost: int, plan: Callable[[], Sequences]) -> None:
    """Keep a part's progress for itself."""
