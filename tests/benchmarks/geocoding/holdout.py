"""How often the geocoder is right, per kind of noise, on an extract and with a quarter of its doors removed.

Run it as `python -m tests.benchmarks.geocoding.holdout EXTRACT [EXTRACT ...]`.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import osmium
from osmium.osm import Node, Way

from geodata.coords import great_circle_m
from geodata.geocoding.build import GazetteerReport, build_gazetteer
from geodata.geocoding.collect import RawDoor, collect
from geodata.geocoding.geocoder import open_geocoder
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Status

_SEED = 7
_SHARE_HELD_OUT = 0.25


@dataclass(frozen=True, kw_only=True)
class Truth:
    """A door as mapped, and its address as one would type it."""

    door: RawDoor
    text: str


def addresses(doors: Iterable[RawDoor]) -> list[Truth]:
    """Doors that can be typed: those with a street and a town."""
    return [Truth(door=d, text=clean(d)) for d in doors if d.street and d.city]


def clean(door: RawDoor) -> str:
    """The full address."""
    return f"{door.street} {door.number}, {door.postcode} {door.city}".replace("  ", " ")


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


def _abbreviated(door: RawDoor, dice: random.Random) -> str:
    street = door.street
    for full in ("strasse", "straße", "Strasse", "Straße"):
        street = street.replace(full, "str." if full[0] == "s" else "Str.")
    return clean(replace(door, street=street))


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
    "no postcode": lambda d, _: f"{d.street} {d.number}, {d.city}",
    "street only": lambda d, _: f"{d.street} {d.number}",
    "street typo": lambda d, dice: clean(replace(d, street=_typo(d.street, dice))),
    "city typo": lambda d, dice: clean(replace(d, city=_typo(d.city, dice))),
    "c/o junk": lambda d, _: f"c/o Anna Muster, {clean(d)}, Tel. +423 232 11 11",
    "name in front": lambda d, _: f"Anna Muster, {clean(d)}",
    "wrong postcode": lambda d, _: clean(replace(d, postcode="9999")),
}


def held_out(extract: Path, into: Path) -> list[RawDoor]:
    """Write the extract without a quarter of its addresses, and give those addresses."""
    dice = random.Random(_SEED)
    things = osmium.FileProcessor(str(extract))
    doors = [(thing.type_str(), thing.id) for thing in things if "addr:housenumber" in thing.tags]
    removed = set(dice.sample(doors, int(len(doors) * _SHARE_HELD_OUT)))
    with osmium.SimpleWriter(str(into), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(extract)):
            if isinstance(thing, (Node, Way)) and (thing.type_str(), thing.id) in removed:
                tags = {t.k: t.v for t in thing.tags if not t.k.startswith("addr:")}
                writer.add(thing.replace(tags=tags))
            else:
                writer.add(thing)

    def signature(d: RawDoor) -> tuple[str, ...]:
        return (d.street, d.number, f"{d.location.lon:.6f}", f"{d.location.lat:.6f}")

    def read(file: Path) -> list[RawDoor]:
        return collect(file, on_progress=lambda _text, _share: None).doors

    left = {signature(d) for d in read(into)}
    return [d for d in read(extract) if signature(d) not in left]


def measure(gazetteer: Path, truths: list[Truth]) -> None:
    """Print a table, one row per kind of noise."""
    print("noise               n  <=100m  <=500m accepted wrong>150m wrong>500m ms/address")
    with open_geocoder(gazetteer, service_area=None) as geocoder:
        for noise, make in NOISE.items():
            dice = random.Random(_SEED)
            queries = [AddressQuery(text=make(t.door, dice)) for t in truths]
            started = time.perf_counter()
            answers = geocoder.geocode(queries)
            took = time.perf_counter() - started
            _print_row(noise, truths, queries, answers, took)


def _print_row(
    noise: str, truths: list[Truth], queries: list[AddressQuery], answers: list[GeocodeAnswer], took: float
) -> None:
    errors = [
        great_circle_m(t.door.location, a.location) if a.location else float("inf")
        for t, a in zip(truths, answers, strict=True)
    ]
    accepted = [a.status is Status.ACCEPTED for a in answers]
    n = max(1, len(truths))
    wrong = {limit: sum(ok and e > limit for e, ok in zip(errors, accepted, strict=True)) for limit in (150, 500)}
    print(
        f"{noise:16} {n:4} {sum(e <= 100 for e in errors) / n:7.3f} {sum(e <= 500 for e in errors) / n:7.3f} "
        f"{sum(accepted) / n:8.3f} {wrong[150]:10} {wrong[500]:10} {1000 * took / n:.2f}"
    )
    if "-v" in sys.argv:
        for q, a, e, ok in zip(queries, answers, errors, accepted, strict=True):
            if (ok and e > 150) or e > 500:
                print("   ", q.text, "=>", a.status, a.label, int(e) if a.location else None, a.reasons)


def _build(extract: Path, into: Path) -> GazetteerReport:
    return build_gazetteer(extract, into=into, dataset_version="bench", on_progress=lambda _text, _share: None)


def main() -> None:
    """Measure each extract as it is and with doors held out."""
    for extract in map(Path, (a for a in sys.argv[1:] if not a.startswith("-"))):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "gazetteer.sqlite"
            print(f"{extract.name}, all doors: {_build(extract, file)}")
            measure(file, addresses(collect(extract, on_progress=lambda *_: None).doors))
            smaller = Path(folder) / "held-out.osm.pbf"
            missing = held_out(extract, smaller)
            print(f"{extract.name}, a quarter of the doors held out, those asked for: {_build(smaller, file)}")
            measure(file, addresses(missing))


if __name__ == "__main__":
    main()
