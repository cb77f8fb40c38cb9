"""A door has one writing, however its address is typed; a neighbour, a flat or a doubtful reading never has it."""

from collections.abc import Callable

import pytest

from geodata.geocoding.geocoder import GazetteerGeocoder
from geodata.geocoding.port import AddressQuery, GeocodeAnswer
from tests.geodata.geocoding.address_maps import AddressMap

Ask = Callable[[str], GeocodeAnswer]


@pytest.mark.parametrize(
    "spelling",
    [
        "Dorfstrasse 4, 1001 Oberdorf",
        "DORFSTRASSE 4; 1001 OBERDORF",
        "Dorfstr. 4, 1001 Oberdorf",
        "1001 Oberdorf, Dorfstraße 4",
        "Oberdorf, Dorfstr. Nr. 4",
        "Ｄｏｒｆｓｔｒａｓｓｅ ４, Oberdorf",
        "c/o Anna Muster, Dorfstrasse 4, Oberdorf, Tel. +423 232 11 11",
        "Dorfstrase 4, 1001 Oberdorf",
    ],
)
def test_other_spellings_of_a_mapped_house_name_the_same_door(spelling: str, ask_villages: Ask) -> None:
    assert ask_villages(spelling).door == ask_villages("Dorfstrasse 4, Oberdorf").door != ""


@pytest.mark.parametrize("spelling", ["Dorfstr. 99, Oberdorf", "1001 Oberdorf, DORFSTRASSE 99"])
def test_other_spellings_of_a_house_that_the_map_lacks_name_the_same_door(spelling: str, ask_villages: Ask) -> None:
    assert ask_villages(spelling).door == ask_villages("Dorfstrasse 99, 1001 Oberdorf").door != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dorfstrasse 4, Oberdorf", "Dorfstrasse 4, Unterdorf"),
        ("Dorfstrasse 4, Oberdorf", "Dorfstrasse 2, Oberdorf"),
        ("Dorfstrasse 4, Oberdorf", "Dorfstrasse 4a, Oberdorf"),
        ("Dorfstrasse 12/3, Oberdorf", "Dorfstrasse 12/4, Oberdorf"),
        ("Dorfstrasse 12/3, Oberdorf", "Dorfstrasse 12, Oberdorf"),
        ("Dorfstrasse 12 Top 3, Oberdorf", "Dorfstrasse 12 Top 4, Oberdorf"),
        ("Dorfstrasse 12 Top 3, Oberdorf", "Dorfstrasse 12, Oberdorf"),
        ("Dorfstrasse 98, Oberdorf", "Dorfstrasse 99, Oberdorf"),
    ],
)
def test_neighbours_and_flats_are_other_doors(one: str, other: str, ask_villages: Ask) -> None:
    assert ask_villages(one).door
    assert ask_villages(one).door != ask_villages(other).door


@pytest.mark.parametrize(
    "text",
    [
        "Dorfstrasse 4",  # there are two
        "Mühlweg 3",  # nothing says in which village
        "Dorfstrasse, Oberdorf",
        "Oberdorf",
        "Dorfstrase 99, Oberdorf",  # perhaps a Dorfstrase of which the map knows nothing
        "Hinterwies, Dorfstrasse 99, Oberdorf",
        "Mühlweg 3, Unterdorf",
        "nowhere 1",
        "",
    ],
)
def test_a_text_that_may_mean_another_door_names_none(text: str, ask_villages: Ask) -> None:
    assert ask_villages(text).door == ""


@pytest.fixture
def ask_county(geocoder_of: Callable[[AddressMap], GazetteerGeocoder]) -> Ask:
    drawn = AddressMap()
    drawn.place("黄甲镇", 0, 0, kind="town")
    drawn.place("东升镇", 0, 9000, kind="town")
    drawn.place("王家村", 1500, 0)
    drawn.place("王家村", 1500, 9000)
    drawn.place("双兴村", -2500, 0)
    geocoder = geocoder_of(drawn)
    return lambda text: geocoder.geocode([AddressQuery(text=text)])[0]


@pytest.mark.parametrize(
    "spelling", ["黃甲鎮雙興村3組", "黄甲镇双兴村三组", "双兴村3组,黄甲镇", "黄甲双兴村３组", "黄甲镇 双兴村 3组"]
)
def test_other_spellings_of_a_group_of_a_village_name_the_same_door(spelling: str, ask_county: Ask) -> None:
    assert ask_county(spelling).door == ask_county("黄甲镇双兴村3组").door != ""


@pytest.mark.parametrize(
    "other",
    [
        "黄甲镇双兴村4组",
        "黄甲镇双兴村3号",
        "黄甲镇双兴村3组12号",
        "黄甲镇双兴村",
        "双兴村3组",
        "黄甲镇双兴村3组李四家",
        "东升镇双兴村3组",
        "黄甲镇王家村3组",
        "王家村3组",
    ],
)
def test_another_group_house_or_village_is_another_door(other: str, ask_county: Ask) -> None:
    assert ask_county(other).door != ask_county("黄甲镇双兴村3组").door


def test_villages_of_one_name_in_two_townships_are_apart(ask_county: Ask) -> None:
    assert ask_county("黄甲镇王家村3组").door != ask_county("东升镇王家村3组").door != ""
