"""Cheapest feasible insertion: what repairs, completes and explains a plan."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from routing.cost import left_out_s
from routing.engine import Sequences
from routing.problem import UNREACHABLE, Problem
from routing.schedule import earliest_start_s, latest_start_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """A place for a visit: before the visit now at `position` on the vehicle's route, `extra_s` more travel."""

    visit: int
    vehicle: int
    position: int
    extra_s: int


@dataclass(frozen=True, slots=True)
class _Gap:
    """Two neighbours on a route, the start and the end included, and the time between them.

    A visit fits exactly when it can be served after leaving `before` at the earliest (`leave_s`) and
    in time to reach `after` at the latest (`reach_s`). `travel_s` is what driving straight on costs.
    """

    before: int
    after: int | None
    leave_s: int
    reach_s: int
    travel_s: int


class OpenPlan:
    """Feasible sequences that visits can still be put into."""

    def __init__(self, problem: Problem, sequences: Sequences) -> None:
        self._problem = problem
        self._durations_s: list[list[list[int]]] = [matrix.durations_s.tolist() for matrix in problem.matrices]
        self._sequences = list(sequences)
        self._gaps = [self._gaps_of(vehicle) for vehicle in range(len(sequences))]

    @property
    def sequences(self) -> Sequences:
        """The sequences as they are now."""
        return tuple(self._sequences)

    def cheapest(self, visit: int) -> Insertion | None:
        """Find the feasible place with the least extra travel, None when there is none."""
        found = [self.cheapest_on(vehicle, visit) for vehicle in range(len(self._sequences))]
        return min((place for place in found if place), key=_by_extra, default=None)

    def cheapest_on(self, vehicle: int, visit: int) -> Insertion | None:
        """Find the cheapest feasible place on one vehicle's route."""
        door, car = self._problem.visits[visit], self._problem.vehicles[vehicle]
        if not door.required_skills <= car.skills:
            return None
        durations_s = self._durations_s[car.matrix]
        onward = durations_s[door.location]
        best: Insertion | None = None
        for position, gap in enumerate(self._gaps[vehicle]):
            there_s = durations_s[gap.before][door.location]
            back_s = 0 if gap.after is None else onward[gap.after]
            extra_s = there_s + back_s - gap.travel_s
            if UNREACHABLE in (there_s, back_s) or (best is not None and extra_s >= best.extra_s):
                continue
            start_s = earliest_start_s(door, gap.leave_s + there_s)
            if start_s is not None and start_s + door.service_s + back_s <= gap.reach_s:
                best = Insertion(visit=visit, vehicle=vehicle, position=position, extra_s=extra_s)
        return best

    def insert(self, place: Insertion) -> None:
        """Put the visit there."""
        visits = self._sequences[place.vehicle]
        self.replace(place.vehicle, (*visits[: place.position], place.visit, *visits[place.position :]))

    def replace(self, vehicle: int, visits: tuple[int, ...]) -> None:
        """Give a vehicle another sequence, which must be feasible."""
        self._sequences[vehicle] = visits
        self._gaps[vehicle] = self._gaps_of(vehicle)

    def _gaps_of(self, vehicle: int) -> tuple[_Gap, ...]:
        car = self._problem.vehicles[vehicle]
        doors = [self._problem.visits[visit] for visit in self._sequences[vehicle]]
        durations_s = self._durations_s[car.matrix]
        before = [car.start, *(door.location for door in doors)]
        after = [*(door.location for door in doors), car.end]
        if not doors:  # staying at home costs nothing, even where no road leads to the end
            travel_s = [0]
        else:
            travel_s = [
                0 if there is None else durations_s[here][there] for here, there in zip(before, after, strict=True)
            ]
        leave_s = [car.shift.start_s]
        for door, leg_s in zip(doors, travel_s, strict=False):
            leave_s.append(_known(earliest_start_s(door, leave_s[-1] + leg_s)) + door.service_s)
        reach_s = [car.shift.end_s]
        for door, leg_s in zip(reversed(doors), reversed(travel_s), strict=False):
            reach_s.append(_known(latest_start_s(door, reach_s[-1] - leg_s)))
        return tuple(map(_Gap, before, after, leave_s, reversed(reach_s), travel_s))


def insert_in_order(
    problem: Problem, sequences: Sequences, visits: Iterable[int], expired: Callable[[], bool]
) -> Sequences:
    """Insert one visit after the other where each is cheapest and pays, until `expired`."""
    plan = OpenPlan(problem, sequences)
    for visit in visits:
        if expired():
            break
        place = plan.cheapest(visit)
        if place is not None and pays(problem, place):
            plan.insert(place)
    return plan.sequences


def pays(problem: Problem, place: Insertion) -> bool:
    """Tell whether the visit is worth its extra travel; at equal cost it is served."""
    return place.extra_s <= left_out_s(problem.visits[place.visit])


def _by_extra(place: Insertion) -> tuple[int, int, int]:
    return place.extra_s, place.vehicle, place.position


def _known(time_s: int | None) -> int:
    if time_s is None:
        msg = "An open plan is built on feasible sequences only."
        raise ValueError(msg)
    return time_s
