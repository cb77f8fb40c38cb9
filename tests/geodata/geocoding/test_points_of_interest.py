"""Farms, mills and schools given as an address by their name."""

from collections.abc import Callable

import pytest

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.geocoder import GazetteerGeocoder
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level, Status
from tests.geodata.geocoding.address_maps import AddressMap

Ask = Callable[[str], GeocodeAnswer]


@pytest.fixture
def ask_farms(geocoder_of: Callable[[AddressMap], GazetteerGeocoder]) -> Ask:
    """Two villages, each with its mill; a farm, a school mapped twice, an inn that is named as a street is."""
    drawn = AddressMap()
    drawn.place("Oberdorf", 0, 0)
    drawn.place("Unterdorf", 6_000, 0)
    drawn.node(500, 500, man_made="watermill", name="Obermühle")
    drawn.node(6_500, 500, man_made="watermill", name="Obermühle")
    drawn.way([(900, 0), (950, 0), (950, 50), (900, 50), (900, 0)], landuse="farmyard", name="Schönhof")
    drawn.node(100, 100, amenity="school", name="Volksschule Oberdorf")
    drawn.way([(90, 90), (110, 90), (110, 110), (90, 90)], building="school", name="Volksschule Oberdorf")
    drawn.road("Krone", (0, 0), (100, 0))
    drawn.node(50, 10, amenity="pub", name="Krone")
    drawn.node(-300, 0, **{"addr:housename": "Rose Cottage", "addr:street": "Dorfweg"})
    drawn.node(300, 0, amenity="bench", name="Schöne Aussicht")
    drawn.road("Dorfweg", (-400, 0), (0, 0))
    drawn.door("3", -200, 10, street="Dorfweg", city="Oberdorf")
    geocoder = geocoder_of(drawn)
    return lambda text: geocoder.geocode([AddressQuery(text=text)])[0]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Obermühle, Oberdorf", "Obermühle, Oberdorf"),
        ("Unterdorf, Obermuehle", "Obermühle, Unterdorf"),
        ("Schönhof, Oberdorf", "Schönhof, Oberdorf"),
        ("Familie Huber, Schönhof, Oberdorf", "Schönhof, Oberdorf"),
        ("Volksschule Oberdorf, Oberdorf", "Volksschule Oberdorf, Oberdorf"),
        ("Rose Cottage, Oberdorf", "Rose Cottage, Oberdorf"),
    ],
)
def test_a_named_place_in_a_named_village_is_accepted(text: str, label: str, ask_farms: Ask) -> None:
    answer = ask_farms(text)

    assert (answer.status, answer.label) == (Status.ACCEPTED, label), answer
    assert (answer.match_level, answer.location_level) == (Level.POI, Level.POI)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Schönhof", "town_missing"),
        ("Schönhof, Unterdorf", "poi_not_in_place"),
        ("Schönhof 7, Oberdorf", "house_number_unknown"),
        ("Schonhoff, Oberdorf", "poi_fuzzy"),
        ("Krone, Oberdorf", "house_number_missing"),
    ],
)
def test_a_doubtful_one_goes_to_review_with_its_reason(text: str, reason: str, ask_farms: Ask) -> None:
    answer = ask_farms(text)

    assert answer.status is Status.NEEDS_REVIEW, answer
    assert reason in answer.reasons


def test_one_name_in_two_villages_is_ambiguous_until_one_is_named(ask_farms: Ask) -> None:
    assert ask_farms("Obermühle").status is Status.AMBIGUOUS


def test_a_street_and_number_win_over_the_inn_that_stands_before_them(ask_farms: Ask) -> None:
    answer = ask_farms("Gasthof Obermühle, Dorfweg 3, Oberdorf")

    assert (answer.status, answer.label) == (Status.ACCEPTED, "Dorfweg 3, Oberdorf")


def test_what_nobody_sends_a_letter_to_is_no_address(ask_farms: Ask) -> None:
    assert ask_farms("Schöne Aussicht").status is Status.NOT_FOUND


def test_schools_and_houses_with_a_courtyard_are_found_in_the_middle_of_their_grounds(
    geocoder_of: Callable[[AddressMap], GazetteerGeocoder],
) -> None:
    drawn = AddressMap()
    drawn.place("Oberdorf", 0, 0)
    drawn.road("Dorfweg", (-400, 0), (0, 0))
    drawn.multipolygon(100, 100, 60, amenity="school", name="Realschule Waldblick")
    drawn.multipolygon(
        -200, 10, 30, building="yes", addr__housenumber="7", addr__street="Dorfweg", addr__city="Oberdorf"
    )
    drawn.multipolygon(500, 500, 60, landuse="forest", name="Hochwald")
    queries = [
        AddressQuery(text=t) for t in ("Realschule Waldblick, Oberdorf", "Dorfweg 7, Oberdorf", "Hochwald, Oberdorf")
    ]

    school, house, forest = geocoder_of(drawn).geocode(queries)

    middles = [LonLat(0.5 + metres[0] / 111_195, 0.5 + metres[1] / 111_195) for metres in ((130, 130), (-185, 25))]
    assert [(one.status, one.match_level) for one in (school, house)] == [
        (Status.ACCEPTED, Level.POI),
        (Status.ACCEPTED, Level.HOUSE_NUMBER),
    ]
    assert school.location is not None
    assert house.location is not None
    assert great_circle_m(school.location, middles[0]) < 15
    assert great_circle_m(house.location, middles[1]) < 8
    assert forest.match_level is Level.PLACE
