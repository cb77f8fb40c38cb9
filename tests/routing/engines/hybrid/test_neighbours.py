"""Visits that go well together, and how far they are from each other."""

import numpy as np

from routing.engines.hybrid.instance import build
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
