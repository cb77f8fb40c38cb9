"""Which address is at a point."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.geocoder import GazetteerGeocoder
from geodata.geocoding.port import AddressQuery, Level, Status
from tests.geodata.geocoding.address_maps import AddressMap, two_villages

GeocoderOf = Callable[[AddressMap], GazetteerGeocoder]


def at(east: float, north: float) -> LonLat:
    return LonLat(0.5 + east / 111_195, 0.5 + north / 111_195)


@pytest.fixture
def villages(geocoder_of: GeocoderOf) -> GazetteerGeocoder:
    drawn = two_villages()
    drawn.node(1_000, 0, man_made="watermill", name="Obermühle")
    drawn.boundary("Bezirk Wald", -20_000, -20_000, 20_000, 20_000, level=6)
    return geocoder_of(drawn)


@pytest.mark.parametrize(
    ("point", "level", "label", "distance_m"),
    [
        (at(-98, 12), Level.HOUSE_NUMBER, "Dorfstrasse 4, 1001 Oberdorf", 3),
        (at(-98, 5_012), Level.HOUSE_NUMBER, "Dorfstrasse 4, 1002 Unterdorf", 3),
        (at(1_020, 0), Level.POI, "Obermühle, Oberdorf", 20),
        (at(0, 4_999), Level.STREET, "Dorfstrasse, 1002 Unterdorf", None),
        (at(0, 2_000), Level.PLACE, "Oberdorf", 2_000),
        (LonLat(10, 50), Level.NONE, None, None),
    ],
)
def test_a_point_is_named_after_what_is_nearest(
    point: LonLat, level: Level, label: str | None, distance_m: int | None, villages: GazetteerGeocoder
) -> None:
    (answer,) = villages.reverse([point])

    assert (answer.level, answer.label) == (level, label)
    if distance_m is not None:
        assert answer.distance_m == pytest.approx(distance_m, abs=2)


def test_an_answer_tells_its_parts_up_to_the_region(villages: GazetteerGeocoder) -> None:
    (answer,) = villages.reverse([at(-98, 12)])

    assert answer.components == {
        "house_number": "4",
        "street": "Dorfstrasse",
        "postcode": "1001",
        "place": "Oberdorf",
        "region": "Wald",
    }


def test_every_accepted_door_is_named_as_it_was_found(liechtenstein: GazetteerGeocoder) -> None:
    texts = ["Im Pardiel 16, 9494 Schaan", "Schaanerstrasse 59, Vaduz", "Schaaner Str. 19, Bendern"]
    found = liechtenstein.geocode([AddressQuery(text=text) for text in texts])

    named = liechtenstein.reverse([answer.location for answer in found if answer.location is not None])

    assert [answer.status for answer in found] == [Status.ACCEPTED] * 3
    assert [answer.label for answer in named] == [answer.label for answer in found]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
def test_any_point_on_earth_gets_a_sound_answer(lon: float, lat: float, villages: GazetteerGeocoder) -> None:
    point = LonLat(lon, lat)

    (answer,) = villages.reverse([point])

    if answer.level is Level.NONE:
        assert (answer.label, answer.location, answer.distance_m) == (None, None, None)
    else:
        assert answer.location is not None
        assert answer.distance_m == pytest.approx(great_circle_m(point, answer.location), abs=1)


def test_a_map_without_any_name_answers_with_nothing(geocoder_of: GeocoderOf) -> None:
    assert geocoder_of(AddressMap()).reverse([at(0, 0)])[0].level is Level.NONE
