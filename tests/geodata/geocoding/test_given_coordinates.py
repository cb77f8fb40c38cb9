"""A coordinate that came with the case: used, and checked."""

import pytest

from geodata.coords import BoundingBox, LonLat
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.geocoder import GazetteerGeocoder
from geodata.geocoding.port import AddressQuery, Level, MatchType, Status

AREA = BoundingBox(west=9.45, south=47.03, east=9.65, north=47.28)
PARDIEL_16 = LonLat(9.5040341, 47.1668714)


@pytest.fixture(scope="module")
def geocoder(bundled_gazetteer: object, liechtenstein: GazetteerGeocoder) -> GazetteerGeocoder:
    gazetteer: Gazetteer = liechtenstein._gazetteer
    return GazetteerGeocoder(gazetteer, service_area=AREA)


def test_a_coordinate_inside_the_area_is_the_answer(geocoder: GazetteerGeocoder) -> None:
    (answer,) = geocoder.geocode([AddressQuery(location=PARDIEL_16)])

    assert (answer.status, answer.location, answer.reasons) == (Status.ACCEPTED, PARDIEL_16, ())
    assert (answer.match_type, answer.match_level, answer.location_level) == (
        MatchType.GIVEN,
        Level.POINT,
        Level.POINT,
    )


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        (LonLat(0.0, 0.0), "null_island"),
        (LonLat(47.1668714, 9.5040341), "swapped_coordinates"),
        (LonLat(8.54, 47.37), "out_of_area"),
        (LonLat(-9.5040341, 47.1668714), "out_of_area"),
    ],
)
def test_a_doubtful_coordinate_stays_in_the_answer_and_needs_review(
    point: LonLat, reason: str, geocoder: GazetteerGeocoder
) -> None:
    (answer,) = geocoder.geocode([AddressQuery(location=point)])

    assert (answer.status, answer.location) == (Status.NEEDS_REVIEW, point)
    assert reason in answer.reasons


def test_a_coordinate_wins_over_a_text_that_agrees(geocoder: GazetteerGeocoder) -> None:
    near = LonLat(9.505, 47.167)

    (answer,) = geocoder.geocode([AddressQuery(text="Im Pardiel 16, Schaan", location=near)])

    assert (answer.status, answer.location, answer.label) == (Status.ACCEPTED, near, "Im Pardiel 16, 9494 Schaan")


def test_a_text_located_elsewhere_sends_a_coordinate_to_review(geocoder: GazetteerGeocoder) -> None:
    (answer,) = geocoder.geocode([AddressQuery(text="Städtle 32, 9490 Vaduz", location=PARDIEL_16)])

    assert (answer.status, answer.location) == (Status.NEEDS_REVIEW, PARDIEL_16)
    assert answer.reasons == ("address_elsewhere",)


def test_an_ambiguous_text_agrees_when_one_of_its_places_is_near(geocoder: GazetteerGeocoder) -> None:
    in_triesen = LonLat(9.5251328, 47.1038556)

    (answer,) = geocoder.geocode([AddressQuery(text="Landstrasse 34", location=in_triesen)])

    assert (answer.status, answer.reasons) == (Status.ACCEPTED, ())


@pytest.mark.parametrize("text", ["", "\x00", "Mickey Mouse", "0664 1234567"])
def test_a_text_that_says_nothing_leaves_a_coordinate_accepted(text: str, geocoder: GazetteerGeocoder) -> None:
    (answer,) = geocoder.geocode([AddressQuery(text=text, location=PARDIEL_16)])

    assert (answer.status, answer.location) == (Status.ACCEPTED, PARDIEL_16)


def test_neither_text_nor_coordinate_is_invalid(geocoder: GazetteerGeocoder) -> None:
    (answer,) = geocoder.geocode([AddressQuery()])

    assert (answer.status, answer.reasons) == (Status.INVALID, ("blank",))


def test_an_address_outside_the_service_area_needs_review(liechtenstein: GazetteerGeocoder) -> None:
    north = BoundingBox(west=9.45, south=47.2, east=9.65, north=47.28)
    geocoder = GazetteerGeocoder(liechtenstein._gazetteer, service_area=north)

    (answer,) = geocoder.geocode([AddressQuery(text="Im Pardiel 16, 9494 Schaan")])

    assert (answer.status, answer.reasons) == (Status.NEEDS_REVIEW, ("out_of_area",))
