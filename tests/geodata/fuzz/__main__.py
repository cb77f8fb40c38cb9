"""The long fuzz: `.venv/bin/python -m tests.geodata.fuzz --maps 10000 --extracts 5000`."""

import argparse
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.geodata.fuzz.damage import damaged, sound_extracts
from tests.geodata.fuzz.damaged_builds import area_outcome, network_outcome
from tests.geodata.fuzz.map_answers import map_outcome


def main() -> int:
    """Run what is asked for; 1 when anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.geodata.fuzz", description=__doc__)
    parser.add_argument("--maps", type=int, default=0, help="random maps against the reference")
    parser.add_argument("--extracts", type=int, default=0, help="damaged extracts; each tenth builds a whole area")
    parser.add_argument("--first-seed", type=int, default=0)
    asked = parser.parse_args()
    warnings.simplefilter("error")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        extracts = sound_extracts(folder)

        def damaged_outcome(seed: int) -> str:
            outcome = area_outcome if seed % 10 == 0 else network_outcome
            return outcome(damaged(extracts, seed), folder)

        found = _run("random maps", asked.maps, asked.first_seed, lambda seed: map_outcome(seed, folder))
        found += _run("damaged extracts", asked.extracts, asked.first_seed, damaged_outcome)
    return 1 if found else 0


def _run(what: str, count: int, first_seed: int, outcome_of: Callable[[int], str]) -> int:
    """Run the seeds, print each that is neither built nor refused, and return how many those are."""
    outcomes: Counter[str] = Counter()
    seed_file = Path(tempfile.gettempdir()) / "doorstep-fuzz-seed"
    for seed in range(first_seed, first_seed + count):
        seed_file.write_text(f"{what}: {seed}\n", encoding="utf-8")  # survives a crash of the interpreter
        try:
            outcome = outcome_of(seed)
        except Exception as exc:
            outcome = f"{type(exc).__name__}: {exc}"
        outcomes[outcome if outcome in {"built", "refused", "same"} else "FOUND"] += 1
        if outcome not in {"built", "refused", "same"}:
            print(f"{what}, seed {seed}: {outcome}", flush=True)
    if count:
        print(f"{what}: {dict(outcomes)}", flush=True)
    return outcomes["FOUND"]


if __name__ == "__main__":
    sys.exit(main())
