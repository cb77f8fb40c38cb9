"""What may be accepted unseen, and what must not be: one test for each rule."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.geocoding.confidence import confidence_of
from geodata.geocoding.geocoder import GazetteerGeocoder
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level, Status
from tests.geodata.geocoding.address_maps import AddressMap, two_villages

GeocoderOf = Callable[[AddressMap], GazetteerGeocoder]
Ask = Callable[[str], GeocodeAnswer]


@pytest.fixture
def ask_county(geocoder_of: GeocoderOf) -> Ask:
    """Two townships with boundaries, 和平村 in both; 双兴村 is six kilometres wide, 大石桥村 has numbered houses."""
    drawn = AddressMap()
    for town, west, villages in (
        ("黄甲镇", 0, ("王家沟村", "和平村", "大石桥村")),
        ("青山乡", 10_000, ("李家湾村", "和平村")),
    ):
        drawn.boundary(town, west, 0, west + 9_000, 9_000)
        drawn.place(town, west + 4_500, 4_500, kind="town")
        for n, village in enumerate(villages):
            drawn.place(village, west + 500 + 1_800 * n, 1_500)
    drawn.boundary("双流县", -1_000, -1_000, 20_000, 10_000, level=6)
    drawn.boundary("双兴村", 10_100, 3_000, 16_000, 8_900, level=10)
    drawn.door("12", 4_150, 1_500, place="大石桥村")
    geocoder = geocoder_of(drawn)
    return lambda text: geocoder.geocode([AddressQuery(text=text)])[0]


@pytest.mark.parametrize("text", ["黄甲镇王家沟村3组", "黄甲镇汪佳沟村3组", "黄甲镇大石桥村12号"])
def test_an_exact_village_or_one_that_sounds_the_same_is_accepted_in_its_township(text: str, ask_county: Ask) -> None:
    assert ask_county(text).status is Status.ACCEPTED


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("黄甲镇王家村3组", "place_fuzzy"),  # neither exact nor of the same sound
        ("王家沟村3组", "township_missing"),  # the parent is uncorroborated
        ("大石桥村12号", "place_missing"),  # likewise, though the house is known
        ("青山乡王家沟村3组", "place_contradicts"),  # the parent is contradicted
        ("黄甲镇王家沟村赵公庙村", "village_unexplained"),  # an unexplained village
        ("青山乡双兴村", "location_too_wide"),  # uncertainty over 2 km
    ],
)
def test_a_chinese_village_that_breaks_a_rule_goes_to_review(text: str, reason: str, ask_county: Ask) -> None:
    answer = ask_county(text)

    assert answer.status is Status.NEEDS_REVIEW, answer
    assert reason in answer.reasons, answer


@pytest.mark.parametrize(
    ("text", "level", "radius_m"), [("双流县", Level.REGION, 10_000), ("黄甲镇", Level.PLACE, 4_000)]
)
def test_a_county_or_a_township_alone_needs_review_with_its_level_and_radius(
    text: str, level: Level, radius_m: int, ask_county: Ask
) -> None:
    answer = ask_county(text)

    assert (answer.status, answer.match_level, answer.location_level) == (Status.NEEDS_REVIEW, level, level)
    assert answer.uncertainty_m is not None
    assert answer.uncertainty_m >= radius_m


def test_two_candidates_that_are_apart_are_ambiguous_with_both_named(ask_county: Ask) -> None:
    answer = ask_county("和平村3组")

    assert (answer.status, answer.margin) == (Status.AMBIGUOUS, 0)
    assert [candidate.label for candidate in answer.alternatives] == ["和平村"]


@pytest.mark.parametrize(
    "text", ["Dorfstrasse 12, Oberdorf", "1001 Dorfstrasse 12", "Dorfstrase 12, Oberdorf", "Mühlweg 3, Oberdorf"]
)
def test_a_door_of_a_named_place_is_accepted(text: str, ask_villages: Ask) -> None:
    assert ask_villages(text).status is Status.ACCEPTED


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Mühlweg 5", "place_missing"),
        ("Mühlweg 5, Unterdorf", "street_not_in_place"),
        ("Mühlweg 5, 1002 Oberdorf", "postcode_contradicts"),
        ("Mühlwek 7, Oberdorf", "street_uncertain"),
        ("Mühlweg 99, Oberdorf", "house_number_unknown"),
        ("Mühlweg, Oberdorf", "house_number_missing"),
        ("Alter Mühlweg 5, Oberdorf", "name_partly_matched"),
    ],
)
def test_a_door_that_breaks_a_rule_goes_to_review(text: str, reason: str, ask_villages: Ask) -> None:
    answer = ask_villages(text)

    assert answer.status is Status.NEEDS_REVIEW, answer
    assert reason in answer.reasons, answer


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("汪佳勾村三组", "王家沟村"),  # three homophones, no township
        ("李家弯村", "李家湾村"),
    ],
)
def test_a_misspelt_village_without_any_parent_is_found_by_its_sounds_and_goes_to_review(
    text: str, label: str, ask_county: Ask
) -> None:
    answer = ask_county(text)

    assert (answer.status, answer.label) == (Status.NEEDS_REVIEW, label)


def test_a_badly_misspelt_street_is_found_by_its_letters_and_goes_to_review(geocoder_of: GeocoderOf) -> None:
    drawn = two_villages()
    drawn.road("Feldkirchnergasse", (0, 300), (300, 300))
    drawn.door("2", 100, 310, street="Feldkirchnergasse", city="Oberdorf")

    (answer,) = geocoder_of(drawn).geocode([AddressQuery(text="Felthkirchnaargasse 2")])

    assert (answer.status, answer.label) == (Status.NEEDS_REVIEW, "Feldkirchnergasse 2, Oberdorf")
    assert "street_fuzzy" in answer.reasons


@pytest.mark.parametrize("text", ["Bahnhofplatz 2", "赵公庙村3组", "Hauptstrasse 5, 1010 Wien"])
def test_what_shares_too_little_with_any_name_is_not_found(text: str, ask_villages: Ask, ask_county: Ask) -> None:
    assert (ask_villages(text).status, ask_county(text).status) == (Status.NOT_FOUND, Status.NOT_FOUND)


@given(st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_a_better_score_never_has_less_confidence_and_confidence_is_never_certainty(
    one: float, other: float, is_place: bool
) -> None:
    low, high = (confidence_of(score, is_place=is_place) for score in sorted((one, other)))

    assert 0 <= low <= high < 1
