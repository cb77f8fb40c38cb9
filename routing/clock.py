"""One day from one departure: everything happens as soon as it can, breaks as late as they may."""

from dataclasses import dataclass

from routing.itinerary import Due, Infeasible, Itinerary, Leg, Obstacle
from routing.problem import TimeWindow
from routing.solution import Rest, Route, Stop


@dataclass(slots=True)
class _Day:
    """Where a vehicle is in its day: at now_s, with the break number `due` the next to be taken."""

    departure_s: int
    now_s: int
    due: int
    rests: list[Rest]
    rested_s: int = 0

    def rest(self, start_s: int, duration_s: int) -> None:
        self.rests.append(Rest(start_s=start_s, duration_s=duration_s))
        self.now_s = start_s + duration_s
        self.rested_s += duration_s
        self.due += 1


def drive(way: Itinerary, departure_s: int) -> Route | Infeasible:
    """Time the day of a vehicle that leaves at departure_s.

    Each service takes the earliest window that holds all of it, its grace included. A break is taken while
    one waits at a door, if waiting there is long enough for all of it. Otherwise it is taken when the next
    service could not end before the break has to begin: at that door before the service, or, where the
    door is too far, on the road at the last moment. After the arrival it is at home.
    """
    day = _Day(departure_s, departure_s, taken_at_home(way, departure_s), [])
    stops: list[Stop] = []
    for position, leg in enumerate(way.legs):
        stop = _visit(way, day, leg)
        if isinstance(stop, Obstacle):
            return Infeasible(position=position, obstacle=stop)
        stops.append(stop)
        day.now_s = stop.departure_s
    obstacle = _return(way, day)
    if obstacle is not None:
        return Infeasible(position=len(stops), obstacle=obstacle)
    return Route(
        vehicle=way.vehicle,
        stops=tuple(stops),
        departure_s=departure_s,
        arrival_s=day.now_s,
        return_s=way.return_s,
        return_m=way.return_m,
        rests=tuple(day.rests),
    )


def taken_at_home(way: Itinerary, departure_s: int) -> int:
    """Count the breaks that are over at home before the departure, one after the other, each as early as it may."""
    free_s = 0
    for number, rest in enumerate(way.car.breaks):
        if rest.after_work_s is not None:
            over = rest.latest_s < departure_s
        else:
            free_s = max(free_s, rest.earliest_s) + rest.duration_s
            over = free_s <= departure_s
        if not over:
            return number
    return len(way.car.breaks)


def earliest_start_s(windows: tuple[TimeWindow, ...], work_s: int, arrival_s: int) -> int | None:
    """When work can begin at the earliest, None when no window is left that holds all of it."""
    if not windows:
        return arrival_s
    earliest_s = None
    for window in windows:
        start_s = max(arrival_s, window.start_s)
        if start_s + work_s <= window.last_s and (earliest_s is None or start_s < earliest_s):
            earliest_s = start_s
    return earliest_s


def latest_start_s(windows: tuple[TimeWindow, ...], work_s: int, departure_s: int) -> int | None:
    """When work can begin at the latest to be over by `departure_s`, None when in no window."""
    if not windows:
        return departure_s - work_s
    latest_s = None
    for window in windows:
        start_s = min(departure_s, window.last_s) - work_s
        if start_s >= window.start_s and (latest_s is None or start_s > latest_s):
            latest_s = start_s
    return latest_s


def lateness_s(windows: tuple[TimeWindow, ...], start_s: int, end_s: int) -> int:
    """Seconds after the end of the window, of the windows that hold the work the one where they are fewest."""
    late = [max(0, end_s - window.end_s) for window in windows if window.start_s <= start_s and end_s <= window.last_s]
    return min(late, default=0)


def _visit(way: Itinerary, day: _Day, leg: Leg) -> Stop | Obstacle:
    left_s, reached_s, rest_s = leg.travel_s, None, 0
    while True:
        arrival_s = day.now_s + left_s
        start_s = earliest_start_s(leg.windows, leg.work_s, arrival_s)
        if start_s is None:
            return Obstacle.WINDOWS_MISSED
        end_s = start_s + leg.work_s
        due = _due(way, day)
        if due is None:
            break
        begin_s, bound_s = max(arrival_s, due.earliest_s), _bound_s(day, due)
        if begin_s > bound_s or begin_s + due.duration_s > start_s:  # it does not fit into the waiting
            if end_s <= bound_s:
                break
            begin_s = min(begin_s, bound_s)
            if begin_s < max(day.now_s, due.earliest_s):
                return Obstacle.BREAK_MISSED
        if begin_s < arrival_s:
            left_s -= begin_s - day.now_s
        else:
            reached_s = arrival_s if reached_s is None else reached_s
            left_s, rest_s = 0, rest_s + due.duration_s
        day.rest(begin_s, due.duration_s)
    if end_s > way.car.shift.end_s:
        return Obstacle.SHIFT_EXCEEDED
    return Stop(
        visit=leg.visit,
        arrival_s=arrival_s if reached_s is None else reached_s,
        start_s=start_s,
        departure_s=end_s,
        travel_s=leg.travel_s,
        travel_m=leg.travel_m,
        rest_s=rest_s,
        lateness_s=lateness_s(leg.windows, start_s, end_s),
    )


def _return(way: Itinerary, day: _Day) -> Obstacle | None:
    left_s = way.return_s
    while (due := _due(way, day)) is not None and day.now_s + left_s > _bound_s(day, due):
        begin_s = _bound_s(day, due)
        if begin_s < max(day.now_s, due.earliest_s):
            return Obstacle.BREAK_MISSED
        left_s -= begin_s - day.now_s
        day.rest(begin_s, due.duration_s)
    day.now_s += left_s
    if day.now_s > way.car.shift.end_s:
        return Obstacle.SHIFT_EXCEEDED
    limit_s = way.car.max_work_s
    if limit_s is not None and day.now_s - day.departure_s - day.rested_s > limit_s:
        return Obstacle.WORK_EXCEEDED
    return None


def _due(way: Itinerary, day: _Day) -> Due | None:
    return way.breaks[day.due] if day.due < len(way.breaks) else None


def _bound_s(day: _Day, due: Due) -> int:
    """When the break has to begin, unless the day is over by then."""
    if due.within_work_s is None:
        return due.latest_s
    return min(due.latest_s, day.departure_s + day.rested_s + due.within_work_s)
