"""Addresses of the bundled extract, typed as people type them."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.coords import great_circle_m
from geodata.geocoding.collect import collect
from geodata.geocoding.geocoder import GazetteerGeocoder
from geodata.geocoding.port import AddressQuery, Level, MatchType, Status
from geodata.geocoding.raw import RawDoor, RawExtract
from tests.benchmarks.geocoding.noise import NOISE
from tests.geodata.geocoding.conftest import Ask

#: A number mapped on a building and again on its entrance is one door.
SAME_DOOR_M = 60


def _town_of(door: RawDoor, raw: RawExtract) -> str:
    """The town of the nearest door of that street within 1 km, else of the nearest village."""
    towns = [(d.location, d.city) for d in raw.doors if d.street == door.street and d.city]
    near = [(great_circle_m(location, door.location), city) for location, city in towns]
    if near and min(near)[0] < 1000:
        return min(near)[1]
    villages = [p for p in raw.places if p.kind in {"village", "town"} and p.names[0] != "Rotenboden"]
    return min(villages, key=lambda p: great_circle_m(p.location, door.location)).names[0]


@pytest.fixture(scope="module")
def doors(bundled_extract: Path) -> list[RawDoor]:
    """All doors with a street; a town is added where it is not mapped, a postcode is dropped where it is wrong."""
    raw = collect(bundled_extract, on_progress=lambda _text, _share: None)
    return [
        replace(
            d,
            city=d.city or _town_of(d, raw),
            postcode=d.postcode if d.postcode.isdigit() and len(d.postcode) == 4 else "",
        )
        for d in raw.doors
        if d.street
    ]


def test_the_bundled_extract_has_the_doors_that_these_tests_are_about(doors: list[RawDoor]) -> None:
    assert len(doors) == 196


def test_every_door_typed_clean_is_accepted_at_its_own_place(
    doors: list[RawDoor], liechtenstein: GazetteerGeocoder
) -> None:
    queries = [AddressQuery(text=f"{d.street} {d.number}, {d.postcode} {d.city}") for d in doors]

    answers = liechtenstein.geocode(queries)

    for door, query, answer in zip(doors, queries, answers, strict=True):
        assert answer.location is not None, query
        assert great_circle_m(answer.location, door.location) <= SAME_DOOR_M, (query, answer)
        assert (answer.status, answer.match_level) == (Status.ACCEPTED, Level.HOUSE_NUMBER), (query, answer)


@pytest.mark.parametrize("noise", sorted(NOISE))
def test_noise_moves_no_accepted_door_and_hides_few(
    noise: str, doors: list[RawDoor], liechtenstein: GazetteerGeocoder
) -> None:
    dice = random.Random(3)
    queries = [AddressQuery(text=NOISE[noise](d, dice)) for d in doors]

    answers = liechtenstein.geocode(queries)

    near = 0
    for door, query, answer in zip(doors, queries, answers, strict=True):
        error = great_circle_m(answer.location, door.location) if answer.location else float("inf")
        near += error <= 100
        assert answer.status is not Status.ACCEPTED or error <= SAME_DOOR_M, (query, answer)
    assert near >= 0.97 * len(doors)


@pytest.mark.parametrize(
    "text",
    [
        "Im Pardiel 16, 9494 Schaan",
        "9494 Schaan, Im Pardiel 16",
        "16 Im Pardiel 9494 Schaan",
        "FL-9494 SCHAAN im pardiel 16",
        "Im Pardiel Nr. 16, Schaan, Liechtenstein",
        "Herr Peter Muster, Im Pardiel 16, 9494 Schaan",
        "c/o Muster, Im Pardiel 16, 9494 Schaan, Tel. 00423 232 11 11, a.muster@example.org",
        "Im Pardiel 16\n9494 Schaan",
        "Im Pardiel 16, 3. Stock, Schaan",
        "Pardiel 16, Schaan",
        "Im Pardeil 16, 9494 Schaan",
        "Im Pardiel 16, 9494",
    ],
)
def test_one_door_is_found_however_it_is_typed(text: str, ask: Ask) -> None:
    answer = ask(text)

    assert (answer.status, answer.label) == (Status.ACCEPTED, "Im Pardiel 16, 9494 Schaan")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Im Pardiel 999, 9494 Schaan", "house_number_unknown"),
        ("Im Pardiel, 9494 Schaan", "house_number_missing"),
        ("Im Pardiel 16", "place_missing"),
        ("Im Pardiel 16, 9490 Schaan", "postcode_contradicts"),
        ("Im Pardiel 16, 9999 Schaan", "postcode_contradicts"),
        ("Im Pardiel 16, 9494 Schaan, Österreich", "country_contradicts"),
        ("Bahnhofstrasse 13, Vaduz", "street_not_in_place"),
        ("Bahnhofstrasse 13, 9494 Vaduz", "place_contradicts"),
        ("Neue Landstrasse 19, Schaan", "name_partly_matched"),
        ("Landstrasse Süd 19, Schaan", "name_partly_matched"),
        ("Bahnhofstrasse 13, Buchs", "place_unexplained"),
        ("Schaan", "street_missing"),
        ("9494 Schaan", "street_missing"),
        ("Unbekannte Gasse 5, Schaan", "street_unknown"),
        ("Steckergass 4 c, Schaan", "house_number_suffix_unknown"),
        ("Im Pardiel 16 77, Schaan", "number_unexplained"),
    ],
)
def test_a_doubtful_address_goes_to_review_with_its_reason(text: str, reason: str, ask: Ask) -> None:
    answer = ask(text)

    assert answer.status is Status.NEEDS_REVIEW, answer
    assert reason in answer.reasons, answer
    assert answer.location is not None


def test_a_street_that_the_named_town_lacks_is_answered_with_the_town_and_the_other_street_beside_it(
    ask: Ask,
) -> None:
    answer = ask("Bahnhofstrasse 13, Vaduz")

    assert (answer.match_level, answer.match_type, answer.label) == (Level.PLACE, MatchType.FALLBACK, "Vaduz")
    assert [c.label for c in answer.alternatives] == ["Bahnhofstrasse 13, 9494 Schaan"]


def test_a_street_name_of_several_villages_is_ambiguous_even_when_only_one_has_the_number(ask: Ask) -> None:
    answer = ask("Landstrasse 34")

    assert answer.status is Status.AMBIGUOUS
    assert {"Landstrasse, Vaduz", "Landstrasse, Ruggell"} <= {c.label for c in answer.alternatives}


def test_the_same_street_name_is_found_in_the_village_that_is_named(ask: Ask) -> None:
    bendern, vaduz = ask("Schaaner Str. 19, Bendern"), ask("Schaanerstrasse 59, Vaduz")

    assert (bendern.status, vaduz.status) == (Status.ACCEPTED, Status.ACCEPTED)
    assert bendern.label == "Schaaner Strasse 19, 9487 Gamprin-Bendern"
    assert vaduz.label == "Schaanerstrasse 59, 9490 Vaduz"


def test_text_far_from_any_name_is_not_found(ask: Ask) -> None:
    answer = ask("Hauptstrasse 5, 1010 Wien")

    assert (answer.status, answer.location) == (Status.NOT_FOUND, None)
    assert answer.unmatched_text == "Hauptstrasse 5 1010 Wien"


def test_unexplained_words_lower_the_confidence_and_are_given_back(
    ask: Callable[[str], object], liechtenstein: GazetteerGeocoder
) -> None:
    plain, cluttered = liechtenstein.geocode(
        [
            AddressQuery(text="Im Pardiel 16, Schaan"),
            AddressQuery(text="Hinterhaus, Im Pardiel 16, Schaan"),
        ]
    )

    assert cluttered.unmatched_text == "Hinterhaus"
    assert cluttered.confidence < plain.confidence


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "blank"),
        (" \t\n ", "blank"),
        ("Im Pardiel\x00 16", "control_characters"),
        ("x" * 301, "too_long"),
        ("00423 232 11 11", "only_digits"),
        ("Tel. +423 232 11 11", "only_digits"),
        ("9494", "only_digits"),
        ("?!--", "no_letters"),
    ],
)
def test_what_cannot_be_an_address_is_invalid_with_its_reason(text: str, reason: str, ask: Ask) -> None:
    answer = ask(text)

    assert (answer.status, answer.reasons, answer.location) == (Status.INVALID, (reason,), None)


def test_a_longer_street_name_wins_over_the_one_inside_it(ask: Ask) -> None:
    answer = ask("Alte Zollstrasse 10, Schaan")

    assert (answer.status, answer.label) == (Status.NEEDS_REVIEW, "Alte Zollstrasse, Schaan")
