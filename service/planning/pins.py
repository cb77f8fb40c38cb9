"""What is fixed before anything is solved: who may come at all, and the cases that begin a route."""

from collections.abc import Mapping, Sequence
from typing import Final

from routing.problem import Problem
from routing.schedule import Infeasible, Obstacle, schedule_route
from service.cases.case import Case, Day
from service.cases.refusal import Refusal
from service.planning.errors import UndrivablePrefixError
from service.planning.locate import LocatedCollector

_UNAVAILABLE = "collector_unavailable"
#: What stands in the way of a prefix, as people say it.
WHY_UNDRIVABLE: Final[Mapping[Obstacle, str]] = {
    Obstacle.PREFIX_BROKEN: "it is not the beginning of the route",
    Obstacle.TOO_MANY_VISITS: "it has more visits than max_visits",
    Obstacle.LOAD_EXCEEDED: "its load is too much",
    Obstacle.SKILL_MISSING: "the collector lacks a skill that the case requires",
    Obstacle.SKILL_EXCLUDED: "the collector has a skill that the case excludes",
    Obstacle.VEHICLE_NOT_ALLOWED: "the collector is not one of those who may come to the case",
    Obstacle.WRONG_POSITION: "the case is pinned to another position",
    Obstacle.UNREACHABLE: "no road leads to this case, or home from the last one",
    Obstacle.DRIVING_EXCEEDED: "it takes more driving than max_driving_s",
    Obstacle.WINDOWS_MISSED: "the collector comes too late for every window of the case",
    Obstacle.SHIFT_EXCEEDED: "the shift ends before",
    Obstacle.BREAK_MISSED: "it leaves no room for a break",
    Obstacle.WORK_EXCEEDED: "it takes more work than max_work_s",
}


def refused_by_pin(day: Day, collectors: Sequence[LocatedCollector]) -> dict[int, Refusal]:
    """Refuse the cases that only collectors may visit who are not available; by their index in the request.

    A case in the prefix of such a collector is not given to another one.
    """
    available = {one.collector.id for one in collectors}
    frozen = {case for one in day.collectors if one.id not in available for case in one.prefix}
    return {
        index: Refusal(code=_UNAVAILABLE, pointer=f"/cases/{index}")
        for index, case in enumerate(day.cases)
        if case.id in frozen or not _has_someone(case, available)
    }


def _has_someone(case: Case, available: set[str]) -> bool:
    return case.allowed_collectors is None or bool(case.allowed_collectors & available)


def require_planned_prefixes(day: Day, refused: Mapping[int, Refusal]) -> None:
    """Raise UndrivablePrefixError when a prefix names a case that is refused, though its collector is available."""
    why = {day.cases[index].id: refusal for index, refusal in refused.items() if refusal.code != _UNAVAILABLE}
    for index, collector in enumerate(day.collectors):
        for position, case in enumerate(collector.prefix):
            if case in why:
                msg = f"The prefix cannot be driven: {why[case].title} ({why[case].code})."
                raise UndrivablePrefixError(msg, pointer=f"/collectors/{index}/prefix/{position}")


def require_drivable_prefixes(day: Day, problem: Problem) -> None:
    """Raise UndrivablePrefixError when a prefix breaks a rule of its collector or of its cases."""
    numbers = {collector.id: index for index, collector in enumerate(day.collectors)}
    for vehicle, car in enumerate(problem.vehicles):
        if not car.prefix:
            continue
        route = schedule_route(problem, vehicle, car.prefix)
        if isinstance(route, Infeasible):
            pointer = f"/collectors/{numbers[car.id]}/prefix"
            at = f"/{route.position}" if route.position < len(car.prefix) else ""
            msg = f"The prefix cannot be driven: {WHY_UNDRIVABLE[route.obstacle]}."
            raise UndrivablePrefixError(msg, pointer=pointer + at)
