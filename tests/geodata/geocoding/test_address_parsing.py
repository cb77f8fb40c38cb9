"""Folding of names, and the cutting of addresses into tokens."""

import doctest
from types import ModuleType

import pytest

from geodata.geocoding import bigrams, clutter, confidence, countries, fuzzy, names, normalise, parse, poi, street_words
from geodata.geocoding.countries import postcode_of
from geodata.geocoding.fuzzy import KeyIndex
from geodata.geocoding.names import place_aliases
from geodata.geocoding.normalise import key_of
from geodata.geocoding.parse import Kind, parse_text


@pytest.mark.parametrize(
    "module",
    [bigrams, clutter, confidence, countries, fuzzy, names, normalise, parse, poi, street_words],
    ids=lambda m: m.__name__,
)
def test_the_examples_in_the_docstrings_are_true(module: ModuleType) -> None:
    result = doctest.testmod(module)

    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zollstr.", "Zollstrasse"),
        ("Zollstraße", "ZOLLSTRASSE"),
        ("Bühelstrasse", "Buehelstr"),
        ("Städtle", "Stadtle"),
        ("Fürst-Franz-Josef-Strasse", "Fuerst Franz Josef Str."),
        ("Steckergass", "Steckergasse"),
        ("St. Georg-Weg", "Sankt Georg Weg"),
        ("Krems a.d. Donau", "Krems an der Donau"),
        ("Ｄｏｒｆ", "Dorf"),
    ],
)
def test_two_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Feldweg", "Feldgasse"), ("Oberdorf", "Unterdorf"), ("Weg.", "Gasse"), ("Im Feld", "Am Feld")]
)
def test_two_names_have_two_keys(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Landstr. 23 a, FL-9494 Schaan", ["word", "number", "postcode", "word"]),
        ("Zollstr.16 9490 Vaduz", ["word", "number", "postcode", "word"]),
        ("Dorfgasse 19 A-3500 Krems", ["word", "number", "postcode", "word"]),
        ("Dorf 3, 2. Stock, Top 5", ["word", "number", "noise", "noise", "noise", "noise"]),
        ("Dorf Nr. 3, Liechtenstein", ["word", "noise", "number", "country"]),
        ("Dorf 3, Tel. 0664 123 45 67", ["word", "number"]),
        ("Dorf 3 +423 232 11 11", ["word", "number"]),
        ("Dorf 3 01067 Dresden", ["word", "number", "postcode", "word"]),
        ("c/o Muster, Dorf 3", ["word", "number"]),
        ("Fam. Muster, Dorf 3", ["word", "number"]),
        ("Dorf 3, a.b@example.org", ["word", "number"]),
    ],
)
def test_tokens_have_their_kinds(text: str, expected: list[str]) -> None:
    assert [token.kind.value for token in parse_text(text).tokens] == expected


def test_a_postcode_loses_its_country() -> None:
    assert [postcode_of(t) for t in ("LI-9496", "A 3500", "94490", "12", "x")] == ["9496", "3500", "94490", "", ""]


def test_a_place_answers_to_its_short_name() -> None:
    assert {"krems", "kremsanderdonau"} <= place_aliases("Stadt Krems an der Donau").keys()


@pytest.mark.parametrize(
    ("typed", "key", "trusted"),
    [
        ("zolstrasse", "zollstrasse", True),  # a letter left out
        ("zlolstrasse", "zollstrasse", True),  # two swapped
        ("zollstarsse", "zollstrasse", True),  # an error in the ending
        ("burgstrasse", "bergstrasse", False),  # one other letter in a short name is often another name
        ("feldkirchrstrasse", "feldkircherstrasse", True),
    ],
)
def test_an_error_is_trusted_when_it_can_hardly_make_another_name(typed: str, key: str, trusted: bool) -> None:
    (hit,) = KeyIndex([key]).near(typed)

    assert hit.trusted is trusted


@pytest.mark.parametrize(
    ("typed", "key"), [("feldgasse", "feldstrasse"), ("auweg", "seeweg"), ("dorf", "hof"), ("waldweg", "feldweg")]
)
def test_another_name_is_not_near(typed: str, key: str) -> None:
    assert KeyIndex([key]).near(typed) == []


def test_kinds_are_what_the_matcher_knows() -> None:
    assert {kind.value for kind in Kind} == {"word", "number", "postcode", "country", "state", "noise"}
