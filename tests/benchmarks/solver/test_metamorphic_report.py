"""The report of what more room does says NO where a plan got dearer than seeds differ by."""

from tests.benchmarks.solver.bench_metamorphic import compared


def test_a_cheaper_plan_after_more_room_is_within_any_noise() -> None:
    row = compared("more room", [100, 100, 100], [90, 90, 90])

    assert (row.ours, row.goal, row.reached) == (-10.0, "at most the noise, 0.00 %", True)


def test_a_dearer_plan_is_held_against_what_the_seeds_differ_by() -> None:
    within = compared("more room", [1000, 1010, 1030], [1005, 1020, 1021])
    beyond = compared("more room", [1000, 1000, 1010], [1011, 1011, 1011])

    assert (within.ours, within.goal, within.reached) == (0.99, "at most the noise, 2.97 %", True)
    assert (beyond.ours, beyond.goal, beyond.reached) == (1.1, "at most the noise, 1.00 %", False)
