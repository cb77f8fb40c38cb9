"""Chinese addresses: cut into their parts, matched by full and short names, never silently at a neighbour."""

from collections.abc import Callable

import pytest

from geodata.geocoding.geocoder import GazetteerGeocoder
from geodata.geocoding.parse import parse_text
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level, Status
from tests.geodata.geocoding.address_maps import AddressMap


@pytest.fixture
def ask_county(geocoder_of: Callable[[AddressMap], GazetteerGeocoder]) -> Callable[[str], GeocodeAnswer]:
    drawn = AddressMap()
    drawn.place("黄甲镇", 0, 0, kind="town")
    drawn.place("王家村", 1500, 0)
    drawn.place("李家沟村", 0, 3000)
    drawn.place("双兴村", -2500, 0)
    drawn.door("12", 1520, 10, place="王家村")
    drawn.road("牧马路", (-300, 100), (300, 100))
    drawn.door("88", 0, 110, street="牧马路", city="黄甲镇")
    geocoder = geocoder_of(drawn)
    return lambda text: geocoder.geocode([AddressQuery(text=text)])[0]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "四川省成都市双流县黄甲镇王家村3组12号",
            ["四川省", "成都市", "双流县", "黄甲镇", "王家村", "3", "组", "12"],
        ),
        ("黄甲镇王家村十二号", ["黄甲镇", "王家村", "12"]),
        ("黄甲镇王家村一百零五号", ["黄甲镇", "王家村", "105"]),
        ("王家村12号,黄甲镇", ["王家村", "12", "黄甲镇"]),
    ],
)
def test_a_chinese_address_is_cut_at_its_administrative_endings(text: str, parts: list[str]) -> None:
    assert [token.text for token in parse_text(text).tokens] == parts


def test_known_names_cut_text_that_has_no_endings() -> None:
    parsed = parse_text("黄甲王家村12号", is_name={"黄甲", "王家村"}.__contains__)

    assert [token.text for token in parsed.tokens] == ["黄甲", "王家村", "12"]


@pytest.mark.parametrize("text", ["黄甲镇王家村12号", "王家村12号", "黄甲王家村12号", "黄甲镇 王家村 12号"])
def test_a_numbered_house_of_a_village_is_found(text: str, ask_county: Callable[[str], GeocodeAnswer]) -> None:
    answer = ask_county(text)

    assert (answer.label, answer.match_level) == ("王家村 12", Level.HOUSE_NUMBER)


def test_a_street_and_number_in_a_named_town_are_accepted(ask_county: Callable[[str], GeocodeAnswer]) -> None:
    answer = ask_county("黄甲镇牧马路88号")

    assert (answer.status, answer.label) == (Status.ACCEPTED, "牧马路 88, 黄甲镇")


def test_only_a_village_needs_review_at_its_level(ask_county: Callable[[str], GeocodeAnswer]) -> None:
    answer = ask_county("李家沟村")

    assert (answer.status, answer.match_level, answer.label) == (Status.NEEDS_REVIEW, Level.PLACE, "李家沟村")


def test_a_dropped_character_is_found_and_needs_review(ask_county: Callable[[str], GeocodeAnswer]) -> None:
    answer = ask_county("李家村")

    assert (answer.status, answer.label) == (Status.NEEDS_REVIEW, "李家沟村")
    assert "place_fuzzy" in answer.reasons


def test_an_unknown_village_of_a_known_town_is_never_silently_another(
    ask_county: Callable[[str], GeocodeAnswer],
) -> None:
    answer = ask_county("黄甲镇赵公庙村12号")

    assert (answer.status, answer.label) == (Status.NEEDS_REVIEW, "黄甲镇")
    assert "village_unexplained" in answer.reasons
    assert "赵公庙村" in answer.unmatched_text
