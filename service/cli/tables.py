"""A plan as tables in a terminal: one for each collector, one for the cases left out."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from service.schemas.base import Location
from service.schemas.case_request import CaseRequest
from service.schemas.plan import BoundOut, CostOut, PlanResult, StartOut, UnassignedOut
from service.schemas.plan_request import PlanRequest
from service.schemas.roads import RoadsOut
from service.schemas.route import RouteOut, StopOut

#: So that the tables look alike wherever nobody says how wide a line is: in a log, in a pipe.
WIDTH_OF_A_PIPE = 120
#: How many ways a warning names.
_FEW_WAYS = 10


def make_console() -> Console:
    """Return the console on standard output; as wide as the terminal, or a fixed width where there is none."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH_OF_A_PIPE)


def message_console() -> Console:
    """Return the console on standard error: bars, and what is told beside the output."""
    return Console(stderr=True, highlight=False)


def plan_tables(request: PlanRequest, result: PlanResult) -> Iterator[RenderableType]:
    """Yield the tables of a plan, each followed by an empty line."""
    cases = {case.id: case for case in request.cases}
    for route in result.routes:
        yield _route_table(route, cases)
        yield ""
    if result.unavailable_collectors:
        yield _unavailable_table(result)
        yield ""
    if result.unassigned:
        yield _unassigned_table(result.unassigned, cases)
        yield ""
    if result.roads is not None:
        yield Text(_roads(result.roads))
    if result.start is not None:
        yield Text(_start(result.start))
    yield Text(totals(result))
    if result.bound is not None:
        yield Text(_proven(result.bound))


def totals(result: PlanResult) -> str:
    """Return the plan in one line."""
    visits = _count(sum(len(route.stops) for route in result.routes), "visit")
    left_out = _count(len(result.unassigned), "case")
    length_m = sum(route.length_m for route in result.routes)
    return (
        f"{visits}, {left_out} left out; {duration(result.cost.travel_s)} on the road, {length_m / 1000:.1f} km; "
        f"cost {duration(result.cost.total_s)}{_cost_parts(result.cost)} ({result.engine})"
    )


def _cost_parts(cost: CostOut) -> str:
    """Return the parts of a cost, each by its weight; nothing when it is travel and penalties alone."""
    weights = cost.weights
    parts = {
        "travel": (cost.travel_s, weights.travel),
        "waiting": (cost.waiting_s, weights.waiting),
        "overtime": (cost.overtime_s, weights.overtime),
        "lateness": (cost.lateness_s, weights.lateness),
        "left out": (cost.penalty_s, 1),
    }
    counted = {name: part for name, part in parts.items() if part[0] * part[1]}
    if counted.keys() <= {"travel", "left out"} and weights.travel == 1:
        return ""
    said = (f"{name} {duration(s)}{f' x {weight}' if weight != 1 else ''}" for name, (s, weight) in counted.items())
    return f" = {' + '.join(said)}"


def duration(seconds: int) -> str:
    """Return a duration as hours and whole minutes, as the map does: 08:30 and 2 min never make 08:31.

    Examples
    --------
    >>> duration(4980), duration(240), duration(40)
    ('1 h 23 min', '4 min', '< 1 min')
    """
    if 0 < seconds < 60:
        return "< 1 min"
    hours, rest = divmod(seconds // 60, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def _roads(roads: RoadsOut) -> str:
    """Return what was different on the roads, and a warning of what could not be applied."""
    season = f"season {roads.season}" if roads.season is not None else "no season"
    closed = _count(len(roads.closed_ways), "way")
    observed = _count(len(roads.observed_ways), "way")
    said = f"Roads of the day: {season}, {closed} closed, {observed} with an observed speed."
    if not roads.unknown_ways:
        return said
    few = ", ".join(map(str, roads.unknown_ways[:_FEW_WAYS])) + (" ..." if len(roads.unknown_ways) > _FEW_WAYS else "")
    is_or_are = "is" if len(roads.unknown_ways) == 1 else "are"
    ways = _count(len(roads.unknown_ways), "way")
    return f"{said}\nWarning: {ways} of the request {is_or_are} on none of the vehicles' roads: {few}."


def _proven(bound: BoundOut) -> str:
    """Return how good the plan is at least."""
    left_out = f" Not counted: {', '.join(bound.relaxed)}." if bound.relaxed else ""
    if bound.gap_percent == 0:
        return "Proven: no better plan of this day exists."
    if bound.gap_percent >= 100:
        return f"How near this is to the best possible plan could not be proven ({bound.reason}).{left_out}"
    return f"Proven: the best possible plan costs at most {bound.gap_percent:g} % less ({bound.reason}).{left_out}"


def _start(start: StartOut) -> str:
    """Return what the search began from, and a warning of what is gone."""
    said = "Made from the routes of the request." if start.plan is None else f"Made from plan {start.plan}."
    gone = ", ".join([*start.unknown_cases, *start.unknown_collectors])
    return f"{said}\nWarning: no longer in the request: {gone}." if gone else said


def _route_table(route: RouteOut, cases: Mapping[str, CaseRequest]) -> Table:
    table = Table(title=_route_title(route), title_justify="left", title_style="bold")
    table.add_column("Arrival", no_wrap=True)
    table.add_column("Stop", ratio=1)
    table.add_column("Travel", justify="right", no_wrap=True)
    table.add_column("Waiting", justify="right", no_wrap=True)
    table.add_column("Service", justify="right", no_wrap=True)
    table.add_column("Windows", no_wrap=True)
    table.add_column("Priority", justify="right", no_wrap=True)
    for stop in route.stops:
        _add_breaks(table, route, stop.number, at_door=False)
        table.add_row(
            _clock(stop.arrival),
            Text(f"{stop.number}. {stop.case}  {_where(cases[stop.case], stop.location)}"),
            f"{duration(stop.leg.travel_s)}, {stop.leg.length_m / 1000:.1f} km",
            duration(stop.waiting_s) if stop.waiting_s else "",
            duration(stop.setup_s + stop.service_s),
            "\n".join(filter(None, [_windows(cases[stop.case]), _late(stop.lateness_s)])),
            _priority(stop),
        )
        _add_breaks(table, route, stop.number, at_door=True)
    _add_breaks(table, route, None, at_door=False)
    if route.return_leg is not None:
        leg = route.return_leg
        home = f"{duration(leg.travel_s)}, {leg.length_m / 1000:.1f} km"
        table.add_row(_clock(route.arrival), "back", home)
    return table


def _add_breaks(table: Table, route: RouteOut, number: int | None, *, at_door: bool) -> None:
    for rest in route.breaks:
        if (rest.stop, rest.at_door) == (number, at_door):
            where = "at the door, before the visit" if at_door else "on the way"
            table.add_row(_clock(rest.start), f"break of {duration(rest.duration_s)} {where}")


def _late(seconds: int) -> str:
    return f"late {duration(seconds)}" if seconds else ""


def _route_title(route: RouteOut) -> str:
    if not route.stops:
        return f"{route.collector} ({route.vehicle}): no visits"
    overtime = f", {duration(route.overtime_s)} of overtime" if route.overtime_s else ""
    return (
        f"{route.collector} ({route.vehicle}), {_clock(route.departure)}-{_clock(route.arrival)}: "
        f"{_count(len(route.stops), 'visit')}, {duration(route.travel_s)} on the road, "
        f"{route.length_m / 1000:.1f} km{overtime}"
    )


def _unassigned_table(unassigned: list[UnassignedOut], cases: Mapping[str, CaseRequest]) -> Table:
    table = Table(title="Left out", title_justify="left", title_style="bold")
    table.add_column("Case", ratio=1)
    table.add_column("Priority", justify="right", no_wrap=True)
    table.add_column("Why", ratio=2)
    for left_out in unassigned:
        table.add_row(
            Text(f"{left_out.case}  {_where(cases[left_out.case], left_out.location)}"),
            _priority(left_out),
            f"{left_out.reason.title} ({left_out.reason.code}). {left_out.reason.detail}",
        )
    return table


def _unavailable_table(result: PlanResult) -> Table:
    table = Table(title="Collectors who stay at home", title_justify="left", title_style="bold")
    table.add_column("Collector", no_wrap=True)
    table.add_column("Why", ratio=1)
    for unavailable in result.unavailable_collectors:
        reason = unavailable.reason
        table.add_row(unavailable.collector, f"{reason.title} ({reason.code}). {reason.detail}")
    return table


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _clock(instant: datetime) -> str:
    """Return the time of day; results carry the branch's offset."""
    return f"{instant:%H:%M}"


def _priority(visit: StopOut | UnassignedOut) -> str:
    return f"must, {visit.priority}" if visit.mandatory else str(visit.priority)


def _windows(case: CaseRequest) -> str:
    return "\n".join(f"{window.start:%H:%M}-{window.end:%H:%M}" for window in case.windows)


def _where(case: CaseRequest, location: Location | None) -> str:
    """Return the address as it was asked, else the coordinate."""
    if case.address is not None:
        # Nothing that turns the line round or moves the cursor: addresses come from anywhere.
        return "".join(character for character in case.address if character.isprintable())
    return "" if location is None else f"{location.lat:.5f}, {location.lon:.5f}"
