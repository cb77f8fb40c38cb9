"""A made-up county: which villages are identified, and what is accepted once they are gone."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from geodata.geocoding.geocoder import open_geocoder
from tests.benchmarks.geocoding import county_noise
from tests.benchmarks.geocoding.asking import SEED, VERBOSE, answers_to, build, keep, print_wrong
from tests.benchmarks.geocoding.county import County, Village, make_counties, write_extract
from tests.benchmarks.geocoding.figures import Outcome, accepted_share, outcome, precision
from tests.benchmarks.records import alone, load

_GOALS = {
    "full": 0.99, "short": 0.99, "traditional": 0.99, "no town": 0.97, "homophone": 0.96, "dropped character": 0.96,
    "wrong town": 0.85,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Lacking:
    """A gazetteer that lacks some villages."""

    gazetteer: Path
    gone: frozenset[Village]


def measure_county(folder: Path) -> list[Outcome]:
    """Measure a county of 300 villages: which are identified, and what is accepted once they are gone."""
    before = load()
    (county,) = make_counties(1)
    everything = build(write_extract([county], folder / "county.osm.pbf"), folder)
    lacking = [_without_villages(county, n, folder) for n in range(4)]
    table = [
        ["noise", "n", "identified", "may mean several", "of these flagged", "accepted", "precision", "false accepts"]
    ]
    measures, kept, gone = [], [], []
    for noise in county_noise.KINDS:
        asked = county_noise.ask(noise, county, random.Random(SEED))
        outcomes = _outcomes(asked, everything)
        clear = [o for a, o in zip(asked, outcomes, strict=True) if not a.others]
        several = [o for a, o in zip(asked, outcomes, strict=True) if a.others]
        flagged = sum(not o.accepted for o in several)
        removed = [o for part in lacking for o in _asked_in_vain(county, noise, part)]
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


def _without_villages(county: County, n: int, folder: Path) -> _Lacking:
    """Take a quarter of the villages from the map."""
    gone = frozenset(county.villages[n::4])
    towns = [replace(t, villages=tuple(v for v in t.villages if v not in gone)) for t in county.towns]
    extract = write_extract([replace(county, towns=tuple(towns))], folder / f"county-{n}.osm.pbf")
    return _Lacking(gazetteer=build(extract, folder), gone=gone)


def _asked_in_vain(county: County, noise: str, lacking: _Lacking) -> list[Outcome]:
    """Ask for the villages that are not on the map."""
    asked = [a for a in county_noise.ask(noise, county, random.Random(SEED)) if a.village in lacking.gone]
    return _outcomes(asked, lacking.gazetteer)


def _outcomes(asked: Sequence[county_noise.Asked], gazetteer: Path) -> list[Outcome]:
    with open_geocoder(gazetteer, service_area=None) as geocoder:
        answers = answers_to(geocoder, [a.text for a in asked])
    return [outcome(a.text, a.village.location, answer) for a, answer in zip(asked, answers, strict=True)]
