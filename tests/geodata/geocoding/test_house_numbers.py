"""House numbers on a known street: known, between neighbours, beyond them."""

import pytest

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.doors import Found, find_door
from geodata.geocoding.entries import Door
from geodata.geocoding.parse import door_number
from geodata.geocoding.port import Level, MatchType, Status
from tests.geodata.geocoding.conftest import Ask

MIDDLE = LonLat(0.5, 0.5)
_DEGREES_PER_METRE = 1 / 111_195


def _door(label: str, east: float) -> Door:
    number = door_number(label)
    assert number is not None
    return Door(number=number, location=LonLat(0.5 + east * _DEGREES_PER_METRE, 0.5), spread_m=0)


def _find(typed: str, *doors: Door) -> tuple[Found, float, int]:
    answer = find_door(doors, door_number(typed), middle=MIDDLE, extent_m=400)
    return answer.found, round((answer.location.lon - 0.5) / _DEGREES_PER_METRE, 1), answer.uncertainty_m


@pytest.mark.parametrize(
    ("typed", "label"),
    [("23", "23"), ("23a", "23a"), ("23 A", "23a"), ("5-7", "5-7"), ("5–7", "5-7"), ("12/3", "12"), ("007", "7")],
)
def test_a_number_is_read_as_it_is_written_on_the_house(typed: str, label: str) -> None:
    number = door_number(typed)

    assert number is not None
    assert number.label == label


@pytest.mark.parametrize("typed", ["", "a", "12345678", "?", "-3"])
def test_what_is_no_number_is_not_read(typed: str) -> None:
    assert door_number(typed) is None


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("4", Found.EXACT),
        ("4a", Found.EXACT),
        ("4b", Found.OTHER_SUFFIX),
        ("12-16", Found.EXACT),
        ("12", Found.RANGE),
        ("14", Found.RANGE),
        ("13", Found.GUESSED),
        ("4/7", Found.EXACT),
        ("99", Found.UNKNOWN),
    ],
)
def test_how_a_number_is_found_among_4_4a_12_to_16_and_20(typed: str, found: Found) -> None:
    doors = (_door("4", 0), _door("4a", 10), _door("12-16", 60), _door("20", 120))

    assert _find(typed, *doors)[0] is found


def test_a_number_between_two_of_its_side_is_placed_by_its_share() -> None:
    assert _find("8", _door("4", 0), _door("12", 100)) == (Found.INTERPOLATED, 50.0, 124)


def test_a_number_between_two_that_are_far_apart_is_only_guessed() -> None:
    assert _find("8", _door("4", 0), _door("12", 200))[0] is Found.GUESSED


def test_a_number_between_two_of_the_other_side_is_only_guessed() -> None:
    assert _find("7", _door("4", 0), _door("12", 100))[0] is Found.GUESSED


def test_a_number_beyond_the_known_ones_is_as_unsure_as_the_street_is_long() -> None:
    found, east, uncertainty = _find("30", _door("4", 0), _door("12", 100))

    assert (found, east) == (Found.UNKNOWN, 100.0)
    assert uncertainty >= 400


def test_one_number_at_two_distant_doors_is_found_twice() -> None:
    assert _find("4", _door("4", 0), _door("4", 300))[0] is Found.TWICE


def test_a_street_without_doors_answers_with_its_middle() -> None:
    assert _find("4") == (Found.UNKNOWN, 0.0, 400)


def test_an_interpolated_door_between_near_neighbours_is_accepted_and_says_so(ask_villages: Ask) -> None:
    answer = ask_villages("Mühlweg 9, Oberdorf")
    near = ask_villages("Dorfstrasse 3, Oberdorf")

    assert (answer.status, answer.match_type) == (Status.NEEDS_REVIEW, MatchType.INTERPOLATED)
    assert (near.status, near.match_type) == (Status.NEEDS_REVIEW, MatchType.INTERPOLATED)


def test_a_number_between_two_close_neighbours_of_its_side_is_accepted(ask_villages: Ask) -> None:
    known = ask_villages("Mühlweg 3, Oberdorf")

    answer = ask_villages("Mühlweg 4, Oberdorf")

    assert known.location is not None
    assert answer.location is not None
    assert answer.status is Status.NEEDS_REVIEW  # 4 lies between 3 and 5, which are the other side
    assert great_circle_m(known.location, answer.location) < 50


def test_an_accepted_interpolation_is_a_house_number_located_on_its_street(ask: Ask) -> None:
    answer = ask("Im Pardiel 9, 9494 Schaan")

    assert (answer.status, answer.match_type) == (Status.ACCEPTED, MatchType.INTERPOLATED)
    assert (answer.match_level, answer.location_level) == (Level.HOUSE_NUMBER, Level.STREET)
    assert answer.reasons == ("house_number_interpolated",)


def test_an_interpolated_door_without_a_place_needs_review(ask: Ask) -> None:
    answer = ask("Im Pardiel 9")

    assert answer.status is Status.NEEDS_REVIEW
    assert "house_number_uncertain" in answer.reasons
