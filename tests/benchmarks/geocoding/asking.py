"""What the sets share: a gazetteer from an extract, the texts answered, the results kept and shown."""

import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from geodata.geocoding.build import build_gazetteer
from geodata.geocoding.geocoder import GazetteerGeocoder
from geodata.geocoding.port import AddressQuery, GeocodeAnswer
from geodata.geocoding.sources.name_sources import NameSources
from tests.benchmarks.geocoding.figures import Outcome
from tests.benchmarks.records import Measure, save, show

SEED = 7
VERBOSE = "-v" in sys.argv


def build(extract: Path, folder: Path, *, divisions: Path | None = None) -> Path:
    """Build the gazetteer of an extract, with a list of divisions where one is given."""
    file = folder / f"{extract.name}.gazetteer"
    sources = NameSources(divisions=divisions)
    build_gazetteer(
        extract, into=file, dataset_version="bench", on_progress=lambda _text, _share: None, sources=sources
    )
    return file


def answers_to(geocoder: GazetteerGeocoder, texts: Sequence[str]) -> list[GeocodeAnswer]:
    """Ask for texts, each by itself."""
    return geocoder.geocode([AddressQuery(text=text) for text in texts])


def print_wrong(asked: Sequence[Outcome], gone: Sequence[Outcome]) -> None:
    """With -v: print what was far off, what was wrongly accepted, and what was accepted of what is gone."""
    if not VERBOSE:
        return
    for title, outcomes in (
        ("far", [o for o in asked if o.error_m > 500]),
        ("accepted and wrong", [o for o in asked if o.accepted and o.error_m > 100]),
        ("accepted, though gone", [o for o in gone if o.accepted]),
    ):
        for o in outcomes:
            print(f"{title}: {o.text} => {o.answer.status} {o.answer.label} {o.error_m:.0f} {o.answer.reasons}")


def keep(name: str, measures: list[Measure], notes: list[str], before: float, table: list[list[str]]) -> None:
    """Write the results of one section and print them."""
    peers = {"rapidfuzz": version("rapidfuzz"), "osmium": version("osmium")}
    show(save(name, measures, notes, load_before=before, peers=peers, table=table, command="make bench-geocode"))
