"""Pins: how an address is known again, what a pin does to an answer, and where it moves the middle of a village."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.middle import middle_of_doors
from geodata.geocoding.pins import Pin, PinnedGeocoder, normal_form, without_people
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level, MatchType, Status

HERE = LonLat(9.5, 47.1)
#: Degrees of latitude of a metre, about.
METRE = 1 / 111_195


@pytest.mark.parametrize(
    "same",
    [
        "Landstrasse 19, 9494 Schaan",
        "LANDSTRASSE 19; 9494  schaan",
        "Ｌandstrasse １９\n9494 Schaan",
        "c/o Anna Muster, Landstrasse 19, 9494 Schaan",
        "Landstrasse 19, 9494 Schaan, Tel. +423 232 11 11",
        "Landstrasse 19 · 9494 Schaan, anna@example.org",
    ],
)
def test_an_address_is_known_again_however_it_is_set(same: str) -> None:
    assert normal_form(same) == "landstrasse 19 9494 schaan"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dorfstrasse 1 14 Berg", "Dorfstrasse 11 4 Berg"),
        ("Gasse 12/3", "Gasse 12-3"),
        ("Gasse 12/3", "Gasse 123"),
        ("Gasse 12a", "Gasse 12"),
        ("Mühlweg 1", "Mulweg 1"),
        ("王家村3组", "王家村3号"),
    ],
)
def test_two_doors_never_share_a_pin(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


def test_traditional_characters_are_the_same_address() -> None:
    assert normal_form("廣東省 東莞市") == "广东省 东莞市"


@given(st.text(max_size=60))
def test_the_form_of_any_text_is_words_with_one_space_between_them(text: str) -> None:
    form = normal_form(text)

    assert form == " ".join(form.split())
    assert form == form.casefold()
    assert all(any(character.isalnum() for character in word) for word in form.split())


def test_who_lives_there_is_left_out_of_what_is_kept() -> None:
    kept = without_people("c/o Anna Muster, Landstrasse 19, 9494 Schaan, Tel. 079 123 45 67, anna@example.org")

    assert kept == "Landstrasse 19, 9494 Schaan"


@dataclass
class FakePins:
    pins: dict[str, Pin] = field(default_factory=dict)
    doors: dict[str, list[LonLat]] = field(default_factory=dict)
    by_door: dict[str, Pin] = field(default_factory=dict)

    def find(self, forms: Sequence[str]) -> Sequence[Pin | None]:
        return [self.pins.get(form) for form in forms]

    def at_doors(self, doors: Sequence[str]) -> Sequence[Pin | None]:
        return [self.by_door.get(door) for door in doors]

    def doors_in(self, places: Collection[str]) -> Mapping[str, Sequence[LonLat]]:
        return {place: self.doors[place] for place in places if place in self.doors}


@dataclass
class FakeMap:
    """Answers every text with the same answer, and a coordinate with itself."""

    answer: GeocodeAnswer
    asked: list[AddressQuery] = field(default_factory=list)

    def geocode(self, queries: Sequence[AddressQuery]) -> list[GeocodeAnswer]:
        self.asked += queries
        return [self.answer for _ in queries]


STREET = GeocodeAnswer(
    status=Status.NEEDS_REVIEW,
    location=HERE,
    label="Landstrasse, Schaan",
    match_level=Level.STREET,
    location_level=Level.STREET,
    uncertainty_m=300,
    confidence=0.5,
    components={"street": "Landstrasse", "place": "Schaan"},
    reasons=("house_number_unknown",),
)
VILLAGE = replace(
    STREET,
    match_level=Level.PLACE,
    location_level=Level.PLACE,
    components={"place": "王家村"},
    reasons=("located_at_village",),
    uncertainty_m=400,
)


def pinned_at(location: LonLat) -> PinnedGeocoder:
    pins = FakePins(pins={"landstrasse 19": Pin(location=location, level=Level.POINT, uncertainty_m=20)})
    return PinnedGeocoder(FakeMap(STREET), pins)


def test_another_spelling_of_a_pinned_door_is_at_its_pin_and_nobody_is_asked_further() -> None:
    near, own_map = LonLat(9.501, 47.101), FakeMap(replace(STREET, door="landstrasse 19 of schaan"))
    pins = FakePins(by_door={"landstrasse 19 of schaan": Pin(location=near, level=Level.POINT, uncertainty_m=20)})

    (pinned,) = PinnedGeocoder(own_map, pins).geocode([AddressQuery(text="Schaan, Landstr. 19", location=HERE)])

    assert (pinned.status, pinned.location, pinned.provider) == (Status.ACCEPTED, near, "pin")
    assert all(query.is_settled for query in own_map.asked)


def test_the_pin_of_the_text_itself_comes_before_that_of_its_door() -> None:
    mine, others = (Pin(location=LonLat(9.5, 47.1 + d), level=Level.POINT, uncertainty_m=9) for d in (0.001, 0.002))
    pins = FakePins(pins={"landstrasse 19": mine}, by_door={"door": others})

    (pinned,) = PinnedGeocoder(FakeMap(replace(STREET, door="door")), pins).geocode(
        [AddressQuery(text="Landstrasse 19")]
    )

    assert pinned.location == mine.location


def test_a_pin_far_from_where_the_map_has_the_door_is_not_of_another_spelling() -> None:
    far = Pin(location=LonLat(9.6, 47.2), level=Level.POINT, uncertainty_m=9)
    pins = FakePins(by_door={"door": far})

    (answer,) = PinnedGeocoder(FakeMap(replace(STREET, door="door")), pins).geocode([AddressQuery(text="Landstr. 19")])

    assert (answer.status, answer.location) == (Status.NEEDS_REVIEW, HERE)


def test_a_pin_wins_over_the_map_and_keeps_the_street_that_the_map_knows() -> None:
    near = LonLat(9.501, 47.101)

    pinned, other = pinned_at(near).geocode([AddressQuery(text="LANDSTRASSE 19"), AddressQuery(text="Landstrasse 20")])

    assert (pinned.status, pinned.location, pinned.match_type) == (Status.ACCEPTED, near, MatchType.PIN)
    assert (pinned.provider, pinned.confidence, pinned.uncertainty_m, pinned.reasons) == ("pin", 1.0, 20, ())
    assert pinned.components["street"] == "Landstrasse"
    assert other.status is Status.NEEDS_REVIEW


def test_what_the_map_says_is_forgotten_where_the_pin_is_far_from_it() -> None:
    (pinned,) = pinned_at(LonLat(9.6, 47.1)).geocode([AddressQuery(text="Landstrasse 19")])

    assert (pinned.status, pinned.label, pinned.components) == (Status.ACCEPTED, None, {})


def test_a_pin_wins_over_a_given_coordinate_and_says_so() -> None:
    near, far = LonLat(9.50001, 47.1), LonLat(9.55, 47.1)
    geocoder = pinned_at(HERE)

    agreeing, overridden = geocoder.geocode(
        [AddressQuery(text="Landstrasse 19", location=near), AddressQuery(text="Landstrasse 19", location=far)]
    )

    assert (agreeing.location, agreeing.reasons) == (HERE, ())
    assert (overridden.location, overridden.reasons) == (HERE, ("location_overridden",))


def test_a_coordinate_without_a_text_has_no_pin() -> None:
    asked = FakeMap(STREET)

    PinnedGeocoder(asked, FakePins()).geocode([AddressQuery(location=HERE)])

    assert asked.asked[-1] == AddressQuery(location=HERE)


def north(metres: float) -> LonLat:
    return LonLat(HERE.lon, HERE.lat + metres * METRE)


def test_pins_of_three_doors_move_the_middle_of_their_village() -> None:
    pins = FakePins(doors={"王家村": [north(700), north(800), north(900)]})

    (answer,) = PinnedGeocoder(FakeMap(VILLAGE), pins).geocode([AddressQuery(text="王家村5组")])

    assert answer.location is not None
    assert great_circle_m(answer.location, north(800)) < 2
    assert answer.uncertainty_m == 200
    assert answer.reasons == ("located_at_village", "located_by_pins")
    assert answer.status is Status.NEEDS_REVIEW


def test_pins_locate_a_village_of_which_the_map_knows_only_the_township() -> None:
    answer = replace(VILLAGE, location_level=Level.TOWN, uncertainty_m=6000, reasons=("located_at_town",))
    pins = FakePins(doors={"王家村": [north(4700), north(4800), north(4900)]})

    (located,) = PinnedGeocoder(FakeMap(answer), pins).geocode([AddressQuery(text="王家村5组")])

    assert located.location is not None
    assert great_circle_m(located.location, north(4800)) < 2
    assert (located.location_level, located.uncertainty_m) == (Level.PLACE, 500)


def test_pins_move_no_street_and_no_other_village() -> None:
    doors = [north(700), north(800), north(900)]

    (street,) = PinnedGeocoder(FakeMap(STREET), FakePins(doors={"Schaan": doors})).geocode([AddressQuery(text="x")])
    (village,) = PinnedGeocoder(FakeMap(VILLAGE), FakePins(doors={"李家村": doors})).geocode([AddressQuery(text="x")])

    assert (street.location, village.location) == (HERE, HERE)


def test_two_doors_and_three_pins_of_one_door_are_too_few_for_a_middle() -> None:
    assert middle_of_doors([north(10), north(500)], around=HERE, radius_m=300) is None
    assert middle_of_doors([north(500), north(510), north(520)], around=HERE, radius_m=300) is None


def test_doors_of_a_namesake_far_away_do_not_count() -> None:
    doors = [north(100), north(200), north(300), *(north(9000 + 100 * n) for n in range(20))]

    middle = middle_of_doors(doors, around=HERE, radius_m=300)

    assert middle is not None
    assert great_circle_m(middle.location, north(200)) < 2


@given(
    right=st.lists(st.integers(0, 400), min_size=4, max_size=12, unique=True),
    wrong=st.lists(st.integers(1500, 1990), max_size=3),
    shuffled=st.randoms(),
)
def test_a_few_wrong_pins_do_not_carry_the_middle_away(
    right: list[int],
    wrong: list[int],
    shuffled: Random,
) -> None:
    doors = [north(metres + 35 * index) for index, metres in enumerate(sorted(right))]
    all_doors = [*doors, *map(north, wrong[: (len(doors) - 1) // 2])]
    shuffled.shuffle(all_doors)

    middle = middle_of_doors(all_doors, around=HERE, radius_m=300)

    assert middle is not None
    assert min(d.lat for d in doors) <= middle.location.lat <= max(d.lat for d in doors) + 1e-12
    assert middle.radius_m >= 150
