"""A made-up county: which villages are identified, and what is accepted once they are gone."""

import random
from pathlib import Path

from geodata.geocoding.geocoder import open_geocoder
from tests.benchmarks.geocoding import county_noise
from tests.benchmarks.geocoding.asking import SEED, VERBOSE, answers_to, build, keep, print_wrong
from tests.benchmarks.geocoding.county import County, make_counties, write_extract
from tests.benchmarks.geocoding.figures import Outcome, accepted_share, outcome, precision
from tests.benchmarks.records import alone, load

_GOALS = {
    "full": 0.99, "short": 0.99, "traditional": 0.99, "no town": 0.97, "homophone": 0.96, "dropped character": 0.96,
    "wrong town": 0.85,
}  # fmt: skip


def measure_county(folder: Path) -> list[Outcome]:
    """Measure a county of 300 villages: which are identified, and what is accepted once they are gone."""
    before = load()
    (county,) = make_counties(1)
    everything = build(write_extract([county], folder / "county.osm.pbf"), folder)
    table = [
        ["noise", "n", "identified", "may mean several", "of these flagged", "accepted", "precision", "false accepts"]
    ]
    measures, kept, gone = [], [], []
    for noise in county_noise.KINDS:
        asked = county_noise.ask(noise, county, random.Random(SEED))
        with open_geocoder(everything, service_area=None) as geocoder:
            answers = answers_to(geocoder, [a.text for a in asked])
        outcomes = [outcome(a.text, a.village.location, answer) for a, answer in zip(asked, answers, strict=True)]
        clear = [o for a, o in zip(asked, outcomes, strict=True) if not a.others]
        several = [o for a, o in zip(asked, outcomes, strict=True) if a.others]
        flagged = sum(not o.accepted for o in several)
        removed = _without_villages(county, noise, folder)
        identified = sum(o.error_m < 1 for o in clear) / len(clear)
        right = precision(outcomes, 1)
        shares = [f"{accepted_share(outcomes):.3f}", f"{right:.3f}", f"{accepted_share(removed):.3f}"]
        table.append([noise, str(len(asked)), f"{identified:.3f}", str(len(several)), str(flagged), *shares])
        measures.append(alone(f"{noise}: village identified", identified, unit="", at_least=_GOALS[noise]))
        kept += outcomes
        gone += removed
        if VERBOSE:
            for o in [o for o in clear if o.error_m >= 1][:8]:
                print(f"{noise}: {o.text} => {o.answer.status} {o.answer.label} {o.answer.reasons}")
    unflagged = sum(o.accepted and o.error_m >= 1 for o in kept)
    measures += [
        alone("accepted answers that are another village", unflagged, unit="", at_most=0),
        alone("accepted answers: precision within 2 km", precision(kept, 2000), unit="", at_least=0.99),
        alone("village removed from the map: accepted", accepted_share(gone), unit="", at_most=0.02),
    ]
    print_wrong([], gone)
    notes = [
        "300 villages in 12 townships, made by our generator, all on the map; no division list is loaded.",
        "identified: of the texts that can mean one village only, those answered with it.",
        "false accepts: a quarter of the villages removed from the map at a time, those asked for.",
    ]
    keep("geocode-county", measures, notes, before, table)
    return kept


def _without_villages(county: County, noise: str, folder: Path) -> list[Outcome]:
    """Ask for villages that are not on the map, a quarter of them at a time."""
    found = []
    for n in range(4):
        gone = set(county.villages[n::4])
        file = folder / f"county-{n}.osm.pbf.gazetteer"
        if not file.exists():
            towns = [
                type(t)(name=t.name, west=t.west, south=t.south, villages=tuple(v for v in t.villages if v not in gone))
                for t in county.towns
            ]
            smaller = County(name=county.name, west=county.west, south=county.south, towns=tuple(towns))
            build(write_extract([smaller], folder / f"county-{n}.osm.pbf"), folder)
        asked = [a for a in county_noise.ask(noise, county, random.Random(SEED)) if a.village in gone]
        with open_geocoder(file, service_area=None) as geocoder:
            answers = answers_to(geocoder, [a.text for a in asked])
        found += [outcome(a.text, a.village.location, answer) for a, answer in zip(asked, answers, strict=True)]
    return found
