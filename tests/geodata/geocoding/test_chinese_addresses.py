"""Chinese addresses: cut into their parts, matched by full and short names, never silently at a neighbour."""

from collections.abc import Callable

import pytest

from geodata.geocoding.geocoder import GazetteerGeocoder
from geodata.geocoding.parse import parse_text
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level, MatchType, Status
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


@pytest.mark.parametrize(
    "text", ["黄甲镇王家村12号，z3@qq.com", "zhang.san@mail.qq.com黄甲镇王家村12号", "黄甲镇王家村12号 z3@qq.com"]
)
def test_an_email_address_takes_nothing_of_the_address_with_it(
    text: str, ask_county: Callable[[str], GeocodeAnswer]
) -> None:
    assert ask_county(text).label == "王家村 12"


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


def _townships() -> AddressMap:
    """A county of two townships with boundaries: villages without house numbers, 和平村 in both."""
    drawn = AddressMap()
    for town, west, villages in (
        ("黄甲镇", 0, ("王家沟村", "王家河村", "和平村", "大石桥村", "四号村")),
        ("青山乡", 10_000, ("李家湾村", "和平村")),
    ):
        drawn.boundary(town, west, 0, west + 9_000, 9_000)
        drawn.place(town, west + 4_500, 4_500, kind="town")
        for n, village in enumerate(villages):
            drawn.place(village, west + 500 + 1_800 * n, 1_500)
    drawn.boundary("双流县", -1_000, -1_000, 20_000, 10_000, level=6)
    return drawn


@pytest.fixture
def ask_townships(geocoder_of: Callable[[AddressMap], GazetteerGeocoder]) -> Callable[[str], GeocodeAnswer]:
    geocoder = geocoder_of(_townships())
    return lambda text: geocoder.geocode([AddressQuery(text=text)])[0]


@pytest.mark.parametrize(
    "text",
    [
        "黄甲镇王家沟村3组12号",
        "黄甲镇王家沟村",
        "黄甲王家沟3组",
        "王家沟村三组，黄甲镇",
        "黃甲鎮王家溝村3組12號",
        "黄甲镇王家沟村3组12号 电话 13800138000",
        "黄甲镇王家沟村民委员会第三村民小组",
        "黄甲镇人民政府王家沟村委会3社",
        "黄甲镇王家沟村三队12号附1号",
        "黄甲镇王家沟行政村3组12号院",
        "黄甲乡王家沟村3组",
        "双流县黄甲镇王家沟村",
        "四川省成都市双流县黄甲镇王家沟村",
    ],
)
def test_a_village_without_house_numbers_is_accepted_at_its_middle_when_its_township_is_named(
    text: str, ask_townships: Callable[[str], GeocodeAnswer]
) -> None:
    answer = ask_townships(text)

    assert (answer.status, answer.label) == (Status.ACCEPTED, "王家沟村")
    assert (answer.match_level, answer.location_level, answer.uncertainty_m) == (Level.PLACE, Level.PLACE, 1200)
    assert "located_at_village" in answer.reasons


@pytest.mark.parametrize("text", ["黄甲镇汪家钩村3组", "黄甲镇大时桥村", "皇甲镇王家沟村"])
def test_characters_that_sound_the_same_mean_the_village_of_that_township(
    text: str, ask_townships: Callable[[str], GeocodeAnswer]
) -> None:
    answer = ask_townships(text)

    assert answer.status is Status.ACCEPTED, answer
    assert answer.label in {"王家沟村", "大石桥村"}
    assert (answer.match_type, "place_sounds_alike" in answer.reasons) == (MatchType.FUZZY, True)


@pytest.mark.parametrize(
    ("text", "village", "reason"),
    [
        ("黄甲镇大桥村2组", "大石桥村", "place_uncertain"),
        ("黄甲镇大石板桥村", "大石桥村", "place_uncertain"),
        ("黄甲镇李家湾村", "李家湾村", "place_contradicts"),
        ("王家沟村3组", "王家沟村", "township_missing"),
        ("黄甲镇王家沟村赵公庙", "王家沟村", "village_unexplained"),
        ("四川省成都市黄甲镇王家沟村", "王家沟村", "region_unexplained"),
        ("三台县黄甲镇王家沟村", "王家沟村", "region_unexplained"),
        ("三台县双流县黄甲镇王家沟村", "王家沟村", "region_unexplained"),
    ],
)
def test_a_doubtful_village_is_found_and_goes_to_review(
    text: str, village: str, reason: str, ask_townships: Callable[[str], GeocodeAnswer]
) -> None:
    answer = ask_townships(text)

    assert (answer.status, answer.label) == (Status.NEEDS_REVIEW, village), answer
    assert reason in answer.reasons


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("四川省成都市双流县黄甲镇王家沟村", Status.ACCEPTED),
        ("双流县黄甲镇王家沟村", Status.ACCEPTED),
        ("云南省成都市双流县黄甲镇王家沟村", Status.NEEDS_REVIEW),
        ("四川省昆明市双流县黄甲镇王家沟村", Status.NEEDS_REVIEW),
    ],
)
def test_a_province_or_prefecture_other_than_that_of_the_map_goes_to_review(
    text: str, status: Status, geocoder_of: Callable[[AddressMap], GazetteerGeocoder]
) -> None:
    drawn = _townships()
    drawn.boundary("成都市", -2_000, -2_000, 30_000, 20_000, level=5)
    drawn.boundary("四川省", -3_000, -3_000, 40_000, 30_000, level=4)

    answer = geocoder_of(drawn).geocode([AddressQuery(text=text)])[0]

    assert (answer.status, answer.label) == (status, "王家沟村"), answer
    assert ("region_unexplained" in answer.reasons) == (status is Status.NEEDS_REVIEW)


@pytest.mark.parametrize("text", ["黄甲镇张家店村2组", "黄甲镇高峰村", "青山乡王家河村2组"])
def test_a_village_that_the_township_lacks_is_never_accepted_as_another(
    text: str, ask_townships: Callable[[str], GeocodeAnswer]
) -> None:
    assert ask_townships(text).status is Status.NEEDS_REVIEW


def test_a_village_name_of_two_townships_is_ambiguous_until_one_is_named(
    ask_townships: Callable[[str], GeocodeAnswer],
) -> None:
    alone, named = ask_townships("和平村5号"), ask_townships("青山乡和平村5号")

    assert (alone.status, [c.label for c in alone.alternatives]) == (Status.AMBIGUOUS, ["和平村"])
    assert named.status is Status.ACCEPTED


def test_a_character_too_few_that_may_be_several_villages_is_ambiguous(
    ask_townships: Callable[[str], GeocodeAnswer],
) -> None:
    answer = ask_townships("黄甲镇王家村2组")

    assert answer.status is Status.AMBIGUOUS
    assert {answer.label, *(c.label for c in answer.alternatives)} >= {"王家沟村", "王家河村"}


@pytest.mark.parametrize("text", ["黄甲镇四号村5组", "黄甲镇四号村二十一号"])
def test_a_numeral_in_a_name_is_no_house_number(text: str, ask_townships: Callable[[str], GeocodeAnswer]) -> None:
    answer = ask_townships(text)

    assert (answer.status, answer.label) == (Status.ACCEPTED, "四号村")


def test_a_township_alone_needs_review(ask_townships: Callable[[str], GeocodeAnswer]) -> None:
    answer = ask_townships("黄甲镇3组12号")

    assert (answer.status, answer.label) == (Status.NEEDS_REVIEW, "黄甲镇")


@pytest.fixture
def ask_unbounded(geocoder_of: Callable[[AddressMap], GazetteerGeocoder]) -> Callable[[str], GeocodeAnswer]:
    """Two townships that the map has as points only, as it often does in China."""
    drawn = AddressMap()
    drawn.place("黄甲镇", 0, 0, kind="town")
    drawn.place("青山乡", 20_000, 0, kind="town")
    for village, east in (("王家沟村", 4_000), ("李家湾村", 7_000), ("大石桥村", 17_000)):
        drawn.place(village, east, 0)
    geocoder = geocoder_of(drawn)
    return lambda text: geocoder.geocode([AddressQuery(text=text)])[0]


@pytest.mark.parametrize(
    ("text", "village"),
    [("黄甲镇王家沟村3组", "王家沟村"), ("黄甲镇汪家钩村", "王家沟村"), ("青山乡大桥村2组", "大石桥村")],
)
def test_without_boundaries_a_village_is_found_in_the_nearest_township_and_goes_to_review(
    text: str, village: str, ask_unbounded: Callable[[str], GeocodeAnswer]
) -> None:
    answer = ask_unbounded(text)

    assert (answer.status, answer.label) == (Status.NEEDS_REVIEW, village)
    assert "township_by_distance" in answer.reasons
    assert "place_contradicts" not in answer.reasons


def test_without_boundaries_a_village_near_another_township_contradicts(
    ask_unbounded: Callable[[str], GeocodeAnswer],
) -> None:
    answer = ask_unbounded("青山乡李家湾村3组")

    assert (answer.status, answer.label) == (Status.NEEDS_REVIEW, "李家湾村")
    assert "place_contradicts" in answer.reasons
