"""Visits that go well together, and how far they are from each other."""

import numpy as np

from routing.engines.hybrid import displace, places
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.layout import PICKED
from routing.engines.hybrid.neighbours import side_by_side
from routing.problem import UNREACHABLE
from tests.benchmarks.solver.rural import everyday


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
