"""The best plan that a pool's routes can make: GLOP says which routes could be in it, CP-SAT chooses among them."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from routing.engines.hybrid.packing import Packing, Relaxation, choose, relax
from routing.engines.hybrid.pool import PooledRoute

#: CP-SAT chooses among so many routes at most, those of least reduced cost.
MOST_ROUTES: Final = 4_000

#: At first GLOP is given so many routes, by the visits of the problem: about half a second's work.
_ROUTES_BY_VISITS: Final = 4_000_000
_LEAST_ROUTES: Final = 1_000

#: Presolve that costs more than it saves where there is nothing but packing rows.
_PLAIN_SEARCH: Final = "cp_model_probing_level:0 symmetry_level:0 merge_at_most_one_work_limit:0"

_SECONDS_BETWEEN_LOOKS: Final = 0.01

#: How much of the effort the relaxation may take; the choice itself takes the rest.
_RELAXING: Final = 0.6

#: Costs are whole, so a better plan is cheaper by 1; the relaxation's value is not exact.
_LEAST_GAIN: Final = 0.5

Result = TypeVar("Result")

#: Routes that make a better plan, if there are any.
Choice = list[PooledRoute] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long choosing may take: seconds, or units of OR-Tools' deterministic time, about a second each."""

    seconds: float | None
    units: float

    def share(self, part: float) -> str:
        """Write a part of it as OR-Tools' parameters."""
        if self.seconds is None:
            return f"max_deterministic_time:{self.units * part}"
        return f"max_time_in_seconds:{self.seconds * part}"


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a pool promises.

    Attributes
    ----------
    choice : routes of the pool that make a better plan, if any were found.
    routes, share : routes of the pool, and how much of each the relaxation takes, shape (routes,).
    """

    choice: Choice
    routes: Sequence[PooledRoute]
    share: NDArray[np.float64]

    def taken(self) -> list[PooledRoute]:
        """Return the routes of which the relaxation takes something."""
        return [route for route, share in zip(self.routes, self.share, strict=True) if share > 0]


class Chooser:
    """Chooses again and again from a pool that grows; learns how many routes it has the time for."""

    def __init__(self, visits: int) -> None:
        self._most = max(_LEAST_ROUTES, _ROUTES_BY_VISITS // max(1, visits))
        self._failures = 0
        self._waiting = 0

    def better(self, pool: Packing, plan: Sequence[PooledRoute], effort: Effort, seed: int) -> Prospect | None:
        """Look at the latest routes of the pool, which stand last in it; None when they make no better plan.

        CP-SAT is left out for a while after it has found nothing: where there are many routes it never does.
        """
        relaxed = _relaxed(replace(pool, routes=pool.routes[-self._most :]), plan, effort)
        if relaxed is None:
            self._most = max(_LEAST_ROUTES, self._most // 2)
            return None
        self._most += self._most // 4
        if not relaxed.is_hopeful:
            return None
        choice = None
        if self._waiting > 0:
            self._waiting -= 1
        else:
            choice = relaxed.chosen(effort, seed)
            self._failures = 0 if choice is not None else self._failures + 1
            self._waiting = self._failures
        return Prospect(choice, relaxed.packing.routes, relaxed.relaxation.share)


def best_choice(pool: Packing, plan: Sequence[PooledRoute], effort: Effort, seed: int) -> Choice:
    """Choose routes that make a cheaper plan; None when there is none, or none was found in time.

    Parameters
    ----------
    pool : what there is to choose from beside the plan's own routes.
    plan : the routes of the plan to better.
    """
    relaxed = _relaxed(pool, plan, effort)
    return relaxed.chosen(effort, seed) if relaxed is not None and relaxed.is_hopeful else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Relaxed:
    """A packing with its relaxation; `hint` are the places of the plan's routes, which are worth `value`."""

    packing: Packing
    relaxation: Relaxation
    hint: list[int]
    value: float
    worth: NDArray[np.float64]

    @property
    def is_hopeful(self) -> bool:
        """Whether a better plan may be made of the routes."""
        return self.relaxation.value <= self.value - _LEAST_GAIN

    def chosen(self, effort: Effort, seed: int) -> Choice:
        """Choose with CP-SAT; None when it finds no better plan in time."""
        # A route of a better plan has a reduced cost below what there is to gain.
        reduced = self.relaxation.reduced_cost
        hopeful = np.flatnonzero(reduced < self.value - self.relaxation.value)
        if len(hopeful) > MOST_ROUTES:
            hopeful = hopeful[np.argsort(reduced[hopeful], kind="stable")[:MOST_ROUTES]]
        kept = np.union1d(hopeful, np.array(self.hint, dtype=np.intp))
        chosen = choose(
            self.packing.part(kept),
            np.searchsorted(kept, self.hint).tolist(),
            f"{_PLAIN_SEARCH} random_seed:{seed} {effort.share(1.0 - _RELAXING)}",
        )
        if chosen is None or float(self.worth[kept[chosen]].sum()) > self.value - _LEAST_GAIN:
            return None
        return [self.packing.routes[kept[number]] for number in chosen]


def _relaxed(pool: Packing, plan: Sequence[PooledRoute], effort: Effort) -> _Relaxed | None:
    """Solve the relaxation of the pool and the plan; None when it takes longer than it may."""
    packing = replace(pool, routes=list({_key(route): route for route in (*pool.routes, *plan)}.values())).tempered()
    relaxation = relax(packing, effort.share(_RELAXING))
    if relaxation is None:
        return None
    place = {_key(route): number for number, route in enumerate(packing.routes)}
    hint = [place[_key(route)] for route in plan]
    worth = packing.worth()
    return _Relaxed(packing=packing, relaxation=relaxation, hint=hint, value=float(worth[hint].sum()), worth=worth)


def _key(route: PooledRoute) -> tuple[int, frozenset[int]]:
    return route.vehicle_class, frozenset(route.visits)


def in_background(work: Callable[[], Result | None], is_over: Callable[[], bool]) -> Result | None:
    """Wait for work that does not hold the GIL, or give it up when `is_over` says so: its own limits end it.

    The interpreter waits for it at exit: OR-Tools ends the process by a signal when its thread is cut off.
    """
    answers: list[Result | None] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(work())
        except BaseException as exc:  # noqa: BLE001 - raised again below
            failures.append(exc)

    thread = threading.Thread(target=run, name="choosing")
    thread.start()
    while thread.is_alive() and not is_over():
        thread.join(_SECONDS_BETWEEN_LOOKS)
    if failures:
        raise failures[0]
    return answers[0] if answers else None
