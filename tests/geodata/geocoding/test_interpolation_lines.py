"""Doors that stand between two mapped ones, on a line that the map draws for them."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.geocoder import GazetteerGeocoder
from geodata.geocoding.interpolation import doors_between
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level, MatchType, Status
from geodata.geocoding.raw import RawDoor
from tests.geodata.geocoding.address_maps import AddressMap

GeocoderOf = Callable[[AddressMap], GazetteerGeocoder]
LINE = [(0.5, 0.5), (0.5, 0.502), (0.502, 0.502)]


def door(number: str, at: tuple[float, float], street: str = "Hauptstraße") -> RawDoor:
    return RawDoor(number=number, location=LonLat(*at), street=street)


def numbers_between(first: str, last: str, how: str) -> list[str]:
    return [d.number for d in doors_between(door(first, LINE[0]), door(last, LINE[-1]), LINE, how)]


@pytest.mark.parametrize(
    ("first", "last", "how", "expected"),
    [
        ("1", "9", "odd", ["3", "5", "7"]),
        ("2", "8", "even", ["4", "6"]),
        ("8", "2", "even", ["6", "4"]),
        ("1", "4", "all", ["2", "3"]),
        ("10", "40", "10", ["20", "30"]),
        ("12a", "12d", "alphabetic", ["12b", "12c"]),
        ("12", "12c", "alphabetic", ["12a", "12b"]),
        ("1", "8", "odd", []),
        ("1", "9", "even", []),
        ("1", "9", "sometimes", []),
        ("1", "1000000", "all", []),
        ("1", "Haus", "all", []),
    ],
)
def test_the_numbers_of_a_line_follow_its_rule(first: str, last: str, how: str, expected: list[str]) -> None:
    assert numbers_between(first, last, how) == expected


def test_ends_of_two_streets_make_no_doors() -> None:
    ends = door("1", LINE[0]), door("9", LINE[-1], street="Ringstraße")

    assert not list(doors_between(*ends, LINE, "odd"))


@given(st.integers(1, 400), st.integers(1, 60))
def test_doors_stand_on_the_line_at_even_steps(low: int, steps: int) -> None:
    ends = door(str(low), LINE[0]), door(str(low + steps), LINE[-1])

    places = [LonLat(*LINE[0]), *(d.location for d in doors_between(*ends, LINE, "all")), LonLat(*LINE[-1])]

    along = [p.lat - 0.5 + p.lon - 0.5 for p in places]  # the line goes north, then east
    assert along == pytest.approx([0.004 * n / steps for n in range(steps + 1)], abs=1e-6)


@pytest.fixture
def ask_line(geocoder_of: GeocoderOf) -> Callable[[str], GeocodeAnswer]:
    """Oberdorf's Hauptstraße with 1 and 21 mapped 400 m apart, 11 mapped elsewhere, and a line between 1 and 21."""
    drawn = AddressMap()
    drawn.place("Oberdorf", 0, 0)
    drawn.road("Hauptstraße", (-200, 0), (200, 0))
    first = drawn.door("1", -200, 10, street="Hauptstraße", city="Oberdorf")
    last = drawn.door("21", 200, 10, street="Hauptstraße", city="Oberdorf")
    drawn.door("11", -100, 40, street="Hauptstraße", city="Oberdorf")
    drawn.way_of([first, last], **{"addr:interpolation": "odd"})
    geocoder = geocoder_of(drawn)
    return lambda text: geocoder.geocode([AddressQuery(text=text)])[0]


def test_a_door_on_an_interpolation_line_is_accepted_on_its_street(ask_line: Callable[[str], GeocodeAnswer]) -> None:
    answer = ask_line("Hauptstraße 5, Oberdorf")

    assert (answer.status, answer.match_type) == (Status.ACCEPTED, MatchType.INTERPOLATED)
    assert (answer.match_level, answer.location_level) == (Level.HOUSE_NUMBER, Level.STREET)
    assert answer.location is not None
    assert answer.uncertainty_m is not None
    assert great_circle_m(answer.location, LonLat(0.5 - 120 / 111_195, 0.5 + 10 / 111_195)) < 5
    assert 50 < answer.uncertainty_m < 200


def test_a_number_that_the_line_does_not_have_is_not_taken_for_one_of_its_doors(
    ask_line: Callable[[str], GeocodeAnswer],
) -> None:
    assert ask_line("Hauptstraße 6, Oberdorf").status is Status.NEEDS_REVIEW


def test_a_mapped_door_wins_over_the_line(ask_line: Callable[[str], GeocodeAnswer]) -> None:
    answer = ask_line("Hauptstraße 11, Oberdorf")

    assert answer.location is not None
    assert answer.match_type is MatchType.EXACT
    assert great_circle_m(answer.location, LonLat(0.5 - 100 / 111_195, 0.5 + 40 / 111_195)) < 5
