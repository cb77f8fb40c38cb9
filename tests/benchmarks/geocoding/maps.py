"""Real maps with doors or streets taken out of them."""

import random
from collections.abc import Sequence
from pathlib import Path

from geodata.geocoding.geocoder import open_geocoder
from geodata.geocoding.normalise import key_of
from geodata.geocoding.raw import RawDoor
from tests.benchmarks.geocoding.asking import SEED, answers_to, build, keep, print_wrong
from tests.benchmarks.geocoding.figures import Outcome, accepted_share, as_met, outcome, precision, quantile, recall
from tests.benchmarks.geocoding.holdout import Holdout, random_doors, whole_streets, without_streets
from tests.benchmarks.geocoding.noise import NOISE, WITHOUT_TOWN, clean
from tests.benchmarks.records import Measure, alone, load

_HEAD = ("n", "100 m", "500 m", "2 km", "median m", "p95 m", "accepted", "precision 2 km", "accepted > 500 m")


def _typed(noise: str, holdout: Holdout) -> list[tuple[RawDoor, str]]:
    """Pair doors with their noisy text: those that the noise changes, and that the text still tells apart."""
    dice = random.Random(SEED)
    pairs = [(door, NOISE[noise](door, dice)) for door in holdout.doors]
    return [
        (door, text)
        for door, text in pairs
        if noise == "clean"
        or (text != clean(door) and (noise not in WITHOUT_TOWN or key_of(door.street) in holdout.said_alone))
    ]


def answers_of(holdouts: Sequence[Holdout], folder: Path) -> dict[str, list[Outcome]]:
    """Answers per kind of noise, all parts of a hold-out together."""
    found: dict[str, list[Outcome]] = {noise: [] for noise in NOISE}
    for holdout in holdouts:
        with open_geocoder(build(holdout.extract, folder), service_area=None) as geocoder:
            for noise, outcomes in found.items():
                pairs = _typed(noise, holdout)
                answers = answers_to(geocoder, [text for _, text in pairs])
                outcomes += [outcome(t, d.location, a) for (d, t), a in zip(pairs, answers, strict=True)]
    return found


def _row(outcomes: Sequence[Outcome]) -> list[str]:
    far = sum(o.accepted and o.error_m > 500 for o in outcomes)
    shares = [f"{recall(outcomes, m):.3f}" for m in (100, 500, 2000)]
    errors = [f"{quantile(outcomes, share):.0f}" for share in (0.5, 0.95)]
    accepted = [f"{accepted_share(outcomes):.3f}", f"{precision(outcomes, 2000):.3f}", str(far)]
    return [str(len(outcomes)), *shares, *errors, *accepted]


def measure_map(name: str, extract: Path, given: Holdout | None, folder: Path) -> list[Outcome]:
    """Measure one map: random doors, whole streets, and streets that are gone."""
    before = load()
    sets = {
        "random": answers_of([given] if given else random_doors(extract, folder), folder),
        "whole streets": answers_of(whole_streets(extract, folder), folder),
    }
    removed = answers_of(without_streets(extract, folder), folder)
    table = [["hold-out", "noise", *_HEAD, "false accepts"]]
    measures: list[Measure] = []
    for kind, by_noise in sets.items():
        for noise, outcomes in by_noise.items():
            if not outcomes:
                continue
            false = f"{accepted_share(removed[noise]):.3f}" if kind == "random" else ""
            table.append([kind, noise, *_row(outcomes), false])
    of_noise = {noise: outcomes for noise, outcomes in sets["random"].items() if outcomes}
    for within, goal in ((500, 0.97), (100, 0.85))[: 2 if given else 1]:
        shares = {noise: recall(outcomes, within) for noise, outcomes in of_noise.items()}
        worst = min(shares, key=shares.__getitem__)
        name_of = f"random: recall within {within} m, the worst noise ({worst})"
        measures.append(alone(name_of, shares[worst], unit="", at_least=goal))
    asked = [o for by_noise in sets.values() for outcomes in by_noise.values() for o in outcomes]
    gone = [o for outcomes in removed.values() for o in outcomes]
    measures += [
        alone("accepted answers: precision within 2 km", precision(asked, 2000), unit="", at_least=0.99),
        alone("street removed from the map: accepted", accepted_share(gone), unit="", at_most=0.02),
    ]
    print_wrong(asked, gone)
    notes = [
        "random: a quarter of the house numbers removed from the map, those asked for.",
        "whole streets: all numbers of a street removed, every street once; its road stays.",
        "Asked are the doors whose text the noise changes; without a town, for streets of a name of their own.",
        "false accepts: streets removed with roads and numbers, every street once; share of all answers accepted.",
    ]
    keep(f"geocode-{name.lower()}", measures, notes, before, table)
    return as_met(asked, gone)
