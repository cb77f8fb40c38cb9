"""What typing does to the address of a Chinese village, and which villages the typed text may mean."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.benchmarks.geocoding.county import CITY, PROVINCE, County, Village, homophone, sound, traditional


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A typed address, the village meant, and how many villages it may mean as well."""

    text: str
    village: Village
    others: int


def _head(v: Village, town: str | None = None) -> str:
    return f"{PROVINCE}{CITY}{v.county}{town if town is not None else v.town}"


def _tail(dice: random.Random) -> str:
    return f"{dice.randint(1, 9)}组{dice.randint(1, 90)}号"


def _dropped(core: str, dice: random.Random) -> str:
    at = dice.randrange(len(core))
    return core[:at] + core[at + 1 :]


def _short_of(name: str) -> str:
    return name[:-1]


def _deletions(core: str) -> set[str]:
    return {core[:i] + core[i + 1 :] for i in range(len(core))}


def ask(noise: str, county: County, dice: random.Random) -> list[Asked]:
    """Ask for every village of a county that this noise can change."""
    asked = []
    villages = county.villages
    for village in villages:
        typed = _typed(noise, village, county, dice)
        if typed is None:
            continue
        text, may_mean = typed
        others = sum(other is not village and may_mean(other) for other in villages)
        asked.append(Asked(text=text, village=village, others=others))
    return asked


KINDS: Sequence[str] = ("full", "short", "traditional", "no town", "homophone", "dropped character", "wrong town")


def _typed(noise: str, v: Village, county: County, dice: random.Random) -> tuple[str, Callable[[Village], bool]] | None:
    """Type one address; give the text and a test of which villages it may mean."""
    tail = _tail(dice)
    if noise == "full":
        return f"{_head(v)}{v.name}{tail}", lambda _other: False
    if noise == "short":
        return f"{_short_of(v.county)}{_short_of(v.town)}{v.core}{tail}", lambda _other: False
    if noise == "traditional":
        return traditional(f"{_head(v)}{v.name}{tail}"), lambda _other: False
    if noise == "no town":
        return f"{v.county}{v.name}{tail}", lambda other: other.name == v.name
    if noise == "homophone":
        core = homophone(v.core, dice)
        alike = sound(core)
        if core == v.core:
            return None
        return f"{_head(v)}{core}村{tail}", lambda other: other.town == v.town and sound(other.core) == alike
    if noise == "dropped character":
        if len(v.core) < 3:
            return None
        core = _dropped(v.core, dice)
        return (
            f"{_head(v)}{core}村{tail}",
            lambda other: other.town == v.town and (core in _deletions(other.core) or core == other.core),
        )
    without = [t.name for t in county.towns if all(other.name != v.name for other in t.villages)]
    if not without:
        return None
    return f"{_head(v, dice.choice(without))}{v.name}{tail}", lambda other: other.name == v.name
