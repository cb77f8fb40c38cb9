"""When a misspelt street or place is accepted, and when it is not."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from geodata.geocoding.fuzzy import KeyIndex
from geodata.geocoding.geocoder import GazetteerGeocoder
from geodata.geocoding.port import AddressQuery, MatchType, Status
from tests.geodata.geocoding.address_maps import AddressMap, two_villages
from tests.geodata.geocoding.conftest import Ask

GeocoderOf = Callable[[AddressMap], GazetteerGeocoder]


def test_a_misspelt_street_is_accepted_in_its_village_at_a_known_number(ask_villages: Ask) -> None:
    answer = ask_villages("Dorfstrase 4, Oberdorf")

    assert (answer.status, answer.match_type) == (Status.ACCEPTED, MatchType.FUZZY)
    assert answer.reasons == ("street_fuzzy",)


def test_a_misspelt_street_without_its_village_needs_review(ask_villages: Ask) -> None:
    assert ask_villages("Mülhweg 3").status is Status.NEEDS_REVIEW


def test_a_misspelt_street_with_an_unknown_number_needs_review(ask_villages: Ask) -> None:
    assert ask_villages("Dorfstrase 40, Oberdorf").status is Status.NEEDS_REVIEW


def test_two_streets_as_near_to_the_typed_one_need_review(geocoder_of: GeocoderOf) -> None:
    drawn = two_villages()
    for name, north in (("Rosenbergweg", 400), ("Rosenburgweg", 600)):
        drawn.road(name, (0, north), (200, north))
        drawn.door("4", 50, north + 5, street=name, city="Oberdorf")

    (answer,) = geocoder_of(drawn).geocode([AddressQuery(text="Rosenbrgweg 4, Oberdorf")])

    assert answer.status is not Status.ACCEPTED


def test_the_exact_name_of_a_street_elsewhere_is_no_misspelling(geocoder_of: GeocoderOf) -> None:
    drawn = two_villages()
    drawn.road("Rosenbergweg", (0, 400), (200, 400))
    drawn.door("4", 50, 405, street="Rosenbergweg", city="Oberdorf")
    drawn.road("Rosenburgweg", (0, 5400), (200, 5400))

    (answer,) = geocoder_of(drawn).geocode([AddressQuery(text="Rosenburgweg 4, Oberdorf")])

    assert answer.status is Status.NEEDS_REVIEW


def test_a_misspelt_village_needs_review_where_the_street_is_in_both(ask_villages: Ask) -> None:
    answer = ask_villages("Dorfstrasse 4, Obredorf")

    assert answer.status is Status.NEEDS_REVIEW
    assert answer.label == "Dorfstrasse 4, 1001 Oberdorf"


def test_a_misspelt_village_is_accepted_when_the_postcode_agrees(ask_villages: Ask) -> None:
    assert ask_villages("Dorfstrasse 4, 1001 Obredorf").status is Status.ACCEPTED


def test_a_postcode_alone_tells_the_villages_apart(ask_villages: Ask) -> None:
    answer = ask_villages("Dorfstrasse 4, 1002")

    assert (answer.status, answer.label) == (Status.ACCEPTED, "Dorfstrasse 4, 1002 Unterdorf")


def test_postcode_and_village_that_contradict_need_review(ask_villages: Ask) -> None:
    answer = ask_villages("Dorfstrasse 4, 1002 Oberdorf")

    assert answer.status is Status.NEEDS_REVIEW
    assert "postcode_contradicts" in answer.reasons


def test_one_street_twice_in_one_village_is_ambiguous(geocoder_of: GeocoderOf) -> None:
    drawn = two_villages()
    drawn.boundary("Oberdorf", -4000, -4000, 4000, 2000)
    drawn.road("Dorfstrasse", (2500, -2500), (2700, -2500))

    (answer,) = geocoder_of(drawn).geocode([AddressQuery(text="Dorfstrasse 4, Oberdorf")])

    assert answer.status is Status.AMBIGUOUS
    assert len(answer.alternatives) >= 1


@given(
    keys=st.sets(st.text("王家沟李村", min_size=1, max_size=6), max_size=60),
    typed=st.text("王家沟李村", min_size=3, max_size=6),
)
def test_no_name_that_is_one_edit_away_is_passed_over(keys: set[str], typed: str) -> None:
    index = KeyIndex(keys)

    compared = {key for length in range(7) for key in index._of_length(typed, length, 1)}

    assert {key for key in keys if OSA.distance(typed, key) <= 1} <= compared <= keys
