"""Extracts with something taken out of them: the numbers of some doors, or whole streets with their roads."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import osmium
from osmium.osm import Node, Relation, Way

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.collect import collect
from geodata.geocoding.normalise import key_of
from geodata.geocoding.raw import RawDoor, RawExtract

_SEED = 7
_FOLDS = 4
_ONE_STREET_M = 2500
_Thing = Node | Way | Relation


@dataclass(frozen=True, kw_only=True)
class Holdout:
    """An extract that lacks something, the doors to be asked for, and keys of the streets that need no town."""

    extract: Path
    doors: list[RawDoor]
    said_alone: set[str]


def read_doors(extract: Path) -> list[RawDoor]:
    """Doors that can be typed: those with a street; where no town is mapped, the one that people would write."""
    raw = collect(extract, on_progress=lambda _text, _share: None)
    return [replace(door, city=door.city or _town_of(door, raw)) for door in raw.doors if door.street]


def said_alone(doors: Sequence[RawDoor]) -> set[str]:
    """Keys of the streets whose name alone tells where they are: all their doors are near each other."""
    first: dict[str, LonLat] = {}
    several: set[str] = set()
    for door in doors:
        key = key_of(door.street)
        if great_circle_m(first.setdefault(key, door.location), door.location) > _ONE_STREET_M:
            several.add(key)
    return first.keys() - several


def _town_of(door: RawDoor, raw: RawExtract) -> str:
    """Town of the nearest door of that street within 1 km, else the nearest village."""
    towns = [
        (great_circle_m(d.location, door.location), d.city) for d in raw.doors if d.street == door.street and d.city
    ]
    if towns and min(towns)[0] < 1000:
        return min(towns)[1]
    villages = [p for p in raw.places if p.kind in {"village", "town", "city"}]
    near = min(villages, key=lambda p: great_circle_m(p.location, door.location), default=None)
    return near.names[0] if near else ""


def of_file(folder: Path) -> Holdout | None:
    """The hold-out of Krems, from `krems.train.osm.pbf` and `krems.test.json`; None where it is missing."""
    extract, asked = folder / "krems.train.osm.pbf", folder / "krems.test.json"
    if not (extract.exists() and asked.exists()):
        return None
    doors = [
        RawDoor(
            number=row["addr"]["housenumber"],
            location=LonLat(row["lon"], row["lat"]),
            street=row["addr"]["street"],
            city=row["addr"].get("city", "Krems"),
            postcode=row["addr"].get("postcode", ""),
        )
        for row in json.loads(asked.read_text())
    ]
    return Holdout(extract=extract, doors=doors, said_alone=said_alone([*doors, *read_doors(extract)]))


def random_doors(extract: Path, folder: Path) -> list[Holdout]:
    """A quarter of the house numbers, wherever they are."""
    things = osmium.FileProcessor(str(extract))
    numbered = [(thing.type_str(), thing.id) for thing in things if "addr:housenumber" in thing.tags]
    removed = set(random.Random(_SEED).sample(numbered, len(numbered) // _FOLDS))
    into = folder / f"random-{extract.name}"
    _write(extract, into, without_number=lambda thing: (thing.type_str(), thing.id) in removed)
    return [_difference(read_doors(extract), into)]


def whole_streets(extract: Path, folder: Path) -> list[Holdout]:
    """All house numbers of a street, each street once; its road stays."""
    everything, found = read_doors(extract), []
    for n, keys in enumerate(_folds(everything)):
        into = folder / f"numberless-{n}-{extract.name}"
        _write(extract, into, without_number=_of_street(keys))
        found.append(_difference(everything, into))
    return found


def without_streets(extract: Path, folder: Path) -> list[Holdout]:
    """Streets with their roads and numbers, each once: no answer can be right."""
    everything, found = read_doors(extract), []
    for n, keys in enumerate(_folds(everything)):
        into = folder / f"streetless-{n}-{extract.name}"
        _write(extract, into, without_number=_of_street(keys), without=_is_road(keys))
        found.append(_difference(everything, into))
    return found


def _folds(doors: Sequence[RawDoor]) -> list[frozenset[str]]:
    keys = sorted({key_of(door.street) for door in doors})
    random.Random(_SEED).shuffle(keys)
    return [frozenset(keys[n::_FOLDS]) for n in range(_FOLDS)]


def _of_street(keys: frozenset[str]) -> Callable[[_Thing], bool]:
    return lambda thing: key_of(thing.tags.get("addr:street") or "") in keys


def _is_road(keys: frozenset[str]) -> Callable[[_Thing], bool]:
    names = ("name", "alt_name", "short_name", "official_name", "name:de", "name:en")
    return lambda thing: "highway" in thing.tags and any(key_of(thing.tags.get(name) or "") in keys for name in names)


def _write(
    extract: Path,
    into: Path,
    *,
    without_number: Callable[[_Thing], bool],
    without: Callable[[_Thing], bool] = lambda _thing: False,
) -> None:
    with osmium.SimpleWriter(str(into), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(extract)):
            if not isinstance(thing, _Thing) or (len(thing.tags) and without(thing)):
                continue
            if "addr:housenumber" in thing.tags and without_number(thing):
                writer.add(thing.replace(tags={t.k: t.v for t in thing.tags if not t.k.startswith("addr:")}))
            else:
                writer.add(thing)


def _difference(everything: Sequence[RawDoor], smaller: Path) -> Holdout:
    left = set(map(_signature, read_doors(smaller)))
    gone = [d for d in everything if _signature(d) not in left]
    return Holdout(extract=smaller, doors=gone, said_alone=said_alone(everything))


def _signature(door: RawDoor) -> tuple[str, ...]:
    return (door.street, door.number, f"{door.location.lon:.6f}", f"{door.location.lat:.6f}")
