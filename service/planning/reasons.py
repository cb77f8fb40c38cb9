"""Why cases are left out: what the solver says, in the words of roads, pins and cases."""

from collections.abc import Iterable, Mapping, Sequence

from routing.solution import Reason, Unassigned
from service.cases.case import Day
from service.cases.refusal import Refusal
from service.planning.locate import Located, LocatedCollector, Snapped
from service.planning.measure import PlannableCase
from service.planning.plan import LeftOut
from service.planning.roads import DayRoads


def why_left_out(
    unassigned: Unassigned,
    cases: Sequence[PlannableCase],
    collectors: Iterable[LocatedCollector],
    snapped: Snapped,
    roads: DayRoads,
) -> str:
    """Code of the refusal of a visit that the solver left out.

    Roads that are near each other are joined, unless ways are closed: so where a suitable collector's vehicle is near
    both and cannot get there, the roads of the day are the reason.
    """
    one = cases[unassigned.visit]
    suitable = [each for each in collectors if _may_come(each, one)]
    if (
        unassigned.reason is Reason.UNREACHABLE
        and roads.applied is not None
        and roads.applied.closed_ways
        and any(snapped.on[each.collector.vehicle][one.point] is not None for each in suitable)
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


def _may_come(one: LocatedCollector, plannable: PlannableCase) -> bool:
    case, skills = plannable.case, one.collector.skills
    return (
        skills >= case.required_skills
        and not skills & case.excluded_skills
        and (case.allowed_collectors is None or one.collector.id in case.allowed_collectors)
    )
