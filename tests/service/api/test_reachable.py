"""What is reached in time from a place."""

import logging
from typing import Any

import pytest
import shapely

from geodata.coords import LonLat
from tests.service.api.client import ApiClient
from tests.service.api.fakes import FakeAreas

REACHABLE = "/v1/areas/liechtenstein/reachable"
VADUZ = {"lat": 47.1410304, "lon": 9.5209277}


def asked(**changes: Any) -> dict[str, Any]:
    return {"location": VADUZ, "vehicle": "car", "minutes": 15} | changes


def test_the_area_is_a_feature_of_geojson_that_says_what_it_is(client: ApiClient) -> None:
    answer = client.post(REACHABLE, json=asked())

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/geo+json")
    feature = answer.json()
    assert feature["type"] == "Feature"
    assert feature["attribution"] == "© OpenStreetMap contributors"
    reached = shapely.geometry.shape(feature["geometry"])
    assert reached.contains(shapely.Point(VADUZ["lon"], VADUZ["lat"]))
    properties = feature["properties"]
    # Three kilometres high, and narrower by the cosine of the latitude.
    assert properties.pop("area_m2") == pytest.approx(3000 * 3000 * 0.6802, rel=0.001)
    assert properties == {
        "kind": "reachable", "minutes": 15, "vehicle": "car", "access_s": 260, "flags": ["far_from_road"],
        "at_edge": False, "roads": None, "area": "liechtenstein", "area_version": "v1",
    }  # fmt: skip


@pytest.mark.parametrize(("minutes", "grid"), [(1, (60, 50)), (60, (3600, 50)), (120, (7200, 100))])
def test_minutes_are_searched_and_long_ones_traced_more_coarsely(
    client: ApiClient, areas: FakeAreas, minutes: int, grid: tuple[int, int]
) -> None:
    assert client.post(REACHABLE, json=asked(minutes=minutes)).status_code == 200

    assert areas.area.roads.asked == [grid]


def test_the_vehicle_is_a_car_unless_it_is_named(client: ApiClient) -> None:
    answer = client.post(REACHABLE, json={"location": VADUZ, "minutes": 5})

    assert answer.json()["properties"]["vehicle"] == "car"


def test_the_roads_of_the_day_are_searched_from_the_place_and_told(client: ApiClient, areas: FakeAreas) -> None:
    speed = {"way": 8, "kmh": 12}
    answer = client.post(
        REACHABLE, json=asked(roads={"season": "wet", "closed_ways": [7, 5000], "observed_speeds": [speed]})
    )

    assert answer.json()["properties"]["roads"] == {
        "season": "wet", "closed_ways": [7], "observed_ways": [8], "unknown_ways": [5000],
    }  # fmt: skip
    assert areas.area.roads.around_asked == [[LonLat(VADUZ["lon"], VADUZ["lat"])]]


@pytest.mark.parametrize(("minutes", "at_edge"), [(15, False), (120, True)])
def test_an_area_that_comes_to_the_edge_of_the_map_says_so(client: ApiClient, minutes: int, at_edge: bool) -> None:
    assert client.post(REACHABLE, json=asked(minutes=minutes)).json()["properties"]["at_edge"] is at_edge


def test_the_search_is_in_a_thread_of_its_own(client: ApiClient, areas: FakeAreas) -> None:
    client.post(REACHABLE, json=asked())

    assert areas.area.roads.threads != ["MainThread"]


def test_an_unknown_area_is_not_found(client: ApiClient) -> None:
    answer = client.post("/v1/areas/atlantis/reachable", json=asked())

    assert (answer.status_code, answer.json()["code"]) == (404, "area_not_found")


def test_a_damaged_area_is_unusable(client: ApiClient, areas: FakeAreas) -> None:
    areas.damaged = True

    assert client.post(REACHABLE, json=asked()).status_code == 503


@pytest.mark.parametrize(
    ("changes", "pointer", "code", "said"),
    [
        ({"minutes": 0}, "/minutes", "out_of_range", "1"),
        ({"minutes": 121}, "/minutes", "out_of_range", "120"),
        ({"minutes": "15"}, "/minutes", "wrong_type", "whole number"),
        ({"minutes": 1.5}, "/minutes", "wrong_type", "whole number"),
        ({"location": {"lat": 91, "lon": 9.5}}, "/location/lat", "out_of_range", "90"),
        ({"location": {"lat": 48.5, "lon": 9.5}}, "/location", "location_out_of_area", "outside this area's map"),
        ({"location": {"lat": 9.52, "lon": 47.14}}, "/location", "location_swapped", "exchanged"),
        ({"roads": {"season": "monsoon"}}, "/roads/season", "unknown_season", "dry, wet"),
        ({"roads": {"closed_ways": [0]}}, "/roads/closed_ways/0", "out_of_range", "1"),
        ({"roads": {"closed_ways": [13]}}, "/location", "roads_closed", "Check roads.closed_ways"),
        ({"location": {"lat": 47.275, "lon": 9.5}}, "/location", "off_network", "start from a place at a road"),
        ({"vehicle": "ox-cart"}, "/vehicle", "unknown_vehicle", "car, motorcycle"),
        ({"address": "Im Pardiel 46"}, "/address", "unknown_key", "Unknown key"),
    ],
)
def test_what_cannot_be_answered_names_its_field_and_what_to_do(
    client: ApiClient, changes: dict[str, Any], pointer: str, code: str, said: str
) -> None:
    answer = client.post(REACHABLE, json=asked(**changes))

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert said in error["detail"]
    assert "ox-cart" not in answer.text
    assert "Pardiel" not in answer.text


def test_the_place_is_in_no_log(client: ApiClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post(REACHABLE, json=asked())
        client.post(REACHABLE, json=asked(location={"lat": 47.275, "lon": 9.5}))

    assert "47.14" not in caplog.text
    assert "47.275" not in caplog.text
