"""A problem as the kernels read it: numbers in arrays, visits and vehicles by index."""

from dataclasses import dataclass

import numpy as np

from routing.cost import are_soft, left_out_s
from routing.engines.hybrid.layout import (
    BREAKS,
    CLASS,
    CLOSED,
    COSTS_TIME,
    FIRST_BREAK,
    FROZEN,
    HORIZON,
    LATENESS_WEIGHT,
    LIMITED,
    MAX_DRIVING,
    MAX_LOAD,
    MAX_VISITS,
    MAX_WORK,
    OVERTIME_AFTER,
    OVERTIME_WEIGHT,
    PINNED,
    PROFILE,
    REST_COLUMNS,
    RULES,
    SHIFT_END,
    SHIFT_START,
    TIMED,
    TRAVEL_WEIGHT,
    VEHICLE_COLUMNS,
    WAITING_WEIGHT,
    Bytes,
    Ints,
    Longs,
    World,
)
from routing.engines.hybrid.neighbours import neighbours, side_by_side
from routing.fitness import Fitness
from routing.itinerary import due_breaks
from routing.problem import UNREACHABLE, Problem, Vehicle


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """A problem, its arrays, and what the arrays do not say.

    Attributes
    ----------
    classes : (vehicles,) the class of each: vehicles of a class differ in their ids alone.
    start_place, end_place : (vehicles,) where their days begin and end, as rows of World.duration.
    """

    problem: Problem
    world: World
    classes: tuple[int, ...]
    place: Ints
    start_place: Ints
    end_place: Ints
    window_from: Ints


def build(problem: Problem) -> Instance:
    """Lay a problem out for the kernels."""
    visits, vehicles = problem.visits, problem.vehicles
    places = sorted({visit.location for visit in visits} | {place for car in vehicles for place in _ends(car)})
    used = side_by_side(problem.matrices[0].durations_s, places)
    row = {location: number for number, location in enumerate(used)}
    nowhere = len(used)  # where open routes end: no road leads away, and all ways there take no time
    profiles = sorted({(car.matrix, car.pace_percent) for car in vehicles})
    duration = _durations(problem, used, profiles)
    able, classes = _classes(problem)
    place = np.array([row[visit.location] for visit in visits], np.int32)
    windows, window_from = _windows(problem)
    world_vehicle, rest = _vehicles(problem, profiles, classes)
    starts = np.array([row[car.start] for car in vehicles], np.int32)
    opens, closes, length = _window_figures(windows, window_from)
    service = np.array([visit.service_s for visit in visits], np.int32)
    symmetric = all(np.array_equal(one, one.T) for one in duration)
    backward = duration if symmetric else np.ascontiguousarray(duration.transpose(0, 2, 1))
    members = np.argsort(np.array(classes, np.int64), kind="stable").astype(np.int32)
    beside = neighbours(duration, backward, place, service, np.stack([opens, closes], axis=1), _class_bits(able))
    world = World(
        duration=duration,
        backward=backward,
        window=windows,
        prize=np.array([left_out_s(visit) for visit in visits], np.int64),
        optional=np.array([not visit.mandatory for visit in visits], np.uint8),
        load=np.array([visit.load for visit in visits], np.int32),
        frozen=_frozen(problem),
        position=np.array([-1 if visit.position is None else visit.position for visit in visits], np.int32),
        able=np.pad(able, ((0, 0), (0, 1))),
        vehicle=world_vehicle,
        rest=rest,
        members=members,
        member_from=np.searchsorted(np.sort(classes), np.arange(max(classes, default=-1) + 2)).astype(np.int32),
        near=beside.near,
        before=beside.before,
        after=beside.after,
        from_before=beside.from_before,
        to_after=beside.to_after,
        figures=np.stack([_remoteness(duration, starts, place), length, opens, closes], axis=1),
        rules=_rules(problem),
    )
    return Instance(
        problem=problem,
        world=world,
        classes=tuple(classes),
        place=place,
        start_place=starts,
        end_place=np.array([nowhere if car.end is None else row[car.end] for car in vehicles], np.int32),
        window_from=window_from,
    )


def _ends(car: Vehicle) -> tuple[int, ...]:
    return (car.start,) if car.end is None else (car.start, car.end)


def _durations(problem: Problem, used: list[int], profiles: list[tuple[int, int]]) -> Ints:
    size = len(used)
    duration = np.zeros((max(1, len(profiles)), size + 1, size + 1), np.int32)
    for number, (matrix, pace_percent) in enumerate(profiles):
        part = problem.matrices[matrix].durations_s[np.ix_(used, used)]
        target = duration[number, :size, :size]
        if pace_percent == 100:
            np.minimum(part, CLOSED, out=target)
        else:
            paced = -(-part.astype(np.int64) * pace_percent // 100)
            target[:] = np.where(part == UNREACHABLE, CLOSED, np.minimum(paced, CLOSED))
        duration[number, size, :size] = CLOSED
    return duration


def _windows(problem: Problem) -> tuple[Ints, Ints]:
    """Start and end of all windows, and where each visit's begin; no windows become one that is always open."""
    rows: list[tuple[int, ...]] = []
    first = [0]
    for visit in problem.visits:
        windows = sorted((w.start_s, w.last_s, w.end_s) for w in visit.windows) or [(0, HORIZON, HORIZON)]
        rows += [tuple(min(time_s, HORIZON) for time_s in window) for window in windows]
        first.append(len(rows))
    return np.array(rows, np.int32).reshape(-1, 3), np.array(first, np.int32)


def _window_figures(windows: Ints, first: Ints) -> tuple[Ints, Ints, Ints]:
    if not windows.size:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int32)
    opens = np.minimum.reduceat(windows[:, 0], first[:-1])
    closes = np.maximum.reduceat(windows[:, 1], first[:-1])
    length = np.minimum(np.add.reduceat((windows[:, 1] - windows[:, 0]).astype(np.int64), first[:-1]), HORIZON)
    return opens, closes, length.astype(np.int32)


def _classes(problem: Problem) -> tuple[Bytes, list[int]]:
    """Who may serve what, and vehicles grouped by all that tells them apart."""
    fitness = Fitness(problem)
    may = np.array([fitness.of(visit) for visit in problem.visits], bool)
    may = may.reshape(len(problem.visits), len(problem.vehicles))
    seen: dict[tuple[object, ...], int] = {}
    classes = [
        seen.setdefault((_character(car), may[:, number].tobytes()), len(seen))
        for number, car in enumerate(problem.vehicles)
    ]
    first = [classes.index(number) for number in range(len(seen))]
    return np.ascontiguousarray(may[:, first].astype(np.uint8)), classes


def _character(car: Vehicle) -> tuple[object, ...]:
    limits = (car.max_work_s, car.max_driving_s, car.max_visits, car.overtime_after_s, car.max_load)
    return car.start, car.end, car.shift, car.matrix, car.pace_percent, limits, car.breaks, car.prefix


def _class_bits(able: Bytes) -> Longs:
    """Say in bits which classes may serve a visit; with more than 62 of them, that any may."""
    classes = able.shape[1]
    if classes > 62:
        return np.ones(len(able), np.int64)
    return able.astype(np.int64) @ (1 << np.arange(classes, dtype=np.int64))


def _vehicles(problem: Problem, profiles: list[tuple[int, int]], classes: list[int]) -> tuple[Ints, Ints]:
    """Rows of World.vehicle, and those of World.rest."""
    table = np.full((len(problem.vehicles), VEHICLE_COLUMNS), HORIZON, np.int32)
    weights = problem.weights
    soft = weights.lateness > 0 and are_soft(problem.visits)
    rests: list[tuple[int, ...]] = []
    for number, car in enumerate(problem.vehicles):
        row = table[number]
        row[CLASS] = classes[number]
        row[PROFILE] = profiles.index((car.matrix, car.pace_percent))
        row[FROZEN] = len(car.prefix)
        row[SHIFT_START] = min(car.shift.start_s, HORIZON)
        row[SHIFT_END] = min(car.shift.end_s, HORIZON)
        row[FIRST_BREAK], row[BREAKS] = len(rests), len(car.breaks)
        row[COSTS_TIME] = weights.waiting > 0 or soft or (weights.overtime > 0 and car.overtime_after_s is not None)
        for column, limit in (
            (MAX_VISITS, car.max_visits),
            (MAX_DRIVING, car.max_driving_s),
            (MAX_LOAD, car.max_load),
            (MAX_WORK, car.max_work_s),
            (OVERTIME_AFTER, car.overtime_after_s),
        ):
            row[column] = _capped(limit)
        for due, rest in zip(due_breaks(car), car.breaks, strict=True):
            own = rest.latest_s, _capped(rest.after_work_s)
            rests.append((due.earliest_s, due.latest_s, due.duration_s, _capped(due.within_work_s), *own))
    return table, np.minimum(np.array(rests, np.int64).reshape(-1, REST_COLUMNS), HORIZON).astype(np.int32)


def _capped(limit: int | None) -> int:
    return HORIZON if limit is None else min(limit, HORIZON)


def _frozen(problem: Problem) -> Bytes:
    frozen = np.zeros(len(problem.visits), np.uint8)
    for car in problem.vehicles:
        frozen[list(car.prefix)] = 1
    return frozen


def _remoteness(duration: Ints, starts: Ints, place: Ints) -> Ints:
    if not len(starts):
        return np.zeros(len(place), np.int32)
    nearest: Ints = duration[0][np.ix_(np.unique(starts), place)].min(axis=0)
    return nearest


def _rules(problem: Problem) -> Longs:
    rules = np.zeros(RULES, np.int64)
    weights, cars = problem.weights, problem.vehicles
    pinned = any(visit.position is not None for visit in problem.visits) or any(car.prefix for car in cars)
    rules[PINNED] = pinned
    rules[LIMITED] = pinned or any(
        limit is not None for car in cars for limit in (car.max_visits, car.max_driving_s, car.max_load)
    )
    rules[TIMED] = (
        weights.waiting > 0
        or any(car.breaks or car.max_work_s is not None for car in cars)
        or (weights.overtime > 0 and any(car.overtime_after_s is not None for car in cars))
        or (weights.lateness > 0 and are_soft(problem.visits))
    )
    rules[TRAVEL_WEIGHT] = weights.travel
    rules[WAITING_WEIGHT] = weights.waiting
    rules[OVERTIME_WEIGHT] = weights.overtime
    rules[LATENESS_WEIGHT] = weights.lateness
    return rules
