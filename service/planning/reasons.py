"""Why cases are left out: what the solver says, in the words of roads, pins and cases."""

from collections.abc import Mapping, Sequence

from routing.itinerary import unfit
from routing.problem import Problem
from routing.solution import Reason, Unassigned
from service.cases.case import Day
from service.cases.refusal import Refusal
from service.planning.locate import Located, LocatedCollector, Snapped
from service.planning.plan import LeftOut
from service.planning.roads import DayRoads


def why_left_out(
    unassigned: Unassigned,
    problem: Problem,
    collectors: Sequence[LocatedCollector],
    snapped: Snapped,
    roads: DayRoads,
) -> str:
    """Code of the refusal of a visit that the solver left out.

    Roads that are near each other are joined, unless ways are closed: so where a suitable collector's vehicle is near
    both and cannot get there, the roads of the day are the reason.
    """
    visit = problem.visits[unassigned.visit]
    suitable = [collectors[number] for number, car in enumerate(problem.vehicles) if unfit(number, car, visit) is None]
    if (
        unassigned.reason is Reason.UNREACHABLE
        and roads.applied is not None
        and roads.applied.closed_ways
        and any(snapped.on[each.collector.vehicle][visit.location] is not None for each in suitable)
    ):
        return "roads_closed"
    return str(unassigned.reason)


def left_out(day: Day, located: Located, refused: Mapping[int, Refusal]) -> tuple[LeftOut, ...]:
    """List the cases without a visit, in the order of the request."""
    missing: list[LeftOut] = []
    for index, refusal in sorted(refused.items()):
        case, point = day.cases[index], located.cases[index]
        missing.append(
            LeftOut(
                case=case.id,
                priority=case.priority,
                mandatory=case.mandatory,
                location=None if isinstance(point, Refusal) else located.points[point],
                refusal=refusal,
            )
        )
    return tuple(missing)
