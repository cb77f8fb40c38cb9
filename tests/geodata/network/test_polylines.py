"""The kernels along polylines, against plain Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.coords import great_circle_array_m
from geodata.network.arrays import constant
from geodata.network.polylines import LEFT, ON, RIGHT, access_mm, feet, standing

#: Northwards, four points, 10, 20 and 10 thousandths of a degree apart.
NORTH = np.array([[9.0, 49.0], [9.0, 49.01], [9.0, 49.03], [9.0, 49.04]])
DEGREES = st.tuples(st.floats(-170, 170), st.floats(-80, 80))
MS = st.integers(0, 10_000_000)


def test_feet_lie_at_shares_of_the_length_of_their_edges_and_have_a_side() -> None:
    segments, shares = np.array([0, 1, 1, 2]), np.array([0.0, 0.0, 0.5, 1.0])
    places = NORTH[segments] + shares[:, None] * (NORTH[segments + 1] - NORTH[segments])
    doors = places + np.array([[0, 0], [-0.001, 0], [0.001, 0], [0.00001, 0]])

    edges, fractions, metres, sides = feet(
        doors,
        places,
        segments,
        shares,
        2.0,
        constant(np.zeros(4, dtype=np.int32)),
        constant(np.array([0, 4])),
        constant(NORTH),
    )

    assert edges.tolist() == [0, 0, 0, 0]
    assert fractions == pytest.approx([0, 0.25, 0.5, 1])
    assert metres == pytest.approx(great_circle_array_m(doors, places))
    assert sides.tolist() == [ON, LEFT, RIGHT, ON]


@given(door=DEGREES, road=DEGREES)
def test_millimetres_between_door_and_road_are_those_on_the_sphere(
    door: tuple[float, float], road: tuple[float, float]
) -> None:
    expected = great_circle_array_m(np.array([door]), np.array([road]))[0] * 1000

    (found,) = access_mm(np.array([(*door, *road)])).tolist()

    assert found == pytest.approx(expected, abs=1, rel=1e-9)


@given(forward=MS, backward=MS, length_mm=MS, fraction=st.floats(0, 1))
def test_the_parts_of_an_edge_add_up_to_the_whole(forward: int, backward: int, length_mm: int, fraction: float) -> None:
    def column(value: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        return constant(np.array([value], dtype=np.int32))

    place = np.array([0]), np.array([fraction])
    there = np.array([0]), np.array([1.0])

    done_ms, done_dm, _ = standing(*place, column(forward), column(backward), column(length_mm), 100)
    whole_ms, whole_dm, _ = standing(*there, column(forward), column(backward), column(length_mm), 100)

    assert done_ms[0, 0] == (round(forward * fraction) if forward else -1)
    assert done_ms[0, 1] == (backward - round(backward * fraction) if backward else -1)
    assert whole_ms[0].tolist() == [forward or -1, 0 if backward else -1]
    assert done_dm[0].sum() == whole_dm[0, 0] == round(length_mm / 100)
