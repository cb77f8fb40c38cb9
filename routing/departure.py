"""When to leave: the departures worth trying, and the best of them."""

from collections.abc import Iterator
from dataclasses import replace

from routing.clock import drive, latest_start_s
from routing.cost import overtime_s
from routing.itinerary import Infeasible, Itinerary, Obstacle
from routing.problem import Weights
from routing.solution import Route


def best_day(way: Itinerary, weights: Weights, *, any_will_do: bool = False) -> Route | Infeasible:
    """Time the day with the departure of the least weighted cost.

    Ties go to the earliest arrival, then to the earliest services (the least sum of their starts), then to
    the latest departure. The departures tried are the shift's start and `departures`. Where none works, the
    obstacle met from the shift's start is told.

    Parameters
    ----------
    any_will_do : take the first departure that works; enough where the times cost nothing.
    """
    early = drive(way, way.car.shift.start_s)
    if isinstance(early, Route) and any_will_do:
        return early
    if isinstance(early, Infeasible) and _never_works(way, early):
        return early
    if _earliest_is_best(way, weights):
        if isinstance(early, Infeasible):
            return early
        late_s = early.stops[0].start_s - way.legs[0].travel_s
        return early if late_s == early.departure_s else drive(way, late_s)
    best = early
    for departure_s in departures(way):
        day = drive(way, departure_s)
        if isinstance(day, Infeasible):
            continue
        if any_will_do:
            return day
        if isinstance(best, Infeasible) or _rank(way, weights, day) < _rank(way, weights, best):
            best = day
    return best


def departures(way: Itinerary) -> list[int]:
    """List the departures, after the shift's start, from which something happens just in time.

    For each stop and each of its windows: the latest departure to begin at the window's start, and, where
    the window has a grace, the latest to end at its end, every window before included and breaks left aside.
    With breaks, each of these also earlier by the length of one or more consecutive breaks; the moments
    at which breaks at home are over; and those from which a break can begin within its hours of work.
    """
    just_in_time = set(_just_in_time(way))
    found = set(just_in_time)
    free_s = 0
    for number, rest in enumerate(way.car.breaks):
        rested_s = 0
        for later in way.car.breaks[number:]:
            rested_s += later.duration_s
            found.update(departure_s - rested_s for departure_s in just_in_time)
        if rest.after_work_s is None:
            free_s = max(free_s, rest.earliest_s) + rest.duration_s
            found.add(free_s)
        else:
            found.update((rest.earliest_s - rest.after_work_s, rest.latest_s + 1))
    shift = way.car.shift
    return sorted(departure_s for departure_s in found if shift.start_s < departure_s <= shift.end_s)


def day_cost_s(way: Itinerary, weights: Weights, day: Route) -> int:
    """Tell what the route adds to Cost.total_s."""
    return (
        weights.travel * way.travel_s
        + weights.waiting * day.waiting_s
        + weights.overtime * overtime_s(way.car, day.arrival_s)
        + weights.lateness * day.lateness_s
    )


def _just_in_time(way: Itinerary) -> Iterator[int]:
    for stop, leg in enumerate(way.legs):
        for window in leg.windows:
            starts = {window.start_s, window.end_s - leg.work_s} if window.grace_s else {window.start_s}
            for start_s in starts:
                if window.start_s <= start_s <= window.last_s - leg.work_s:
                    departure_s = _departure_to_start_s(way, stop, start_s)
                    if departure_s is not None:
                        yield departure_s


def _departure_to_start_s(way: Itinerary, stop: int, start_s: int) -> int | None:
    """When to leave at the latest for the work at a stop to begin at start_s; breaks are left aside."""
    for number in range(stop, 0, -1):
        before = way.legs[number - 1]
        earlier_s = latest_start_s(before.windows, before.work_s, start_s - way.legs[number].travel_s)
        if earlier_s is None:
            return None
        start_s = earlier_s
    return start_s - way.legs[0].travel_s


def _earliest_is_best(way: Itinerary, weights: Weights) -> bool:
    """Tell whether no departure costs less, or works better, than the earliest one."""
    return (
        not way.breaks
        and way.car.max_work_s is None
        and weights.waiting == 0
        and not any(window.grace_s for leg in way.legs for window in leg.windows)
    )


def _never_works(way: Itinerary, early: Infeasible) -> bool:
    """Tell whether no departure works because the earliest one comes too late somewhere, even without any break.

    Who leaves later, or rests, is nowhere earlier.
    """
    met: Route | Infeasible = drive(replace(way, breaks=()), way.car.shift.start_s) if way.breaks else early
    return isinstance(met, Infeasible) and met.obstacle in {Obstacle.WINDOWS_MISSED, Obstacle.SHIFT_EXCEEDED}


def _rank(way: Itinerary, weights: Weights, day: Route) -> tuple[int, int, int, int]:
    starts_s = sum(stop.start_s for stop in day.stops)
    return day_cost_s(way, weights, day), day.arrival_s, starts_s, -day.departure_s
