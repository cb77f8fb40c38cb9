"""Problem -> one graph of visits for each class of vehicles that are all alike, as arrays for the label kernels."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from routing.engines.bound.arrays import Ints, Legs
from routing.engines.bound.clock import spread
from routing.itinerary import unfit
from routing.problem import UNREACHABLE, Problem, Vehicle

#: What a label's memory of visits has room for.
MAX_VISITS: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClassGraph:
    """What the vehicles of one class can drive: visits are nodes, costs are weighted seconds.

    Attributes
    ----------
    vehicles : indices into Problem.vehicles; any of them can drive any route of the graph.
    """

    vehicles: tuple[int, ...]
    legs: Legs

    def route_cost(self, visits: tuple[int, ...]) -> int:
        """Weighted seconds on the road of a route that is not empty."""
        legs = sum(int(self.legs.cost[leg]) for leg in pairwise(visits))
        return int(self.legs.start_cost[visits[0]]) + legs + int(self.legs.end_cost[visits[-1]])


def class_graphs(problem: Problem) -> tuple[ClassGraph, ...]:
    """Make the graphs of all classes that can serve a visit at all."""
    classes: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, car in enumerate(problem.vehicles):
        able = tuple(unfit(index, car, visit) is None for visit in problem.visits)
        if any(able):
            limits = car.max_load, car.max_visits
            classes[car.start, car.end, car.shift, car.matrix, car.pace_percent, limits, able].append(index)
    graphs = [ClassGraph(vehicles=tuple(alike), legs=_legs(problem, alike[0])) for alike in classes.values()]
    return tuple(graph for graph in graphs if (graph.legs.latest_s >= 0).any())


def _legs(problem: Problem, vehicle: int) -> Legs:
    car = problem.vehicles[vehicle]
    places = np.array([visit.location for visit in problem.visits])
    size = len(places)
    paced_s = _paced(problem, car)
    travel_s, way_s = paced_s[np.ix_(places, places)], paced_s[car.start, places]
    home_s = np.zeros(size, np.int64) if car.end is None else paced_s[places, car.end]
    service_s = np.array([visit.service_s for visit in problem.visits], np.int64)
    alone_s = service_s + np.array([visit.setup_s for visit in problem.visits], np.int64)
    load, max_load = counted(problem, car)
    windows = [_windows(problem, vehicle, index) for index in range(size)]
    legs = Legs(
        horizon_s=car.shift.end_s - car.shift.start_s,
        travel_s=travel_s.copy(),
        block_s=np.where(places[:, None] == places[None, :], service_s[None, :], alone_s[None, :]),
        cost=travel_s * problem.weights.travel,
        start_cost=way_s * problem.weights.travel,
        end_cost=home_s * problem.weights.travel,
        home_s=home_s,
        first_s=np.full(size, -1, np.int64),
        last_s=np.full(size, -1, np.int64),
        earliest_s=np.full(size, -1, np.int64),
        latest_s=np.full(size, -1, np.int64),
        window_of=np.cumsum([0, *(len(spans) for spans in windows)], dtype=np.int64),
        window_start_s=np.array([start_s for spans in windows for start_s, _ in spans], np.int64),
        window_end_s=np.array([end_s for spans in windows for _, end_s in spans], np.int64),
        load=load,
        max_load=max_load,
    )
    # The first stop has its setup even at the start's own place: no stop was before it.
    spread(legs, way_s, alone_s)
    return legs


def counted(problem: Problem, car: Vehicle) -> tuple[Ints, int]:
    """Return what visits take of the one limit that labels count, max_load or else max_visits, and that limit."""
    size = len(problem.visits)
    load = np.array([visit.load for visit in problem.visits], np.int64)
    if car.max_load is not None and load.sum() > car.max_load:
        return load, car.max_load
    if car.max_visits is not None and size > car.max_visits:
        return np.ones(size, np.int64), car.max_visits
    return np.zeros(size, np.int64), 0


def _paced(problem: Problem, car: Vehicle) -> Ints:
    """Seconds on the road at the vehicle's pace, -1 where no road leads."""
    raw_s = problem.matrices[car.matrix].durations_s
    return np.where(raw_s == UNREACHABLE, -1, -(-raw_s.astype(np.int64) * car.pace_percent // 100))


def _windows(problem: Problem, vehicle: int, index: int) -> list[tuple[int, int]]:
    """Windows after the shift's start, cut to the shift; none for who may not serve the visit."""
    visit, car = problem.visits[index], problem.vehicles[vehicle]
    shift = car.shift
    if unfit(vehicle, car, visit) is not None:
        return []
    spans = [(window.start_s, window.last_s) for window in visit.windows] or [(shift.start_s, shift.end_s)]
    cut = ((max(start_s, shift.start_s), min(end_s, shift.end_s)) for start_s, end_s in spans)
    return [
        (start_s - shift.start_s, end_s - shift.start_s) for start_s, end_s in cut if start_s + visit.service_s <= end_s
    ]
