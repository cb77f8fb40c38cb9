"""What else a place or a street may be called: short forms, forms without an article, Chinese core names."""

import re
from typing import Final

from geodata.geocoding.chinese import ENDINGS
from geodata.geocoding.normalise import fold, has_cjk, key_of
from geodata.geocoding.street_words import without_particles

_OFFICE: Final = re.compile(
    r"(?i)^(?:(?:stadt|markt|orts)?gemeinde|politische gemeinde|stadt|markt|bezirk|landkreis|commune de|"
    r"municipality of)\s+(?=\S)"
)
_CLUTTER: Final = re.compile(r"\s*[(\[].*?[)\]]\s*")
_TAIL: Final = re.compile(r"(?i)\s*(?:/|\s(?:a\.\s?d\.|an der|am|bei|b\.|im|in|ob|ob der|unter|vor|sur|sous)\s).*$")
_ARTICLE: Final = re.compile(
    r"^(?:(?:in|an|auf|bei|hinter|unter|vor|zu|ob) (?:de[rmn]|das|die) |im |am |zum |zur |beim )"
)
_ENDINGS: Final = (
    "strasse", "gasse", "weg", "platz", "allee", "ring", "promenade", "ufer", "steig", "gaessle", "gassle",
    "zeile", "damm", "road", "street",
)  # fmt: skip


def place_aliases(name: str) -> dict[str, str]:
    """Keys under which a place may be typed, each with its kind: full, short, core or part.

    Examples
    --------
    >>> place_aliases("Gemeinde Krems an der Donau")
    {'kremsanderdonau': 'full', 'krems': 'short', 'kremsdonau': 'short'}
    >>> place_aliases("Gamprin-Bendern")
    {'gamprinbendern': 'full', 'gamprin': 'part', 'bendern': 'part'}
    """
    plain = plain_place(name)
    aliases = {key_of(plain): "full"}
    short = _TAIL.sub("", plain)
    if short and short != plain:
        aliases.setdefault(key_of(short), "short")
        aliases.setdefault(key_of(f"{short} {plain.split()[-1]}"), "short")  # Krems/Donau, Frankfurt/Main
    if has_cjk(plain):
        aliases.setdefault(cjk_core(key_of(plain)), "core")
    elif "-" in plain:
        for part in plain.split("-"):
            if len(part) >= 4 and part[0].isupper():
                aliases.setdefault(key_of(part), "part")
    aliases.pop("", None)
    return aliases


def plain_place(name: str) -> str:
    """Take a place's name out of the clutter around it.

    Examples
    --------
    >>> plain_place("Balzers (FL)"), plain_place("Gemeinde Triesen")
    ('Balzers', 'Triesen')
    """
    stripped = _CLUTTER.sub(" ", name).strip()
    return _OFFICE.sub("", stripped or name.strip())


def street_aliases(name: str) -> dict[str, str]:
    """Keys under which a street may be typed: full, and short without its article or its little words.

    Examples
    --------
    >>> street_aliases("In der Egerta")
    {'inderegerta': 'full', 'egerta': 'short'}
    """
    aliases = {key_of(name): "full"}
    folded = re.sub(r"\s+", " ", fold(name)).strip()
    short = key_of(_ARTICLE.sub("", folded.replace("de ", "der ") if folded.startswith("in de ") else folded))
    for key in (short, without_particles(name)):
        if len(key) >= 4:
            aliases.setdefault(key, "short")
    aliases.pop("", None)
    return aliases


def poi_aliases(name: str) -> dict[str, str]:
    """Keys under which a farm, a school or a named house may be typed, none where the name is too short to tell.

    Examples
    --------
    >>> poi_aliases("Gasthof Krone (Familie Beck)")
    {'gasthofkrone': 'full'}
    """
    key = key_of(_CLUTTER.sub(" ", name)) or key_of(name)
    shortest = 2 if has_cjk(key) else 3
    return {key: "full"} if len(key) >= shortest else {}


def split_ending(key: str) -> tuple[str, str]:
    """Split a street's key into what tells it apart and its kind ("strasse", "gasse", or nothing).

    Examples
    --------
    >>> split_ending("zollstrasse")
    ('zoll', 'strasse')
    """
    for ending in _ENDINGS:
        if key.endswith(ending) and len(key) > len(ending) + 1:
            return key[: -len(ending)], ending
    return key, ""


def cjk_core(key: str) -> str:
    """Drop the administrative ending of a Chinese name when at least two characters remain.

    Examples
    --------
    >>> cjk_core("黄甲镇"), cjk_core("王村")
    ('黄甲', '王村')
    """
    for ending in ENDINGS:
        if key.endswith(ending) and len(key) - len(ending) >= 2:
            return key[: -len(ending)]
    return key
