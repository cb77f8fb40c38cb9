"""`python -m tests.benchmarks.geocoding.calibrate`: the steps of `geodata.geocoding.confidence`, fitted anew.

Fitted on Liechtenstein and on a made-up county of another seed than the benchmark's: Krems and the benchmark's county
are left to judge it. One address in twenty is taken to be of a street or village that the map lacks.
"""

import random
import tempfile
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from geodata.geocoding import decide
from geodata.geocoding.port import Level, Status
from tests.benchmarks.geocoding import county_noise
from tests.benchmarks.geocoding.asking import SEED
from tests.benchmarks.geocoding.figures import RIGHT_M, Outcome, as_met
from tests.benchmarks.geocoding.holdout import random_doors, whole_streets, without_streets
from tests.benchmarks.geocoding.maps import answers_of
from tests.benchmarks.geocoding.villages import COUNTY_SEED, asked_in_vain, maps_of_county, outcomes_of
from tests.geodata.network.bundled import EXTRACT

_SCORES = (0.0, 0.3, 0.4, 0.44, 0.46, 0.48, 0.49, 0.5, 0.51, 0.52, 0.55, 0.6, 0.63, 0.65, 0.7, 0.8, 0.9, 1.0)


def main() -> None:
    """Print the pairs of score and confidence."""
    with tempfile.TemporaryDirectory() as name, patch.object(decide, "confidence_of", _the_score):
        folder = Path(name)
        present = _flat(answers_of([*random_doors(EXTRACT, folder), *whole_streets(EXTRACT, folder)], folder))
        gone = _flat(answers_of(without_streets(EXTRACT, folder), folder))
        maps = maps_of_county(folder, seed=COUNTY_SEED + 1)
        for noise in county_noise.KINDS:
            asked = county_noise.ask(noise, maps.county, random.Random(SEED))
            present += outcomes_of(asked, maps.everything)
            for lacking in maps.lacking:
                gone += [o for _, o in asked_in_vain(maps.county, noise, lacking, lacking.on_neither)]
    met = as_met(present, gone)
    for kind in (False, True):
        print("places" if kind else "streets")
        part = [o for o in met if (o.answer.match_level in {Level.PLACE, Level.REGION}) is kind]
        for score, confidence in zip(_SCORES, steps(part), strict=True):
            print(f"    ({score:.2f}, {confidence:.3f}),")


def _the_score(score: float, *, is_place: bool) -> float:
    return score


def steps(outcomes: list[Outcome]) -> NDArray[np.float64]:
    """Confidence at each of the scores, rising: the share within 500 m, by isotonic regression."""
    clear = [o for o in outcomes if o.answer.location is not None and o.answer.status is not Status.AMBIGUOUS]
    scores = np.array([o.answer.confidence for o in clear])
    right = np.array([float(o.error_m <= RIGHT_M) for o in clear])
    weights = np.array([o.weight for o in clear])
    levels, at = np.unique(scores, return_inverse=True)
    total = np.bincount(at, weights=weights)
    fitted = isotonic_regression(np.bincount(at, weights=weights * right) / total, weights=total).x
    smooth = np.interp(_SCORES, levels, fitted)
    # A hundredth of the score itself keeps the order of answers that are right as often.
    return np.asarray(0.98 * np.maximum.accumulate(smooth) + 0.01 * np.array(_SCORES), dtype=np.float64)


def _flat(by_noise: dict[str, list[Outcome]]) -> list[Outcome]:
    return [outcome for outcomes in by_noise.values() for outcome in outcomes]


if __name__ == "__main__":
    main()
