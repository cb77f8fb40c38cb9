"""Cheapest feasible insertion: what repairs, completes and explains a plan."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

import numpy as np
from numpy.typing import NDArray

from routing.cost import are_soft, cost_of, is_timeless, left_out_s
from routing.engine import Sequences
from routing.fitness import Fitness
from routing.gaps import NO_ROOM, Gaps, extra_travel_s, gaps_of, joined
from routing.itinerary import Infeasible
from routing.problem import Problem, Vehicle, Visit
from routing.schedule import can_be_driven, frozen, route_cost_s, schedule_route
from routing.solution import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """A place for a visit: before the visit now at `position` on the vehicle's route, `extra_s` more cost."""

    visit: int
    vehicle: int
    position: int
    extra_s: int


#: Gaps with room for a visit: the extra travel at its price, the vehicle and the position of each.
_Room = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def never_expired() -> bool:
    """Let the work take as long as it needs."""
    return False


class OpenPlan:
    """Feasible sequences that visits can still be put into.

    Parameters
    ----------
    expired : when it says so, no place is tried any more that has to be tried.
    routes : the sequences timed, one per vehicle, where they are known; timing them takes a while.
    """

    def __init__(
        self,
        problem: Problem,
        sequences: Sequences,
        expired: Callable[[], bool] = never_expired,
        routes: Iterable[Route] = (),
    ) -> None:
        self._problem = problem
        self._expired = expired
        self._sequences = list(sequences)
        self._gaps = [gaps_of(problem, vehicle, visits) for vehicle, visits in enumerate(sequences)]
        self._joined: list[Gaps] | None = None
        self._costs_s = {route.vehicle: _cost_and_rest_s(problem, route) for route in routes}
        self._exact = np.array(_exact(problem), dtype=bool)
        self._fitness = Fitness(problem)

    @property
    def sequences(self) -> Sequences:
        """The sequences as they are now."""
        return tuple(self._sequences)

    def cheapest(self, visit: int, *, most_s: float = inf) -> Insertion | None:
        """Find the feasible place with the least extra cost, None when there is none.

        Parameters
        ----------
        most_s : a place that must cost more is not looked at.
        """
        return self._best(visit, self._all_gaps(), most_s)

    def cheapest_on(self, vehicle: int, visit: int, *, most_s: float = inf) -> Insertion | None:
        """Find the cheapest feasible place on one vehicle's route."""
        return self._best(visit, [self._gaps[vehicle]], most_s)

    def fits(self, visit: int) -> bool | None:
        """Tell whether there is a feasible place; None when time is up before that is known."""
        if self._is_out_of_time:
            return None
        rooms = self._rooms(visit, self._all_gaps())
        if any(self._exact[vehicles].any() for _, vehicles, _ in rooms):
            return True
        tried: set[tuple[int, Sequence[int], int]] = set()
        for least_s, vehicles, positions in rooms:
            for index in np.argsort(least_s, kind="stable"):
                vehicle, position = int(vehicles[index]), int(positions[index])
                place = self._like[vehicle], self._sequences[vehicle], position
                if place in tried:
                    continue
                if self._expired():
                    return None
                tried.add(place)
                if can_be_driven(self._problem, vehicle, self._with(visit, vehicle, position)):
                    return True
        return False

    def least_extra_s(self, visit: int) -> int | None:
        """Tell what no feasible place can be cheaper than, None when there is none."""
        return next((least_s for least_s, _, _ in self._ranked(self._rooms(visit, self._all_gaps()))), None)

    @cached_property
    def _like(self) -> list[int]:
        """Give one number to vehicles that differ in their ids and skills alone."""
        seen: dict[Vehicle, int] = {}
        return [seen.setdefault(replace(car, id="", skills=frozenset()), len(seen)) for car in self._problem.vehicles]

    def not_ruled_out(self, door: Visit) -> tuple[int, ...]:
        """List the vehicles in whose gaps the visit would fit, but for what gaps do not tell."""
        fit = self._fitness.of(door)
        found = [
            np.unique(each.vehicle[(extra_travel_s(self._problem, each, door) != NO_ROOM) & fit[each.vehicle]])
            for each in joined(self._gaps)
        ]
        return tuple(sorted(int(vehicle) for vehicles in found for vehicle in vehicles))

    def insert(self, place: Insertion) -> None:
        """Put the visit there."""
        self.replace(place.vehicle, self._with(place.visit, place.vehicle, place.position))

    def replace(self, vehicle: int, visits: tuple[int, ...]) -> None:
        """Give a vehicle another sequence, which must be feasible."""
        self._sequences[vehicle] = visits
        self._gaps[vehicle] = gaps_of(self._problem, vehicle, visits)
        self._joined = None
        self._costs_s.pop(vehicle, None)

    def _all_gaps(self) -> list[Gaps]:
        if self._joined is None:
            self._joined = joined(self._gaps)
        return self._joined

    @property
    def _is_out_of_time(self) -> bool:
        """Whether nothing can be told of any gap, for what fits into it would have to be tried."""
        return not self._exact.any() and self._expired()

    def _best(self, visit: int, gaps: Iterable[Gaps], most_s: float) -> Insertion | None:
        """Try the places from the lowest possible extra cost on, until none can be cheaper."""
        if self._is_out_of_time:
            return None
        best: Insertion | None = None
        for least_s, vehicle, position in self._ranked(self._rooms(visit, gaps)):
            if least_s > (most_s if best is None else best.extra_s):
                break
            if not self._exact[vehicle] and self._expired():
                continue
            extra_s = least_s if self._exact[vehicle] else self._tried_s(visit, vehicle, position)
            if extra_s is None:
                continue
            place = Insertion(visit=visit, vehicle=vehicle, position=position, extra_s=extra_s)
            if best is None or _by_extra(place) < _by_extra(best):
                best = place
        return best

    def _rooms(self, visit: int, gaps: Iterable[Gaps]) -> list[_Room]:
        """Find the gaps where the visit may fit."""
        door = self._problem.visits[visit]
        fit = self._fitness.of(door)
        rooms: list[_Room] = []
        for each in gaps:
            extra_s = extra_travel_s(self._problem, each, door)
            here = np.flatnonzero((extra_s != NO_ROOM) & fit[each.vehicle])
            if here.size:
                rooms.append((extra_s[here] * self._problem.weights.travel, each.vehicle[here], each.position[here]))
        return rooms

    def _ranked(self, rooms: Iterable[_Room]) -> Iterator[tuple[int, int, int]]:
        """Give (least extra cost, vehicle, position) of the gaps, ascending."""
        found: list[_Room] = []
        for least_s, vehicle, position in rooms:
            if self._exact.all():  # the first of the cheapest is the one
                first = [int(np.argmin(least_s))]
                found.append((least_s[first], vehicle[first], position[first]))
                continue
            # A visit could save a route's waiting, overtime and lateness, at the most.
            saved_s = [0 if self._exact[car] else self._cost_s(car)[1] for car in vehicle.tolist()]
            found.append((least_s - np.array(saved_s, dtype=np.int64), vehicle, position))
        if not found:
            return
        least, vehicles, positions = (np.concatenate(parts) for parts in zip(*found, strict=True))
        for index in np.lexsort((positions, vehicles, least)):
            yield int(least[index]), int(vehicles[index]), int(positions[index])

    def _tried_s(self, visit: int, vehicle: int, position: int) -> int | None:
        cost_s = route_cost_s(self._problem, vehicle, self._with(visit, vehicle, position))
        return None if cost_s is None else cost_s - self._cost_s(vehicle)[0]

    def _cost_s(self, vehicle: int) -> tuple[int, int]:
        """Tell what a route costs now, and what of it is waiting, overtime and lateness."""
        if vehicle not in self._costs_s:
            route = schedule_route(self._problem, vehicle, self._sequences[vehicle])
            if isinstance(route, Infeasible):
                msg = "An open plan is built on feasible sequences only."
                raise ValueError(msg)
            self._costs_s[vehicle] = _cost_and_rest_s(self._problem, route)
        return self._costs_s[vehicle]

    def _with(self, visit: int, vehicle: int, position: int) -> tuple[int, ...]:
        visits = self._sequences[vehicle]
        return (*visits[:position], visit, *visits[position:])


def possible_vehicles(problem: Problem) -> list[tuple[int, ...]]:
    """List for each visit the vehicles whose skills, roads, shift and load do not rule it out.

    Setups, breaks, hours of work and pinned positions are not looked at. A visit of a frozen prefix has its
    vehicle alone.
    """
    idle = OpenPlan(problem, frozen(problem))
    owner = {visit: vehicle for vehicle, visits in enumerate(idle.sequences) for visit in visits}
    return [
        (owner[visit],) if visit in owner else idle.not_ruled_out(replace(door, position=None))
        for visit, door in enumerate(problem.visits)
    ]


def insert_in_order(
    problem: Problem, sequences: Sequences, visits: Iterable[int], expired: Callable[[], bool] = never_expired
) -> Sequences:
    """Insert one visit after the other where each is cheapest and pays, until `expired`."""
    plan = OpenPlan(problem, sequences, expired)
    for visit in visits:
        if expired():
            break
        place = plan.cheapest(visit, most_s=left_out_s(problem.visits[visit]))
        if place is not None and pays(problem, place):
            plan.insert(place)
    return plan.sequences


def pays(problem: Problem, place: Insertion) -> bool:
    """Tell whether the visit is worth its extra cost; at equal cost it is served."""
    return place.extra_s <= left_out_s(problem.visits[place.visit])


def _exact(problem: Problem) -> list[bool]:
    """Tell for each vehicle whether its gaps say all: what fits in them can be driven, and costs its travel alone."""
    if any(visit.setup_s for visit in problem.visits):
        return [False] * len(problem.vehicles)
    soft = [visit for visit in problem.visits if are_soft([visit])]
    return [
        not car.breaks and car.max_work_s is None and is_timeless(problem.weights, car, soft)
        for car in problem.vehicles
    ]


def _cost_and_rest_s(problem: Problem, route: Route) -> tuple[int, int]:
    """Tell what a route costs, and what of it is waiting, overtime and lateness."""
    cost_s = cost_of(problem, [route], ()).routes_s
    return cost_s, cost_s - problem.weights.travel * route.travel_s


def _by_extra(place: Insertion) -> tuple[int, int, int]:
    return place.extra_s, place.vehicle, place.position
