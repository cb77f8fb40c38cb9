"""The best plan that a pool's routes can make: GLOP says which routes could be in it, CP-SAT chooses among them."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from routing.engines.hybrid.packing import Packing, choose, relax
from routing.engines.hybrid.pool import PooledRoute

#: CP-SAT chooses among so many routes at most, those of least reduced cost.
MOST_ROUTES: Final = 4_000

#: At first GLOP is given so many routes, by the visits of the problem: about half a second's work.
_ROUTES_BY_VISITS: Final = 4_000_000
_LEAST_ROUTES: Final = 1_000

#: Presolve that costs more than it saves where there is nothing but packing rows.
_PLAIN_SEARCH: Final = "cp_model_probing_level:0 symmetry_level:0 merge_at_most_one_work_limit:0"

_SECONDS_BETWEEN_LOOKS: Final = 0.01

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


class Chooser:
    """Chooses again and again from a pool that grows; learns how many routes it has the time for."""

    def __init__(self, visits: int) -> None:
        self._most = max(_LEAST_ROUTES, _ROUTES_BY_VISITS // max(1, visits))

    def better(self, pool: Packing, plan: Sequence[PooledRoute], effort: Effort, seed: int) -> Choice:
        """Do what `best_choice` does with the latest routes of the pool, which stand last in it."""
        try:
            choice = _choice(replace(pool, routes=pool.routes[-self._most :]), plan, effort, seed)
        except _UnfinishedError:
            self._most = max(_LEAST_ROUTES, self._most // 2)
            return None
        self._most += self._most // 4
        return choice


def best_choice(pool: Packing, plan: Sequence[PooledRoute], effort: Effort, seed: int) -> Choice:
    """Choose routes that make a cheaper plan; None when there is none, or none was found in time.

    Parameters
    ----------
    pool : what there is to choose from beside the plan's own routes.
    plan : the routes of the plan to better.
    """
    try:
        return _choice(pool, plan, effort, seed)
    except _UnfinishedError:
        return None


class _UnfinishedError(Exception):
    """The relaxation took longer than it may."""


def _choice(pool: Packing, plan: Sequence[PooledRoute], effort: Effort, seed: int) -> Choice:
    packing = replace(pool, routes=list({_key(route): route for route in (*pool.routes, *plan)}.values()))
    worth = packing.worth()
    place = {_key(route): number for number, route in enumerate(packing.routes)}
    hint = [place[_key(route)] for route in plan]
    value = float(worth[hint].sum())
    relaxed = relax(packing, effort.share(0.6))
    if relaxed is None:
        raise _UnfinishedError
    if relaxed.value > value - 1:
        return None
    # A route of a better plan has a reduced cost below what there is to gain.
    hopeful = np.flatnonzero(relaxed.reduced_cost < value - relaxed.value)
    if len(hopeful) > MOST_ROUTES:
        hopeful = hopeful[np.argsort(relaxed.reduced_cost[hopeful], kind="stable")[:MOST_ROUTES]]
    kept = np.union1d(hopeful, np.array(hint, dtype=np.intp))
    chosen = choose(
        packing.part(kept),
        np.searchsorted(kept, hint).tolist(),
        f"{_PLAIN_SEARCH} random_seed:{seed} {effort.share(0.4)}",
    )
    if chosen is None or float(worth[kept[chosen]].sum()) > value - 1:
        return None
    return [packing.routes[kept[number]] for number in chosen]


def _key(route: PooledRoute) -> tuple[int, frozenset[int]]:
    return route.vehicle_class, frozenset(route.visits)


def in_background(work: Callable[[], Choice], is_over: Callable[[], bool]) -> Choice:
    """Wait for work that does not hold the GIL, or give it up when `is_over` says so: its own limits end it.

    The interpreter waits for it at exit: OR-Tools ends the process by a signal when its thread is cut off.
    """
    answers: list[Choice] = []
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
