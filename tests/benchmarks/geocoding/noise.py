"""What typing does to an address: one function per kind of noise."""

import random
import re
from collections.abc import Callable
from dataclasses import replace

from geodata.geocoding.raw import RawDoor


def clean(door: RawDoor) -> str:
    """The full address, of what is known of it."""
    return f"{door.street} {door.number}, {door.postcode} {door.city}".replace("  ", " ").rstrip(", ")


def _typo(word: str, dice: random.Random) -> str:
    at = dice.randrange(1, max(2, len(word) - 1))
    kind = dice.choice(["drop", "swap", "replace", "double"])
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "swap" and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "double":
        return word[:at] + word[at] + word[at:]
    return word[:at] + dice.choice("aeinrst") + word[at + 1 :]


def _shuffled(door: RawDoor, dice: random.Random) -> str:
    parts = [f"{door.street} {door.number}", door.postcode, door.city]
    dice.shuffle(parts)
    return " ".join(p for p in parts if p)


def _tokens(door: RawDoor, dice: random.Random) -> str:
    words = clean(door).replace(",", "").split()
    dice.shuffle(words)
    return " ".join(words)


def _abbreviated(door: RawDoor, _dice: random.Random) -> str:
    street = re.sub(r"(S|s)tra(?:ss|ß)e\b", r"\1tr.", door.street)
    return clean(replace(door, street=re.sub(r"(?<=\w{3})gasse\b", "g.", re.sub(r"(P|p)latz\b", r"\1l.", street))))


def _ascii(door: RawDoor, dice: random.Random) -> str:
    text = clean(door)
    ways = [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue")]
    for letter, digraph in ways:
        text = text.replace(letter, digraph if dice.random() < 0.5 else digraph[0])
    return text


NOISE: dict[str, Callable[[RawDoor, random.Random], str]] = {
    "clean": lambda d, _: clean(d),
    "abbreviated": _abbreviated,
    "reordered": _shuffled,
    "tokens shuffled": _tokens,
    "no umlauts": _ascii,
    "no city": lambda d, _: f"{d.street} {d.number}, {d.postcode}".rstrip(", "),
    "no postcode": lambda d, _: f"{d.street} {d.number}, {d.city}".rstrip(", "),
    "street only": lambda d, _: f"{d.street} {d.number}",
    "street typo": lambda d, dice: clean(replace(d, street=_typo(d.street, dice))),
    "city typo": lambda d, dice: clean(replace(d, city=_typo(d.city, dice) if d.city else "")),
    "c/o junk": lambda d, _: f"c/o Anna Muster, {clean(d)}, Tel. +423 232 11 11",
    "name in front": lambda d, _: f"Anna Muster, {clean(d)}",
    "wrong postcode": lambda d, _: clean(replace(d, postcode="9999")),
}

#: Kinds that say no town.
WITHOUT_TOWN = frozenset({"no city", "street only"})
