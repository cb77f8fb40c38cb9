"""Large problems: one plan cools down as a whole, while one territory after the other is searched apart.

A step within a territory takes a tenth of the time that it takes among 10,000 visits, whose matrix no cache holds.
"""

import sys
from collections.abc import Collection
from functools import partial
from math import inf
from typing import Final

import numpy as np

from routing.engine import Sequences
from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.crew import Cooling, Crew, walk
from routing.engines.hybrid.excerpt import Excerpt
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.pace import Leg, Pace
from routing.engines.hybrid.quilt import Quilt
from routing.engines.hybrid.rounds import OnBetter
from routing.engines.hybrid.territory import Part, Surroundings, districts, territory
from routing.problem import Problem
from routing.repair import repair
from routing.schedule import frozen

#: From so many visits on, a problem is cut.
LARGE: Final = 2_000
_DISTRICT_VISITS: Final = 300
_TERRITORY_VISITS: Final = 400
#: How many times each visit should be in a territory, if the budget is long enough.
_SWEEPS: Final = 16
#: A territory is searched for no less, which is about what it takes to cut it out.
_LEAST_S: Final = 0.02
_LEAST_STEPS: Final = 100
#: Temperatures in mean legs: where a plan made from nothing begins in a long budget and in a short one, where a given
#: plan does at most, and where all end.
_HOT: Final = 6.0
_MILD: Final = 0.3
_WARM: Final = 1.0
_COLD: Final = 0.05
#: A vehicle is called to a territory if its route gains less than this share of what the middle one there does.
_POOR: Final = 0.5
#: Until when vehicles are called: their visits must still find other routes.
_LAST_CALL: Final = 0.85
_SEEDS_BETWEEN_TURNS: Final = 7_919


class Patchwork:
    """Searches a problem that is too large to be searched at once.

    Travel is copied for the part that is being searched alone.

    Attributes
    ----------
    best, best_cost : the best plan so far.
    """

    def __init__(self, problem: Problem, crew: Crew, *, seed: int, start: Sequences | None) -> None:
        self._problem = problem
        self._crew = crew
        self._seed = seed
        self._chance = np.random.default_rng(seed)
        self._surroundings = Surroundings(problem)
        self._looked_at = np.zeros(len(problem.visits), dtype=np.int64)
        self._turn = 0
        self._begun_with_plan = start is not None
        self._plan = Quilt(problem, frozen(problem) if start is None else repair(problem, start))
        self.best, self.best_cost = tuple(self._plan.routes), self._plan.cost

    def search(self, pace: Pace, on_better: OnBetter) -> None:
        """Go on until the budget is used up or somebody stops it."""
        if not self._begun_with_plan:
            self._plan_districts(pace)
        on_better(self.best_cost, lambda: self.best)
        unit = self._plan.mean_leg
        cooling = Cooling(hot=self._hot(pace) * unit, cold=_COLD * unit)
        began = pace.share()
        while not pace.is_over():
            self._search_territories(pace, cooling, began)
            self._keep()
            on_better(self.best_cost, lambda: self.best)

    def _hot(self, pace: Pace) -> float:
        """Return where to begin: the less time there is for each visit, the cooler, or nothing would settle."""
        pieces = len(self._problem.visits) / _TERRITORY_VISITS
        rounds = min(pace.left_s() / _LEAST_S, pace.left_steps() / _LEAST_STEPS / self._crew.threads)
        sweeps = rounds * self._crew.threads / pieces
        hot = float(_MILD * (_HOT / _MILD) ** min(1.0, sweeps / _SWEEPS))
        return min(_WARM, hot) if self._begun_with_plan else hot

    def _plan_districts(self, pace: Pace) -> None:
        """Make a first plan, complete unless somebody stops it: a budget that is over sooner has none else."""
        for part in districts(self._problem, _DISTRICT_VISITS):
            excerpt = Excerpt(self._problem, *part)
            if excerpt.visits and excerpt.vehicles:
                self._put(excerpt, self._chain(excerpt))
            if pace.is_over() and pace.stopped:
                break
        self._keep()

    def _search_territories(self, pace: Pace, cooling: Cooling, began: float) -> None:
        """Search a territory for each thread, at the temperatures of now."""
        share = _between(began, pace.share())
        parts = [Excerpt(self._problem, *part) for part in self._territories(share)]
        chains = [(part, self._chain(part)) for part in parts if part.visits and part.vehicles]
        seconds, steps, after = _slice(pace, began, len(self._problem.visits), max(1, len(chains)))
        ahead = Cooling(hot=cooling.at(share), cold=cooling.at(_between(began, after)))
        walks = [partial(walk, chain, Leg(seconds, steps), ahead) for _, chain in chains]
        walked = self._crew.run(walks, pace.is_over) if walks else []
        pace.steps += max(1, sum(walked))
        for part, chain in chains:
            self._put(part, chain)

    def _chain(self, part: Excerpt) -> Chain:
        self._turn += 1
        return Chain(build(part.problem), self._seed + _SEEDS_BETWEEN_TURNS * self._turn, part.inner(self._plan.routes))

    def _territories(self, share: float) -> list[Part]:
        """Choose a territory for each thread, around the visits that were looked at least recently."""
        free = self._plan.free()
        parts: list[Part] = []
        taken: set[int] = set()
        given: set[int] = set()
        for _ in range(self._crew.threads):
            waiting = self._looked_at + self._chance.random(len(self._looked_at))
            waiting[list(given)] = inf
            centre = int(waiting.argmin())
            rest = [visit for visit in free if visit not in given]
            routes = self._plan.routes
            part = territory(self._surroundings, routes, centre, _TERRITORY_VISITS, taken=taken, free=rest)
            if not part[1]:
                break
            self._looked_at[[*part[0], centre]] += 1
            if share < _LAST_CALL:
                self._call(part, centre, taken)
            parts.append(part)
            given.update(part[0])
            taken.update(part[1])
        return parts

    def _call(self, part: Part, centre: int, taken: Collection[int]) -> None:
        """Call the vehicle of a poor route to a territory whose routes gain much, wherever it is.

        Without that, vehicles stay where the first plan happened to use them: routes change places within a territory,
        and few are given up as a whole.
        """
        busy = [vehicle for vehicle in part[1] if self._plan.routes[vehicle]]
        if not busy:
            return
        around = self._surroundings
        far_s = around.around(int(around.visit_place[centre]), around.vehicle_place)
        detour = self._problem.weights.travel * np.maximum(0, far_s - far_s[busy].min())
        poorest = self._plan.poorest(detour, [*part[1], *taken])
        if poorest is not None and poorest[1] < _POOR * float(np.median(self._plan.gains()[busy])):
            self._looked_at[list(self._plan.routes[poorest[0]])] -= 1
            self._plan.replace({poorest[0]: ()}, [0])
            part[1].append(poorest[0])

    def _put(self, part: Excerpt, chain: Chain) -> None:
        """Put the present plan of a part into the plan of the whole."""
        self._plan.replace(part.outer(chain.present), chain.route_costs)

    def _keep(self) -> None:
        if self._plan.cost < self.best_cost:
            self.best, self.best_cost = tuple(self._plan.routes), self._plan.cost


def _between(began: float, share: float) -> float:
    """Return how much of what came after `began` lies behind."""
    return min(1.0, (share - began) / (1 - began)) if began < 1 else 1.0


def _slice(pace: Pace, began: float, visits: int, threads: int) -> tuple[float, int, float]:
    """Cut a piece from a budget: seconds and steps for each of some threads, and its share when they are done."""
    part = (1 - began) * threads / max(1.0, _SWEEPS * visits / _TERRITORY_VISITS)
    seconds = min(pace.left_s(), max(_LEAST_S, pace.seconds * part)) if pace.timed else inf
    steps = min(pace.left_steps(), max(_LEAST_STEPS, pace.iterations * part / threads))
    if pace.iterations == inf:
        return seconds, sys.maxsize, pace.share() + seconds / pace.seconds
    taken = steps * threads / pace.iterations
    return seconds, max(1, int(steps)), pace.share() + (max(taken, seconds / pace.seconds) if pace.timed else taken)
