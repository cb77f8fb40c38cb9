"""The audit of breaks: which were at home, which on the way, and whether each began in time."""

from collections.abc import Iterable
from itertools import pairwise

from routing.problem import Break, Vehicle
from routing.solution import Route


def rest_between_s(route: Route, from_s: int, to_s: int) -> int:
    """Seconds of rest that lie wholly between two moments."""
    return sum(rest.duration_s for rest in route.rests if from_s <= rest.start_s and rest.end_s <= to_s)


def rests_at_fault(car: Vehicle, route: Route) -> str | None:
    """Say what is wrong with the breaks of a route that has stops, None when nothing is.

    Some first breaks were over at home before the departure, the next are the route's rests, the others
    begin at home after the arrival; any such division will do.
    """
    busy = sorted([(stop.start_s, stop.departure_s) for stop in route.stops if stop.start_s < stop.departure_s])
    rests = [(rest.start_s, rest.end_s) for rest in route.rests]
    if any(before[1] > after[0] for before, after in pairwise(sorted([*busy, *rests]))):
        return "a rest overlaps a service or another rest"
    if rests and not route.departure_s <= rests[0][0] <= rests[-1][1] <= route.arrival_s:
        return "a rest lies outside the day"
    count = len(route.rests)
    for at_home in range(len(car.breaks) - count + 1):
        before, taken, after = car.breaks[:at_home], car.breaks[at_home:][:count], car.breaks[at_home + count :]
        if _over_before(before, route) and _as_taken(taken, route) and _still_in_time(after, route):
            return None
    return f"its {count} rests are not {len(car.breaks)} breaks taken in time"


def _over_before(breaks: Iterable[Break], route: Route) -> bool:
    free_s = 0
    for rest in breaks:
        if rest.after_work_s is not None:
            if rest.latest_s >= route.departure_s:
                return False
        else:
            free_s = max(free_s, rest.earliest_s) + rest.duration_s
    return free_s <= route.departure_s


def _as_taken(breaks: Iterable[Break], route: Route) -> bool:
    rested_s = 0
    for rest, taken in zip(breaks, route.rests, strict=True):
        if taken.duration_s != rest.duration_s or not rest.earliest_s <= taken.start_s <= rest.latest_s:
            return False
        if rest.after_work_s is not None and taken.start_s - route.departure_s - rested_s > rest.after_work_s:
            return False
        rested_s += taken.duration_s
    return True


def _still_in_time(breaks: Iterable[Break], route: Route) -> bool:
    worked_s = route.arrival_s - route.departure_s - sum(rest.duration_s for rest in route.rests)
    free_s = route.arrival_s
    for rest in breaks:
        start_s = max(free_s, rest.earliest_s)
        if start_s > rest.latest_s or (rest.after_work_s is not None and worked_s > rest.after_work_s):
            return False
        free_s = start_s + rest.duration_s
    return True
