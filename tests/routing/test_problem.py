"""What a problem refuses at construction: the field, the value and the rule are named."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from routing.errors import InvalidProblemError
from routing.problem import UNREACHABLE, Break, TimeWindow, Visit, Weights, paced_s
from tests.routing.small_world import road_problem, vehicle, visit, window

NOON = Break(earliest_s=100, latest_s=200, duration_s=50)
DOOR = Visit(id="v", location=0)


@pytest.mark.parametrize(
    ("made", "rule"),
    [
        (lambda: TimeWindow(start_s=5, end_s=4), "0 <= start_s <= end_s"),
        (lambda: TimeWindow(start_s=0, end_s=4, grace_s=-1), "grace_s must be >= 0"),
        (lambda: replace(DOOR, setup_s=-1), r"Visit 'v': setup_s must be >= 0, got -1\."),
        (lambda: replace(DOOR, load=-1), "load must be >= 0, got -1"),
        (lambda: TimeWindow(start_s=0, end_s=99_999_999, grace_s=2), r"end by 100000000 s.*got 100000001\."),
        (lambda: replace(DOOR, setup_s=1, service_s=100_000_000), r"setup_s \+ service_s must be <= 100000000"),
        (lambda: replace(NOON, latest_s=99_999_999, duration_s=2), "A break must end by 100000000 s"),
        (
            lambda: road_problem([0], [replace(visit(0), load=50_000_000), replace(visit(0), load=50_000_001)]),
            r"loads of all visits together must be <= 100000000, got 100000001\.",
        ),
        (lambda: replace(vehicle(), max_load=-1), "max_load must be >= 0, got -1"),
        (lambda: replace(DOOR, position=-1), "position must be >= 0"),
        (
            lambda: replace(DOOR, required_skills=frozenset({"a"}), excluded_skills=frozenset({"a"})),
            "required or excluded, not both, got 'a'",
        ),
        (lambda: replace(DOOR, allowed_vehicles=frozenset()), "allowed_vehicles must name a vehicle"),
        (lambda: replace(vehicle(), pace_percent=9), "pace_percent must be from 10 to 1000, got 9"),
        (lambda: replace(vehicle(), max_work_s=-1), "max_work_s must be >= 0, got -1"),
        (lambda: replace(vehicle(), max_driving_s=-1), "max_driving_s must be >= 0"),
        (lambda: replace(vehicle(), max_visits=0, prefix=(0,)), "prefix must have at most max_visits 0, got 1"),
        (lambda: vehicle(shift=TimeWindow(start_s=0, end_s=9, grace_s=1)), "a shift is hard"),
        (
            lambda: replace(vehicle(shift=window(50, 90)), overtime_after_s=49),
            "overtime_after_s must be >= the shift's start_s 50, got 49",
        ),
        (lambda: replace(NOON, latest_s=99), "0 <= earliest_s <= latest_s"),
        (lambda: replace(NOON, duration_s=0), "duration_s must be >= 1"),
        (lambda: replace(NOON, after_work_s=-1), "after_work_s must be >= 0"),
        (
            lambda: replace(vehicle(), breaks=(NOON, replace(NOON, earliest_s=99))),
            "breaks must be in the order of their earliest_s and of their latest_s",
        ),
        (
            lambda: replace(vehicle(), breaks=(replace(NOON, duration_s=101), NOON)),
            "break 1 must begin by 200, but those before it last until 201",
        ),
        (lambda: Weights(travel=-1), "travel must be from 0 to 1000, got -1"),
        (
            lambda: road_problem([0], [replace(visit(0), allowed_vehicles=frozenset({1}))]),
            "Visit 'v0': allowed_vehicles must be an index below 1, got 1",
        ),
        (
            lambda: road_problem([0], [], [replace(vehicle(), prefix=(0,))]),
            "Vehicle 'c0': prefix must be an index below 0, got 0",
        ),
        (
            lambda: road_problem([0], [visit(0)], [replace(vehicle(), prefix=(0,)), replace(vehicle(), prefix=(0,))]),
            "Visit 'v0': it may be in one prefix once, got it 2 times",
        ),
    ],
)
def test_a_broken_rule_is_named_with_its_value(made: Callable[[], object], rule: str) -> None:
    with pytest.raises(InvalidProblemError, match=rule):
        made()


def test_two_breaks_that_can_follow_each_other_are_fine() -> None:
    assert len(replace(vehicle(), breaks=(NOON, NOON)).breaks) == 2


@pytest.mark.parametrize(
    ("duration_s", "percent", "paced"), [(100, 100, 100), (100, 121, 121), (1, 110, 2), (0, 150, 0), (99, 50, 50)]
)
def test_a_pace_lengthens_each_leg_and_rounds_up(duration_s: int, percent: int, paced: int) -> None:
    assert paced_s(duration_s, percent) == paced


def test_no_pace_opens_a_road() -> None:
    assert paced_s(UNREACHABLE, 50) == UNREACHABLE
