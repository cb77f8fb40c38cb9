"""Visits that go well together, and how far they are from each other."""

import numpy as np
import pytest
from numpy.typing import NDArray

from routing.engines.hybrid import displace, places
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.layout import NEAR, PARTNERS, PICKED
from routing.engines.hybrid.neighbours import side_by_side
from routing.problem import UNREACHABLE, Problem, TravelMatrix, Vehicle, Visit
from tests.benchmarks.solver.rural import everyday
from tests.routing.small_world import window


def test_legs_beside_partners_are_those_of_the_matrix() -> None:
    instance = build(everyday(1).problem())
    world, place = instance.world, instance.place
    visits = np.arange(len(place))[:, None]
    for beside, legs, comes_before in (
        (world.before, world.from_before, True),
        (world.after, world.to_after, False),
    ):
        assert (beside >= 0).any()
        first, then = (beside, visits) if comes_before else (visits, beside)
        expected = world.duration[0][place[first], place[then]]
        assert np.array_equal(legs[beside >= 0], expected[beside >= 0])


@pytest.mark.parametrize("visits", [1, 2, 7, NEAR + 50])
def test_neighbours_are_the_nearest_of_all_and_of_equal_ones_the_first(visits: int) -> None:
    problem = scattered(visits)
    near = build(problem).world.near
    leg_s = shortest_legs_s(problem)

    for visit in range(visits):
        both_ways_s = {other: min(leg_s[visit, other], leg_s[other, visit]) for other in range(visits)}
        assert listed(near[visit]) == lowest(both_ways_s, NEAR, without=visit)


@pytest.mark.parametrize("visits", [1, 2, 7, 600])
def test_partners_are_the_next_in_space_and_time_and_of_equal_ones_the_first(visits: int) -> None:
    problem = scattered(visits)
    world = build(problem).world
    leg_s = shortest_legs_s(problem)

    def apart_s(first: int, then: int) -> float:
        a, b = problem.visits[first], problem.visits[then]
        leg = int(leg_s[first, then])
        if a.required_skills != b.required_skills:  # nobody may serve both
            return UNREACHABLE
        if a.windows[0].start_s + a.service_s + leg + b.service_s > b.windows[0].end_s:
            return UNREACHABLE
        return leg + 0.2 * max(0, b.windows[0].start_s - a.windows[0].end_s - leg)

    for visit in range(0, visits, 1 + visits // 60):
        before = {other: apart_s(other, visit) for other in range(visits)}
        after = {other: apart_s(visit, other) for other in range(visits)}
        assert listed(world.before[visit]) == lowest(before, PARTNERS, without=visit)
        assert listed(world.after[visit]) == lowest(after, PARTNERS, without=visit)


def scattered(visits: int) -> Problem:
    """Two ways to drive on one-way roads of few lengths, doors shared by visits, and two crews that share none."""
    chance = np.random.default_rng(visits)
    size = 2 + visits * 9 // 10
    ways_s = [(chance.integers(1, 9, (size, size)) * 300).astype(np.int32) for _ in range(2)]
    for way_s in ways_s:
        way_s[chance.random((size, size)) < 0.3] = UNREACHABLE
    return Problem(
        visits=tuple(
            Visit(
                id=f"v{number}",
                location=int(chance.integers(1, size)),
                service_s=600,
                windows=(window(opens_s := 3_600 * int(chance.integers(8, 16)), opens_s + 3_600),),
                required_skills=frozenset({str(chance.choice(["left", "right"]))}),
            )
            for number in range(visits)
        ),
        vehicles=tuple(
            Vehicle(id=skill, start=0, end=0, shift=window(0, 86_400), skills=frozenset({skill}), matrix=matrix)
            for matrix, skill in enumerate(("left", "right"))
        ),
        matrices=tuple(TravelMatrix(durations_s=way_s, lengths_m=way_s) for way_s in ways_s),
    )


def shortest_legs_s(problem: Problem) -> NDArray[np.int32]:
    """Seconds from visit to visit, whoever is faster."""
    doors = [visit.location for visit in problem.visits]
    return np.minimum(*(matrix.durations_s[np.ix_(doors, doors)] for matrix in problem.matrices))


def listed(row: NDArray[np.int32]) -> list[int]:
    """Read a row of visits, which is full of -1 behind them."""
    return [visit for visit in row.tolist() if visit >= 0]


def lowest(scores: dict[int, float], count: int, *, without: int) -> list[int]:
    known = sorted((score, other) for other, score in scores.items() if other != without and score < UNREACHABLE)
    return [other for _, other in known[:count]]


def test_places_of_a_village_stand_side_by_side_whatever_order_they_come_in() -> None:
    village = np.array([2, 0, 1, 0, 2, 1, 1, 0, 2])
    way_s = (1000 * np.abs(village[:, None] - village[None, :]) + 10).astype(np.int32)

    ordered = side_by_side(way_s, list(range(9)))

    assert sorted(ordered) == list(range(9))
    assert village[ordered].tolist() == [2, 2, 2, 1, 1, 1, 0, 0, 0]


def test_only_the_places_in_use_are_put_in_order() -> None:
    way_s = np.abs(np.arange(6)[:, None] - np.arange(6)[None, :]).astype(np.int32)

    assert side_by_side(way_s, [1, 3, 5]) == [1, 3, 5]
    assert side_by_side(way_s, [5, 0, 4]) == [5, 4, 0]
    assert side_by_side(way_s, [2]) == [2]
    assert side_by_side(way_s, []) == []


def test_places_that_no_road_joins_are_all_kept() -> None:
    way_s = np.full((4, 4), UNREACHABLE)

    assert sorted(side_by_side(way_s, [0, 1, 2, 3])) == [0, 1, 2, 3]


def test_there_is_room_for_all_neighbours_that_are_picked_at_once() -> None:
    # Compiled code does not notice when it writes beyond an array.
    # Mandatory visits look at twice as many positions, on two sides.
    assert displace._WIDTH <= PICKED
    assert 2 * 2 * places._ENOUGH <= PICKED
