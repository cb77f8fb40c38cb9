"""Any sequences made feasible: an earlier plan, a planner's own, or an engine's guess."""

from collections import Counter
from collections.abc import Callable, Iterable

from routing.cost import left_out, left_out_s
from routing.engine import Sequences
from routing.errors import InvalidProblemError
from routing.insertion import insert_in_order, never_expired
from routing.problem import Problem
from routing.schedule import frozen, route_cost_s


def repair(problem: Problem, start: Sequences, *, expired: Callable[[], bool] = never_expired) -> Sequences:
    """Keep what can be driven of the sequences, in their order, and insert the rest where it fits and pays.

    Frozen prefixes come first. A sequence that cannot be driven loses the visits that cannot follow those
    kept before them; the lost ones are inserted again, the dearest first, until `expired`.

    Raises
    ------
    InvalidProblemError
        There is not one sequence per vehicle, or they name an unknown visit or one visit twice, or a frozen
        prefix cannot be driven.
    """
    require_known(problem, start)
    kept = list(frozen(problem))
    begun = {visit for visits in kept for visit in visits}
    lost: list[int] = []
    for vehicle, visits in enumerate(start):
        wanted = tuple(visit for visit in visits if visit not in begun)
        if route_cost_s(problem, vehicle, kept[vehicle] + wanted) is not None:
            kept[vehicle] += wanted
            continue
        for visit in wanted:
            if expired() or route_cost_s(problem, vehicle, (*kept[vehicle], visit)) is None:
                lost.append(visit)
            else:
                kept[vehicle] += (visit,)
    return tuple(kept) if not lost else _insert(problem, tuple(kept), lost, expired)


def make_at_once(problem: Problem, start: Sequences | None, *, expired: Callable[[], bool]) -> Sequences:
    """Make a plan without a search: a start is repaired, and what is left out goes where it fits and pays.

    Raises
    ------
    InvalidProblemError
        As `repair`.
    """
    begun = frozen(problem) if start is None else repair(problem, start, expired=expired)
    return _insert(problem, begun, left_out(problem, begun), expired)


def _insert(problem: Problem, plan: Sequences, visits: Iterable[int], expired: Callable[[], bool]) -> Sequences:
    """Insert the dearest first."""
    dearest_first = sorted(visits, key=lambda visit: (-left_out_s(problem.visits[visit]), visit))
    return insert_in_order(problem, plan, dearest_first, expired)


def require_known(problem: Problem, start: Sequences) -> None:
    """Raise InvalidProblemError unless there is a sequence per vehicle, of known visits, each at most once."""
    if len(start) != len(problem.vehicles):
        msg = f"A start needs one sequence per vehicle: {len(problem.vehicles)}, got {len(start)}."
        raise InvalidProblemError(msg)
    for visit, count in Counter(visit for visits in start for visit in visits).items():
        if not 0 <= visit < len(problem.visits):
            msg = f"A start's visits must be indices below {len(problem.visits)}, got {visit}."
            raise InvalidProblemError(msg)
        if count > 1:
            msg = f"Visit {problem.visits[visit].id!r}: it may be in a start once, got it {count} times."
            raise InvalidProblemError(msg)
