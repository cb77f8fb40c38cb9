"""From a village that the map has at the wrong place to its middle among the doors that visits found."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.build import build_gazetteer
from geodata.geocoding.geocoder import GazetteerGeocoder, open_geocoder
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level
from service.planning.addresses import answer_addresses
from service.reviews.fix import Fix, judge
from service.store.addresses.address_book import AddressBooks, address_books
from service.store.privacy.tenant_keys import TenantKeys
from tests.geodata.geocoding.address_maps import AddressMap

AREA = "county"


@pytest.fixture
def books(engine: Engine) -> AddressBooks:
    return address_books(engine, TenantKeys(engine), tenant="main")


@pytest.fixture
def county(tmp_path: Path) -> Iterator[GazetteerGeocoder]:
    """A township with two villages; the map has 李家沟村 a kilometre away from its doors."""
    drawn = AddressMap()
    drawn.place("黄甲镇", 0, 0, kind="town")
    drawn.place("王家村", 1500, 0)
    drawn.place("李家沟村", 0, 3000)
    file = tmp_path / "county.sqlite"
    build_gazetteer(drawn.write(tmp_path), into=file, dataset_version="v1", on_progress=lambda _t, _s: None)
    with open_geocoder(file, service_area=None) as opened:
        yield opened


def ask(county: GazetteerGeocoder, books: AddressBooks, text: str) -> GeocodeAnswer:
    ((answer, _),) = answer_addresses([AddressQuery(text=text)], county, books.of_area(AREA))
    return answer


def test_three_visits_move_the_village_for_addresses_that_nobody_visited(
    county: GazetteerGeocoder, books: AddressBooks
) -> None:
    before = ask(county, books, "黄甲镇李家沟村9组")
    assert before.location is not None
    doors = [LonLat(before.location.lon + 0.01, before.location.lat + step * 0.001) for step in (-1, 0, 1)]

    for group, door in enumerate(doors, start=1):
        address = f"黄甲镇李家沟村{group}组"
        (known,) = county.geocode([AddressQuery(text=address)])
        verdict = judge(Fix(location=door, accuracy_m=8), known=known, pin=None)
        assert verdict.pin is not None
        books.pins.put(AREA, address, verdict.pin, source="gps", place=known.components["place"])
    after, other = ask(county, books, "黄甲镇李家沟村9组"), ask(county, books, "黄甲镇王家村9组")

    assert (after.status, after.location_level) == (before.status, Level.PLACE)
    assert after.location is not None
    assert great_circle_m(after.location, doors[1]) < 1
    assert "located_by_pins" in after.reasons
    assert "located_by_pins" not in other.reasons


def test_a_pinned_group_of_a_village_is_found_in_traditional_characters_too(
    county: GazetteerGeocoder, books: AddressBooks
) -> None:
    first = ask(county, books, "黄甲镇李家沟村1组")
    assert first.location is not None
    door = LonLat(first.location.lon + 0.001, first.location.lat)
    verdict = judge(Fix(location=door, accuracy_m=8), known=first, pin=None)
    assert verdict.pin is not None
    books.pins.put(AREA, "黄甲镇李家沟村1组", verdict.pin, source="gps", place="李家沟村")

    assert ask(county, books, "黃甲鎮李家溝村1組").location == door
