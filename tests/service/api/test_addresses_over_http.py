"""Addresses sent to the service and answered by the bundled area's own gazetteer: bad ones and any text at all."""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.geocoding.build import build_gazetteer
from geodata.geocoding.geocoder import GazetteerGeocoder, open_geocoder
from service.app import create_app
from service.schemas.geocoding import GeocodeResponse
from tests.service.api.client import ApiClient
from tests.service.api.fakes import FakeAreas, fake_deps

EXTRACT = Path(str(files("geodata.area"))) / "bundled" / "liechtenstein-2013-08-03.osm.pbf"


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GazetteerGeocoder]:
    file = tmp_path_factory.mktemp("gazetteer") / "liechtenstein.sqlite"
    build_gazetteer(EXTRACT, into=file, dataset_version="v1", on_progress=lambda _text, _share: None)
    areas = FakeAreas()
    with open_geocoder(file, service_area=areas.area.meta.bbox) as geocoder:
        yield geocoder


@pytest.fixture(scope="module")
def http(gazetteer: GazetteerGeocoder) -> ApiClient:
    """A service whose only fake is the area around the gazetteer."""
    areas = FakeAreas()
    areas.area.geocoder = gazetteer
    return ApiClient(create_app(fake_deps(areas=areas)))


def result_of(http: ApiClient, **query: Any) -> Any:
    answer = http.post("/v1/geocode", json={"queries": [query]})
    assert answer.status_code == 200, answer.text
    return answer.json()["results"][0]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("Im Pardiel\x0016, Schaan", "control_character"),
        ("Im Pardiel\x1b[2J", "control_character"),
        ("\x7f", "control_character"),
        ("Im Pardiel\x8516, Schaan", "control_character"),
        ("", "blank"),
        ("  ", "blank"),
        ("x" * 301, "wrong_length"),
        ("x" * 10_000, "wrong_length"),
        ("\ud800", "wrong_text"),
        (5, "wrong_type"),
    ],
)
def test_text_that_no_address_has_is_refused_with_the_index_of_its_row(
    address: object, code: str, http: ApiClient
) -> None:
    body = {"queries": [{"address": "Im Pardiel 16, 9494 Schaan"}, {"address": address}]}

    answer = http.post_raw("/v1/geocode", json.dumps(body))

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/queries/1/address", code)


@pytest.mark.parametrize(
    ("address", "status", "reason"),
    [
        ("+423 232 11 11", "invalid", "only_digits"),
        ("9494", "invalid", "only_digits"),
        ("?!", "invalid", "no_letters"),
        ("Liechtenstein", "not_found", None),
        ("Schaan", "needs_review", "street_missing"),
        ("9494 Schaan", "needs_review", "street_missing"),
        ("Landstrasse 34", "ambiguous", "same_name_elsewhere"),
        ("Hauptstrasse 5, 1010 Wien", "not_found", "no_name_known"),
    ],
)
def test_text_that_says_too_little_is_answered_with_what_it_lacks(
    address: str, status: str, reason: str | None, http: ApiClient
) -> None:
    result = result_of(http, address=address)

    assert result["status"] == status, result
    assert reason is None or reason in result["reasons"], result


def test_a_blank_address_beside_a_location_leaves_the_location(http: ApiClient) -> None:
    result = result_of(http, address=" ", location={"lat": 47.165, "lon": 9.5087})

    assert (result["status"], result["match_type"]) == ("accepted", "given")


def test_only_a_name_is_not_found(http: ApiClient) -> None:
    assert result_of(http, address="Anna Muster")["status"] in {"invalid", "not_found"}


def test_only_a_town_has_its_level_and_radius(http: ApiClient) -> None:
    result = result_of(http, address="Schaan")

    assert (result["match_level"], result["location_level"]) == ("place", "place")
    assert result["uncertainty_m"] >= 1_000


def test_an_ambiguous_name_comes_with_its_alternatives(http: ApiClient) -> None:
    result = result_of(http, address="Landstrasse 34")

    assert len(result["alternatives"]) >= 2
    assert all({"label", "location", "level", "confidence"} <= each.keys() for each in result["alternatives"])


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ({"lat": 9.5215, "lon": 47.1410}, "swapped_coordinates"),
        ({"lat": 0, "lon": 0}, "null_island"),
        ({"lat": 48.2, "lon": 16.37}, "out_of_area"),
        ({"lat": 30.5, "lon": 103.9, "datum": "gcj02"}, "out_of_area"),
    ],
)
def test_a_doubtful_coordinate_goes_to_review(location: Any, reason: str, http: ApiClient) -> None:
    result = result_of(http, location=location)

    assert (result["status"], reason in result["reasons"]) == ("needs_review", True)


@pytest.mark.parametrize(
    ("location", "pointer", "code"),
    [
        ('{"lat": 91, "lon": 9}', "/queries/0/location/lat", "out_of_range"),
        ('{"lat": 47, "lon": -181}', "/queries/0/location/lon", "out_of_range"),
        ('{"lat": 47, "lon": 9, "datum": "nad27"}', "/queries/0/location/datum", "unknown_word"),
        ('{"lat": "47", "lon": 9}', "/queries/0/location/lat", "wrong_type"),
        ('{"lat": 47}', "/queries/0/location/lon", "missing"),
    ],
)
def test_a_coordinate_that_cannot_be_is_refused(location: str, pointer: str, code: str, http: ApiClient) -> None:
    answer = http.post_raw("/v1/geocode", f'{{"queries": [{{"location": {location}}}]}}')

    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)


_PIECES = (
    "Im Pardiel", "Landstrasse", "Schaan", "9494", "16", "c/o", "Tel.", "/", "#", "№", ",", "\n", "\t", "😀", "👨‍👩‍👧",
    "مرحبا", "שלום",
    "\u202e", "\u200b", "\x00", "\x1b", "黄甲镇", "王家沟村", "組", "½", "Ⅷ", "१२", "e\u0301", "'", '"',
    "\\", "%00", "<b>", "'; DROP TABLE place; --", "{{7*7}}",
)  # fmt: skip
any_text = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from(_PIECES), max_size=40).map(" ".join),
    st.text(min_size=290, max_size=310),
    st.sampled_from(_PIECES).map(lambda piece: piece * (10_000 // len(piece))),
)


@given(texts=st.lists(any_text, min_size=1, max_size=3))
def test_any_text_is_answered_as_described_or_refused_by_row(texts: list[str], http: ApiClient) -> None:
    answer = http.post_raw("/v1/geocode", json.dumps({"queries": [{"address": text} for text in texts]}))

    assert answer.status_code in {200, 422}
    if answer.status_code == 200:
        results = GeocodeResponse.model_validate(answer.json(), strict=False).results
        assert len(results) == len(texts)
        assert all((r.location is None) == (r.status.value in {"invalid", "not_found"}) for r in results)
        assert all(0 <= r.confidence <= 1 and 0 <= r.margin <= 1 for r in results)
    else:
        rows = {int(error["pointer"].split("/")[2]) for error in answer.json()["errors"]}
        assert rows <= set(range(len(texts)))


def test_the_address_of_a_point_is_told_for_each_in_order(client: ApiClient) -> None:
    body = {"locations": [{"lat": 47.165, "lon": 9.5087}, {"lat": 47.28, "lon": 9.5}]}

    answer = client.post("/v1/geocode/reverse", json=body)

    assert answer.status_code == 200
    assert [result["level"] for result in answer.json()["results"]] == ["house_number", "none"]
    assert answer.json()["results"][0]["label"] == "Im Pardiel 46"


def test_a_reverse_request_may_declare_its_datum_and_is_checked(client: ApiClient) -> None:
    good = {"locations": [{"lat": 47.165, "lon": 9.5087, "datum": "gcj02"}]}
    bad = {"locations": [{"lat": 91, "lon": 9.5087}]}

    assert client.post("/v1/geocode/reverse", json=good).status_code == 200
    refused = client.post("/v1/geocode/reverse", json=bad)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/locations/0/lat")


def test_a_pin_is_of_every_spelling_of_its_door_and_of_no_neighbour(http: ApiClient) -> None:
    point = {"lat": 47.1668, "lon": 9.5102}
    pin = {"address": "Landstrasse 999, 9494 Schaan", "location": point, "source": "planner"}
    spellings = ["Schaan, LANDSTR. Nr. 999", "9494 Schaan Landstraße 999", "c/o Anna Muster, Landstrasse 999, Schaan"]
    others = ["Landstrasse 998, 9494 Schaan", "Landstrasse 999, 9490 Vaduz", "Landstrasse 999"]

    pinned = http.post("/v1/geocode/pins", json=pin)
    found, elsewhere = ([result_of(http, address=each) for each in each_of] for each_of in (spellings, others))

    assert pinned.status_code == 201, pinned.text
    assert {(one["status"], one["provider"], str(one["location"])) for one in found} == {
        ("accepted", "pin", str(point))
    }
    assert all(one["provider"] == "gazetteer" for one in elsewhere)


def test_a_point_at_a_pinned_door_is_named_by_its_pin_and_another_by_the_map(http: ApiClient) -> None:
    pin = {"address": "Hinterwies 5, Planken", "location": {"lat": 47.1902, "lon": 9.5406}, "source": "planner"}
    points = [{"lat": 47.19025, "lon": 9.5406}, {"lat": 47.1904, "lon": 9.5406}]

    record = http.post("/v1/geocode/pins", json=pin).json()["pin"]
    at_pin, beyond = http.post("/v1/geocode/reverse", json={"locations": points}).json()["results"]

    assert (at_pin["pin"], at_pin["label"], at_pin["level"]) == (record["id"], "Hinterwies 5, Planken", "point")
    assert at_pin["distance_m"] == 6
    assert (beyond["pin"], beyond["label"] == at_pin["label"]) == (None, False)
