"""A plan's visits, line by line."""

from collections.abc import Iterator
from uuid import UUID

from service.schemas.plan import PlanResult
from service.schemas.plan_list import StopLine, UnassignedLine


def plan_lines(plan_id: UUID, result: PlanResult) -> Iterator[StopLine | UnassignedLine]:
    """Return a line for each stop, route by route, then one for each case without a visit. No address is in them."""
    for number, route in enumerate(result.with_links().routes, start=1):
        for stop in route.stops:
            yield StopLine(plan=plan_id, date=result.date, route=number, collector=route.collector, **dict(stop))
    for case in result.unassigned:
        yield UnassignedLine(plan=plan_id, date=result.date, **dict(case))
