"""The plan that a search begins from: ids of cases and collectors become sequences."""

from collections.abc import Sequence

from routing.engine import Sequences
from service.cases.case import Day
from service.planning.locate import LocatedCollector
from service.planning.measure import PlannableCase
from service.planning.plan import PlanStart


def start_sequences(
    day: Day, *, cases: Sequence[PlannableCase], collectors: Sequence[LocatedCollector]
) -> Sequences | None:
    """Return the cases of each collector that may be planned, None when the day begins from nothing."""
    if day.start is None:
        return None
    visits = {plannable.case.id: visit for visit, plannable in enumerate(cases)}
    routes = {route.collector: route.cases for route in day.start.routes}
    return tuple(
        tuple(visits[case] for case in routes.get(one.collector.id, ()) if case in visits) for one in collectors
    )


def plan_start(day: Day) -> PlanStart | None:
    """Say what the search began from, and what of it the day does not have."""
    if day.start is None:
        return None
    cases, collectors = {case.id for case in day.cases}, {one.id for one in day.collectors}
    named = (case for route in day.start.routes for case in route.cases)
    return PlanStart(
        plan=day.start.plan,
        unknown_cases=tuple(case for case in named if case not in cases),
        unknown_collectors=tuple(route.collector for route in day.start.routes if route.collector not in collectors),
    )
