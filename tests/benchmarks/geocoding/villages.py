"""A made-up county: which villages are identified, and what is accepted once they are gone."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.geocoder import open_geocoder
from tests.benchmarks.geocoding import county_noise
from tests.benchmarks.geocoding.asking import SEED, VERBOSE, answers_to, build, keep, print_wrong
from tests.benchmarks.geocoding.county import County, Village, make_counties, write_divisions, write_extract
from tests.benchmarks.geocoding.figures import Outcome, accepted_share, as_met, outcome, precision
from tests.benchmarks.records import alone, load

#: The county that is measured; confidence is fitted on another one.
COUNTY_SEED = 5
_GOALS = {
    "full": 0.99, "short": 0.99, "traditional": 0.99, "no town": 0.97, "homophone": 0.96, "dropped character": 0.96,
    "wrong town": 0.85,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """Gazetteers of a map that lacks some villages: which the list has, or which it lacks as well."""

    on_the_list: Path
    on_neither: Path
    gone: frozenset[Village]


@dataclass(frozen=True, kw_only=True)
class CountyMaps:
    """A county, the gazetteer of its whole map, and those of maps that lack some villages."""

    county: County
    everything: Path
    lacking: list[Lacking]


def maps_of_county(folder: Path, *, seed: int = COUNTY_SEED) -> CountyMaps:
    """Make a county of 300 villages with its division list, and build its gazetteers."""
    (county,) = make_counties(1, seed=seed)
    full_list = write_divisions([county], folder / "divisions.zip")
    return CountyMaps(
        county=county,
        everything=build(write_extract([county], folder / "county.osm.pbf"), folder, divisions=full_list),
        lacking=[_without_villages(county, n, folder, full_list) for n in range(4)],
    )


def measure_county(folder: Path) -> list[Outcome]:
    """Measure a county of 300 villages: which are identified, and what is accepted once they are gone."""
    before = load()
    maps = maps_of_county(folder)
    county, lacking = maps.county, maps.lacking
    head = ["noise", "n", "identified", "may mean several", "of these flagged", "accepted", "precision"]
    table = [[*head, "on the list only: identified", "accepted", "on neither: accepted"]]
    measures, kept, gone, lost = [], [], [], []
    middles = {town.name: town.middle for town in county.towns}
    for noise in county_noise.KINDS:
        asked = county_noise.ask(noise, county, random.Random(SEED))
        outcomes = outcomes_of(asked, maps.everything)
        clear = [o for a, o in zip(asked, outcomes, strict=True) if not a.others]
        several = [o for a, o in zip(asked, outcomes, strict=True) if a.others]
        flagged = sum(not o.accepted for o in several)
        removed = [o for part in lacking for _, o in asked_in_vain(county, noise, part, part.on_neither)]
        listed = [found for part in lacking for found in asked_in_vain(county, noise, part, part.on_the_list)]
        told_apart = [_is_at_its_town(a, o, middles) for a, o in listed if not a.others]
        identified = sum(o.error_m < 1 for o in clear) / len(clear)
        right = precision(outcomes, 1)
        shares = [f"{accepted_share(outcomes):.3f}", f"{right:.3f}", f"{sum(told_apart) / len(told_apart):.3f}"]
        shares += [f"{accepted_share([o for _, o in listed]):.3f}", f"{accepted_share(removed):.3f}"]
        table.append([noise, str(len(asked)), f"{identified:.3f}", str(len(several)), str(flagged), *shares])
        measures.append(alone(f"{noise}: village identified", identified, unit="", at_least=_GOALS[noise]))
        kept += outcomes
        lost += removed
        gone += [*removed, *(o for _, o in listed)]
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
        "300 villages in 12 townships, made by our generator, all on the map; the division list has them as well.",
        "identified: of the texts that can mean one village only, those answered with it.",
        "A quarter of the villages is removed from the map at a time, those are asked for: while the list has them,",
        "the right answer is the village, at its township and not accepted; then it is removed from the list as well.",
    ]
    keep("geocode-county", measures, notes, before, table)
    return as_met(kept, lost)


def _without_villages(county: County, n: int, folder: Path, full_list: Path) -> Lacking:
    """Take a quarter of the villages from the map."""
    gone = frozenset(county.villages[n::4])
    towns = [replace(t, villages=tuple(v for v in t.villages if v not in gone)) for t in county.towns]
    less = replace(county, towns=tuple(towns))
    short_list = write_divisions([less], folder / f"divisions-{n}.zip")
    extracts = [write_extract([less], folder / f"{name}-{n}.osm.pbf") for name in ("listed", "unlisted")]
    listed, unlisted = (build(e, folder, divisions=d) for e, d in zip(extracts, (full_list, short_list), strict=True))
    return Lacking(on_the_list=listed, on_neither=unlisted, gone=gone)


def asked_in_vain(
    county: County, noise: str, lacking: Lacking, gazetteer: Path
) -> list[tuple[county_noise.Asked, Outcome]]:
    """Ask for the villages that are not on the map."""
    asked = [a for a in county_noise.ask(noise, county, random.Random(SEED)) if a.village in lacking.gone]
    return list(zip(asked, outcomes_of(asked, gazetteer), strict=True))


def _is_at_its_town(asked: county_noise.Asked, outcome: Outcome, middles: Mapping[str, LonLat]) -> bool:
    """Whether a village that only the list has is named, and located at its own township."""
    answer = outcome.answer
    if answer.location is None or answer.label != asked.village.name:
        return False
    return great_circle_m(answer.location, middles[asked.village.town]) < 1


def outcomes_of(asked: Sequence[county_noise.Asked], gazetteer: Path) -> list[Outcome]:
    """Ask for villages and hold the answers against where they are."""
    with open_geocoder(gazetteer, service_area=None) as geocoder:
        answers = answers_to(geocoder, [a.text for a in asked])
    return [outcome(a.text, a.village.location, answer) for a, answer in zip(asked, answers, strict=True)]
