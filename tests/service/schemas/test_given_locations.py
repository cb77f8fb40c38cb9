"""Coordinates in requests: of WGS-84, or of the datum that they declare."""

import pytest
from pydantic import ValidationError

from geodata.coords import LonLat, great_circle_m
from geodata.datum import Datum, from_wgs84
from service.schemas.place import Place
from service.schemas.reach import ReachRequest


def located(**location: object) -> LonLat:
    given = Place.model_validate({"location": location}).whereabouts().location
    assert given is not None
    return given


def test_a_location_is_of_wgs84_unless_it_says_otherwise() -> None:
    assert (
        located(lat=39.915, lon=116.404) == located(lat=39.915, lon=116.404, datum="wgs84") == LonLat(116.404, 39.915)
    )


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_location_copied_from_a_chinese_map_is_put_where_it_is(datum: Datum) -> None:
    place = LonLat(116.404, 39.915)
    copied = from_wgs84(place, datum)
    assert great_circle_m(place, copied) > 300

    assert great_circle_m(located(lat=copied.lat, lon=copied.lon, datum=datum.value), place) < 0.01


def test_a_location_outside_china_is_the_same_in_every_datum() -> None:
    assert located(lat=47.14, lon=9.52, datum="gcj02") == LonLat(9.52, 47.14)


def test_the_start_of_a_reachable_area_may_declare_its_datum_too() -> None:
    request = {"location": {"lat": 39.916404282, "lon": 116.410244499, "datum": "gcj02"}, "minutes": 15}

    start = ReachRequest.model_validate(request).location.to_lonlat()

    assert great_circle_m(start, LonLat(116.404, 39.915)) < 1


def test_an_unknown_datum_is_refused_with_its_field_and_those_that_are_known() -> None:
    with pytest.raises(ValidationError) as caught:
        located(lat=39.9, lon=116.4, datum="ed50")

    (error,) = caught.value.errors()
    assert error["loc"] == ("location", "datum")
    assert "'wgs84', 'gcj02' or 'bd09'" in error["msg"]
