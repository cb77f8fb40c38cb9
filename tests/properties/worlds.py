"""Random small problems with every rule there is, and the plan of least cost by looking at all."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, product

import numpy as np
from hypothesis import HealthCheck
from hypothesis import strategies as st

from routing.cost import left_out_s
from routing.engine import Sequences
from routing.problem import UNREACHABLE, Break, Problem, TimeWindow, TravelMatrix, Vehicle, Visit, Weights
from routing.schedule import Infeasible, route_cost_s, schedule_route

SKILLS = ("senior", "dialect")
HORIZON_S = 400

#: Problems take their time to be made.
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@st.composite
def windows(draw: st.DrawFn, *, soft: bool = False) -> TimeWindow:
    start_s = draw(st.integers(0, HORIZON_S * 3 // 4))
    grace_s = draw(st.integers(0, 60)) if soft else 0
    return TimeWindow(start_s=start_s, end_s=start_s + draw(st.integers(0, HORIZON_S)), grace_s=grace_s)


@st.composite
def shifts(draw: st.DrawFn) -> TimeWindow:
    start_s = draw(st.integers(0, HORIZON_S // 4))
    return TimeWindow(start_s=start_s, end_s=start_s + draw(st.integers(HORIZON_S // 4, HORIZON_S * 3 // 2)))


@st.composite
def matrices(draw: st.DrawFn, size: int) -> TravelMatrix:
    """Shortest paths over random legs, some of them missing."""
    raw = draw(st.lists(st.integers(0, 89), min_size=size * size, max_size=size * size))
    legs_s = np.array([np.inf if s > 80 else s for s in raw]).reshape(size, size)
    np.fill_diagonal(legs_s, 0)
    for via in range(size):
        legs_s = np.minimum(legs_s, legs_s[:, [via]] + legs_s[[via], :])
    cut = np.isinf(legs_s)
    durations_s = np.where(cut, UNREACHABLE, legs_s).astype(np.int32)
    return TravelMatrix(durations_s=durations_s, lengths_m=np.where(cut, UNREACHABLE, legs_s * 10).astype(np.int32))


@st.composite
def plain_problems(draw: st.DrawFn, max_visits: int = 7, max_vehicles: int = 3) -> Problem:
    """Windows, skills, shifts, several matrices, mandatory and optional visits."""
    size = draw(st.integers(3, 6) | st.integers(1, 6))
    place = st.integers(0, size - 1)
    profiles = draw(st.integers(1, 2))
    visits = [
        Visit(
            id=f"v{number}",
            location=draw(place),
            service_s=draw(st.integers(0, 60)),
            windows=tuple(draw(st.just([]) | st.lists(windows(), max_size=3))),
            required_skills=frozenset(draw(st.sampled_from(((), (), (), *((skill,) for skill in SKILLS))))),
            mandatory=draw(st.booleans()),
            penalty_s=draw(st.integers(0, 400)),
        )
        for number in range(draw(st.integers(max_visits // 2, max_visits) | st.integers(0, max_visits)))
    ]
    vehicles = [
        Vehicle(
            id=f"c{number}",
            start=draw(place),
            end=draw(place | st.none()),
            shift=draw(shifts()),
            skills=draw(st.frozensets(st.sampled_from(SKILLS))),
            matrix=draw(st.integers(0, profiles - 1)),
        )
        for number in range(draw(st.integers(1, max_vehicles) | st.integers(0, 1)))
    ]
    return Problem(
        visits=tuple(visits),
        vehicles=tuple(vehicles),
        matrices=tuple(draw(matrices(size)) for _ in range(profiles)),
    )


@st.composite
def problems(draw: st.DrawFn, max_visits: int = 7, max_vehicles: int = 3) -> Problem:
    """A plain problem, and on top of it some of all the other rules."""
    plain = draw(plain_problems(max_visits, max_vehicles))
    ruled = draw(st.frozensets(st.sampled_from(("visits", "pins", "limits", "breaks", "weights", "soft", "prefix"))))
    visits = [draw(_ruled_visit(visit, len(plain.vehicles), ruled)) for visit in plain.visits]
    vehicles = [draw(_ruled_vehicle(car, ruled)) for car in plain.vehicles]
    weight = st.integers(0, 3)
    weights = Weights(travel=draw(weight), waiting=draw(weight), overtime=draw(weight), lateness=draw(weight))
    problem = replace(
        plain,
        visits=tuple(visits),
        vehicles=tuple(vehicles),
        weights=weights if "weights" in ruled else plain.weights,
    )
    return draw(_with_prefixes(problem)) if "prefix" in ruled else problem


@st.composite
def _ruled_visit(draw: st.DrawFn, visit: Visit, vehicles: int, ruled: frozenset[str]) -> Visit:
    if "soft" in ruled:
        visit = replace(visit, windows=tuple(draw(st.lists(windows(soft=True), max_size=2))))
    if "visits" in ruled:
        skills = st.just(frozenset[str]()) | st.frozensets(st.sampled_from(SKILLS), max_size=1)
        visit = replace(
            visit,
            setup_s=draw(st.integers(0, 40)),
            load=draw(st.integers(0, 3)),
            excluded_skills=draw(skills) - visit.required_skills,
        )
    if "pins" in ruled and vehicles:
        allowed = st.frozensets(st.integers(0, vehicles - 1), min_size=1)
        visit = replace(
            visit,
            allowed_vehicles=draw(st.none() | allowed),
            position=draw(st.sampled_from((None, None, None, 0, 1, 2))),
        )
    return visit


@st.composite
def _ruled_vehicle(draw: st.DrawFn, car: Vehicle, ruled: frozenset[str]) -> Vehicle:
    if "limits" in ruled:
        car = replace(
            car,
            pace_percent=draw(st.sampled_from((100, 100, 50, 133))),
            max_work_s=draw(st.none() | st.integers(0, 500)),
            max_driving_s=draw(st.none() | st.integers(0, 400)),
            max_visits=draw(st.none() | st.integers(0, 5)),
            max_load=draw(st.none() | st.integers(0, 9)),
        )
    if "soft" in ruled:
        late = st.integers(car.shift.start_s, car.shift.end_s)
        car = replace(car, overtime_after_s=draw(st.none() | late))
    if "breaks" in ruled:
        car = replace(car, breaks=draw(_breaks()))
    return car


@st.composite
def _breaks(draw: st.DrawFn) -> tuple[Break, ...]:
    made: list[Break] = []
    earliest_s = latest_s = free_s = 0
    for _ in range(draw(st.integers(0, 2))):
        earliest_s += draw(st.integers(50, 150) | st.integers(0, 200))
        latest_s = max(latest_s, earliest_s, free_s) + draw(st.integers(0, 30) | st.integers(0, 150))
        rest = Break(
            earliest_s=earliest_s,
            latest_s=latest_s,
            duration_s=draw(st.integers(1, 40)),
            after_work_s=draw(st.none() | st.integers(0, 100) | st.integers(0, 300)),
        )
        free_s = max(free_s, earliest_s) + rest.duration_s
        made.append(rest)
    return tuple(made)


@st.composite
def _with_prefixes(draw: st.DrawFn, problem: Problem) -> Problem:
    """Freeze the first visits of some vehicles, where they can be driven."""
    left = list(range(len(problem.visits)))
    for number, car in enumerate(problem.vehicles):
        wanted = draw(st.lists(st.sampled_from(left), unique=True, max_size=2)) if left else []
        begun = _with_prefix(problem, number, car, tuple(wanted))
        if begun is not None:
            problem = begun
            left = [visit for visit in left if visit not in wanted]
    return problem


def _with_prefix(problem: Problem, number: int, car: Vehicle, prefix: tuple[int, ...]) -> Problem | None:
    if car.max_visits is not None and len(prefix) > car.max_visits:
        return None
    car = replace(car, prefix=prefix)
    begun = replace(problem, vehicles=(*problem.vehicles[:number], car, *problem.vehicles[number + 1 :]))
    return begun if route_cost_s(begun, number, prefix) is not None else None


def all_sequences(problem: Problem) -> Iterator[Sequences]:
    """Give every way to leave visits out, share the rest and order it."""
    homes = range(len(problem.vehicles) + 1)
    for share in product(homes, repeat=len(problem.visits)):
        parts = [
            permutations([visit for visit, home in enumerate(share) if home == vehicle])
            for vehicle in range(len(problem.vehicles))
        ]
        yield from product(*parts)


def lowest_cost_s(problem: Problem) -> int:
    """The optimum, by looking at every plan."""
    costs: dict[tuple[int, tuple[int, ...]], int | None] = {}

    def cost_s(vehicle: int, visits: tuple[int, ...]) -> int | None:
        key = vehicle, visits
        if key not in costs:
            costs[key] = route_cost_s(problem, vehicle, visits)
        return costs[key]

    lowest_s: int | None = None
    for sequences in all_sequences(problem):
        routes_s = [cost_s(vehicle, visits) for vehicle, visits in enumerate(sequences)]
        driven_s = [route_s for route_s in routes_s if route_s is not None]
        if len(driven_s) < len(routes_s):
            continue
        served = {visit for visits in sequences for visit in visits}
        missing = (left_out_s(visit) for number, visit in enumerate(problem.visits) if number not in served)
        total_s = sum(driven_s) + sum(missing)
        lowest_s = total_s if lowest_s is None else min(lowest_s, total_s)
    assert lowest_s is not None
    return lowest_s


def prefixes_can_be_driven(problem: Problem) -> bool:
    """Whether every vehicle can serve its frozen visits."""
    return not any(
        isinstance(schedule_route(problem, vehicle, car.prefix), Infeasible)
        for vehicle, car in enumerate(problem.vehicles)
    )
