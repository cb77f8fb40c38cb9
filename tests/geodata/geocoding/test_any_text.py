"""Whatever is typed gets an answer of the right kind: never an exception, never a place without a status."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.geocoding.geocoder import GazetteerGeocoder
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Status
from tests.geodata.geocoding.address_maps import AddressMap

_PIECES = (
    "黄甲镇", "黃甲鎮", "王家沟", "王家溝村", "汪家钩", "四号村", "四", "号", "第", "组", "附", "附1", "社区",
    "社", "村委会", "省", "中国",
    "Dorfstraße", "Dorfstr.", "Oberdorf", "c/o", "Tel.", "12", "12a", "9494", "/", "-", ",", "\n", "\t", " ", "\x00",
    "😀", "مرحبا", "\u202e", "\ud800", "٣", "½", "Ⅷ", "ﬁ", "१२", "é", "e\u0301", "(", "'",
)  # fmt: skip
typed = st.one_of(
    st.text(max_size=320),
    st.lists(st.sampled_from(_PIECES), max_size=30).map("".join),
    st.text(alphabet="黄甲镇王家沟村四号组附第社区省", max_size=300),
    st.just("王" * 10_000),
)


@pytest.fixture
def mixed(geocoder_of: Callable[[AddressMap], GazetteerGeocoder]) -> GazetteerGeocoder:
    drawn = AddressMap()
    drawn.boundary("黄甲镇", -5_000, -5_000, 5_000, 5_000)
    drawn.place("黄甲镇", 0, 0, kind="town")
    drawn.place("王家沟村", 1_500, 0)
    drawn.place("四号村", 3_500, 0)
    drawn.place("Oberdorf", 20_000, 0)
    drawn.road("Dorfstraße", (20_000, 50), (20_300, 50))
    drawn.door("12", 20_100, 60, street="Dorfstraße", city="Oberdorf", postcode="9494")
    return geocoder_of(drawn)


def is_sound(answer: GeocodeAnswer) -> bool:
    located = answer.location is not None
    if answer.status in {Status.INVALID, Status.NOT_FOUND}:
        return not located and not answer.alternatives
    return located and bool(answer.label) and answer.uncertainty_m is not None and 0 < answer.confidence <= 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=typed)
def test_any_text_gets_a_sound_answer(text: str, mixed: GazetteerGeocoder) -> None:
    (answer,) = mixed.geocode([AddressQuery(text=text)])

    assert is_sound(answer), (text, answer)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.text(max_size=40), after=st.text(max_size=40))
def test_text_around_an_address_never_makes_it_another_door(before: str, after: str, mixed: GazetteerGeocoder) -> None:
    (answer,) = mixed.geocode([AddressQuery(text=f"{before}, Dorfstraße 12, 9494 Oberdorf, {after}")])

    assert answer.status is not Status.ACCEPTED or answer.label == "Dorfstraße 12, 9494 Oberdorf", answer
