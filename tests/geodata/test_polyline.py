"""Polylines: an array that is read like a sequence of points."""

import numpy as np
import pytest

from geodata.coords import LonLat, Polyline
from geodata.errors import InvalidCoordinateError

POINTS = (LonLat(9.5, 47.1), LonLat(9.6, 47.2), LonLat(9.7, 47.3))
LINE = Polyline(np.array([[9.5, 47.1], [9.6, 47.2], [9.7, 47.3]]))


def test_polyline_reads_like_its_points() -> None:
    assert tuple(LINE) == POINTS
    assert (LINE[0], LINE[-1], len(LINE)) == (POINTS[0], POINTS[2], 3)
    assert LINE[1:] == POINTS[1:]
    assert POINTS[1] in LINE
    assert LonLat(0, 0) not in LINE


def test_polyline_equals_a_sequence_of_the_same_points() -> None:
    assert LINE == POINTS
    assert list(POINTS) == LINE
    assert Polyline(LINE.lonlat.copy()) == LINE
    assert POINTS[:2] != LINE
    assert POINTS[::-1] != LINE
    assert LINE != "three points"
    assert hash(LINE) == hash(Polyline(LINE.lonlat.copy()))


def test_polyline_does_not_print_where_it_is() -> None:
    assert repr(LINE) == "Polyline of 3 points"


def test_point_that_cannot_be_one_is_refused_when_it_is_asked_for() -> None:
    with pytest.raises(InvalidCoordinateError):
        Polyline(np.array([[200.0, 47.1]]))[0]
