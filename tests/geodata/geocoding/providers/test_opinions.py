"""When others help: accepted if all names are explained or two sources agree, reviewed if they do not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.coords import BoundingBox, LonLat
from geodata.errors import ProviderAwayError
from geodata.geocoding.pins import Pin, PinnedGeocoder
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level, MatchType, Status
from geodata.geocoding.providers.assisted import AssistedGeocoder
from geodata.geocoding.providers.explained import is_explained
from tests.geodata.geocoding.providers.fakes import FakeCache, FakeMap, FakeProvider, careful, found

AREA = BoundingBox(west=107.0, south=34.0, east=108.0, north=35.0)
VILLAGE = "凤翔县田家庄镇张家村3组"
LABEL = "陕西省宝鸡市凤翔区田家庄镇张家村"
THERE, NEAR, FAR = (107.4, 34.5), (107.405, 34.5), (107.43, 34.5)


def assisted(
    *providers: FakeProvider, own: FakeMap | None = None, cache: FakeCache | None = None, per_day: int = 1000
) -> AssistedGeocoder:
    asking = [careful(provider, per_day=per_day) for provider in providers]
    return AssistedGeocoder(own or FakeMap(), asking, cache=cache or FakeCache(), area=AREA)


def answer(text: str, *providers: FakeProvider, own: FakeMap | None = None) -> GeocodeAnswer:
    (one,) = assisted(*providers, own=own).geocode([AddressQuery(text=text)])
    return one


def knowing(name: str, at: tuple[float, float], label: str = "", level: Level = Level.PLACE) -> FakeProvider:
    return FakeProvider(name=name, knows={VILLAGE: (found(*at, label, level),)})


def own_map(at: tuple[float, float], uncertainty_m: int, status: Status = Status.NEEDS_REVIEW) -> FakeMap:
    return FakeMap(
        otherwise=GeocodeAnswer(
            status=status,
            location=LonLat(*at),
            label="田家庄镇",
            location_level=Level.PLACE,
            uncertainty_m=uncertainty_m,
            reasons=("parent_unconfirmed",),
            components={"place": "田家庄镇"},
        )
    )


def test_a_village_that_the_label_names_is_accepted() -> None:
    one = answer(VILLAGE, knowing("amap", THERE, LABEL))

    assert (one.status, one.location, one.provider) == (Status.ACCEPTED, LonLat(*THERE), "amap")
    assert (one.location_level, one.match_type, one.reasons) == (Level.PLACE, MatchType.EXACT, ())
    assert one.uncertainty_m == 1500


def test_the_neighbours_village_is_never_accepted_silently() -> None:
    one = answer(VILLAGE, knowing("amap", THERE, "陕西省宝鸡市凤翔区田家庄镇李家村"))

    assert one.status is Status.NEEDS_REVIEW
    assert one.reasons == ("provider_unconfirmed",)


def test_an_answer_without_a_label_needs_a_second_source() -> None:
    alone = answer(VILLAGE, knowing("baidu", THERE))
    with_another = answer(VILLAGE, knowing("baidu", THERE), knowing("tianditu", NEAR))
    with_the_map = answer(VILLAGE, knowing("baidu", THERE), own=own_map(NEAR, 800))
    with_a_wide_map = answer(VILLAGE, knowing("baidu", THERE), own=own_map(NEAR, 5000))

    assert [one.status for one in (alone, with_another, with_the_map, with_a_wide_map)] == [
        Status.NEEDS_REVIEW,
        Status.ACCEPTED,
        Status.ACCEPTED,
        Status.NEEDS_REVIEW,
    ]


def test_an_own_map_that_leaves_a_village_unexplained_vouches_for_nobody() -> None:
    doubtful = own_map(NEAR, 800)
    doubtful.otherwise = replace(doubtful.otherwise, reasons=("place_unexplained",))

    assert answer(VILLAGE, knowing("baidu", THERE), own=doubtful).status is Status.NEEDS_REVIEW


def test_a_label_that_says_something_else_is_not_mended_by_a_second_source() -> None:
    one = answer(VILLAGE, knowing("amap", THERE, "陕西省宝鸡市凤翔区李家村"), own=own_map(NEAR, 800))

    assert (one.status, one.reasons) == (Status.NEEDS_REVIEW, ("provider_unconfirmed",))


def test_two_that_disagree_by_over_two_kilometres_go_to_review() -> None:
    one = answer(VILLAGE, knowing("amap", THERE, LABEL), knowing("baidu", FAR))

    assert one.status is Status.NEEDS_REVIEW
    assert one.reasons == ("providers_disagree",)
    assert [(other.location, other.reasons) for other in one.alternatives] == [(LonLat(*FAR), ("baidu",))]


def test_a_town_is_no_door_even_when_all_agree_on_it() -> None:
    one = answer(VILLAGE, knowing("baidu", THERE, level=Level.TOWN), knowing("tianditu", THERE, level=Level.TOWN))

    assert one.status is Status.NEEDS_REVIEW
    assert "location_too_wide" in one.reasons


def test_what_lies_outside_of_the_area_is_not_accepted() -> None:
    outside = answer(VILLAGE, knowing("amap", (116.4, 39.9), LABEL))
    provider = FakeProvider(name="amap", knows={VILLAGE: (found(116.4, 39.9, LABEL), found(*THERE, LABEL))})

    assert (outside.status, outside.reasons) == (Status.NEEDS_REVIEW, ("out_of_area",))
    assert answer(VILLAGE, provider).location == LonLat(*THERE)


def test_a_place_that_the_provider_is_not_sure_of_is_reviewed() -> None:
    provider = FakeProvider(knows={VILLAGE: (found(*THERE, LABEL, Level.PLACE, is_exact=False),)})

    assert "provider_inexact" in answer(VILLAGE, provider).reasons


def test_the_own_maps_place_stays_an_alternative() -> None:
    one = answer(VILLAGE, knowing("amap", THERE, LABEL), own=own_map(FAR, 900))

    assert [other.label for other in one.alternatives] == ["田家庄镇"]


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.INVALID])
def test_nobody_is_asked_what_is_sure_already(status: Status) -> None:
    provider = knowing("amap", THERE, LABEL)

    answer(VILLAGE, provider, own=own_map(NEAR, 100, status))

    assert provider.asked == []


def test_neither_coordinates_nor_pinned_addresses_are_sent() -> None:
    provider = knowing("amap", THERE, LABEL)
    geocoder = assisted(provider)

    class Pins:
        def find(self, forms: list[str]) -> list[Pin]:
            return [Pin(location=LonLat(*NEAR), level=Level.POINT, uncertainty_m=10) for _ in forms]

        def at_doors(self, doors: list[str]) -> list[None]:
            return [None for _ in doors]

        def doors_in(self, places: object) -> dict[str, list[LonLat]]:
            return {}

    geocoder.geocode([AddressQuery(text=VILLAGE, location=LonLat(*NEAR))])
    (pinned,) = PinnedGeocoder(geocoder, Pins()).geocode([AddressQuery(text=VILLAGE)])  # type: ignore[arg-type] # a fake

    assert provider.asked == []
    assert pinned.location == LonLat(*NEAR)


def test_a_provider_that_is_down_degrades_the_answer_and_the_batch_goes_on() -> None:
    down = FakeProvider(name="down", faults=[ProviderAwayError("away")] * 99)
    texts = [f"凤翔县田家庄镇张家村{number}组" for number in range(20)]
    up = FakeProvider(name="up", knows={text: (found(*THERE, LABEL, Level.PLACE),) for text in texts})

    answers = assisted(down, up).geocode([AddressQuery(text=text) for text in texts])

    assert {(one.status, one.provider, one.reasons) for one in answers} == {(Status.ACCEPTED, "up", ("degraded",))}
    assert len(down.asked) == 3


def test_all_down_leaves_the_own_maps_answer() -> None:
    one = answer(VILLAGE, FakeProvider(faults=[ProviderAwayError("away")] * 9), own=own_map(NEAR, 800))

    assert (one.status, one.provider) == (Status.NEEDS_REVIEW, "gazetteer")
    assert one.reasons == ("parent_unconfirmed", "degraded")


def test_a_spent_budget_is_told_for_those_who_were_not_asked() -> None:
    texts = [f"凤翔县田家庄镇张家村{number}组" for number in range(3)]
    provider = FakeProvider(knows={text: (found(*THERE, LABEL, Level.PLACE),) for text in texts})

    answers = assisted(provider, per_day=2).geocode([AddressQuery(text=text) for text in texts])

    assert [one.reasons for one in answers] == [(), (), ("no_name_known", "budget_spent")]


def test_while_somebody_waits_a_provider_is_asked_for_so_long_only() -> None:
    texts = [f"凤翔县田家庄镇张家村{number}组" for number in range(5)]
    provider = FakeProvider(knows={text: (found(*THERE, LABEL, Level.PLACE),) for text in texts})
    seconds = iter(range(0, 100, 4))
    geocoder = AssistedGeocoder(
        FakeMap(), [careful(provider)], cache=FakeCache(), area=AREA, patience_s=10, now=lambda: next(seconds)
    )

    answers = geocoder.geocode([AddressQuery(text=text) for text in texts])

    assert len(provider.asked) == 2
    assert [one.reasons for one in answers] == [(), (), *[("no_name_known", "not_asked")] * 3]


def test_nobody_is_asked_twice() -> None:
    cache = FakeCache()
    provider = knowing("amap", THERE, LABEL)

    first = assisted(provider, cache=cache).geocode([AddressQuery(text=VILLAGE), AddressQuery(text="张三，" + VILLAGE)])
    again = assisted(provider, cache=cache).geocode([AddressQuery(text=VILLAGE)])

    assert provider.asked == [[VILLAGE]]
    assert first[0] == again[0]


def test_addresses_go_in_batches_as_large_as_the_provider_takes() -> None:
    provider = FakeProvider(max_batch=10)

    assisted(provider).geocode([AddressQuery(text=f"田家庄镇张家村{number}组") for number in range(25)])

    assert [len(batch) for batch in provider.asked] == [10, 10, 5]


def test_each_query_has_its_own_answer_in_its_place() -> None:
    sure = GeocodeAnswer(status=Status.ACCEPTED, location=LonLat(*NEAR))
    provider = knowing("amap", THERE, LABEL)
    queries = ["known", VILLAGE, "Hans Muster", "known"]

    answers = assisted(provider, own=FakeMap(answers={"known": sure})).geocode([AddressQuery(text=q) for q in queries])

    assert [one.status for one in answers] == [Status.ACCEPTED, Status.ACCEPTED, Status.NOT_FOUND, Status.ACCEPTED]
    assert answers[0] == answers[3] == sure


@pytest.mark.parametrize(
    ("text", "label", "explained"),
    [
        ("Landstr. 19, 9494 Schaan", "Landstrasse 19, 9494 Schaan", True),
        ("Landstr. 19, 9494 Schaan", "19, Landstraße, Schaan, 9494, Liechtenstein", True),
        ("Landstr. 19, 9494 Schaan", "Landstrasse 19, Schaan", True),
        ("Landstr. 19, 9494 Schaan", "Landstrasse 21, 9494 Schaan", False),
        ("Landstr. 19, 9494 Schaan", "Landstrasse, 9494 Schaan", False),
        ("Landstr. 19, 9490 Schaan", "Landstrasse 19, 9494 Schaan", False),
        ("Landstr. 12 a, Schaan", "Landstrasse 12a, Schaan", True),
        ("Landstr. 12a, Schaan", "Landstrasse 12 A, Schaan", True),
        ("Landstr. 12a, Schaan", "Landstrasse 12, Schaan", False),
        ("Landstrasse, Schaan", "Landstrasse 12, Schaan", False),
        ("8326 Wornall Road, Kansas City", "8326, Wornall Road, Waldo, Kansas City, 64114", True),
        ("8326 Wornall Road, Kansas City, 64114", "8330, Wornall Road, Waldo, Kansas City, 64114", False),
        ("Landstrase 19, Schan", "Landstrasse 19, Schaan", True),
        ("Landstr. 19, 9490 Vaduz", "Landstrasse 19, 9494 Schaan", False),
        ("张家村12号", "陕西省凤翔区张家村12号", True),
        ("张家村12号", "陕西省凤翔区张家村2号", False),
        ("张家村", "陕西省凤翔区张家村12号", False),
        ("解放路12号", "陕西省宝鸡市解放路|12号", True),
    ],
)
def test_a_label_explains_a_door_when_all_names_and_numbers_are_in_it(text: str, label: str, explained: bool) -> None:
    assert is_explained(text, label, to_the_door=True) is explained


@pytest.mark.parametrize(
    ("text", "label", "explained"),
    [
        ("Landstrasse 19, 9494 Schaan", "Landstrasse, 9494 Schaan", True),
        ("Hof Birkenau, 9498 Planken", "Dorfstrasse, 9498 Planken", False),
        ("9494", "Schaan", False),
        ("张家村3组", "陕西省凤翔区张家村", True),
        ("張家村", "陕西省凤翔区张家村", True),
        ("张家村", "陕西省凤翔区李家村", False),
        ("凤翔县田家庄镇", "陕西省凤翔区田家庄镇", False),
        ("张家村", "", False),
    ],
)
def test_a_label_explains_a_place_when_all_names_are_in_it(text: str, label: str, explained: bool) -> None:
    assert is_explained(text, label, to_the_door=False) is explained


@given(st.text(max_size=60), st.text(max_size=60), st.booleans())
def test_any_text_is_explained_or_not(text: str, label: str, to_the_door: bool) -> None:
    assert is_explained(text, label, to_the_door=to_the_door) in {True, False}
