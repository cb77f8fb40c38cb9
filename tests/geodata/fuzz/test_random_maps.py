"""Random maps with turn restrictions: every engine gives the answers of the reference."""

from pathlib import Path

import pytest

from tests.geodata.fuzz.map_answers import map_outcome

#: Maps of one test, so that two hundred of them are not two hundred tests.
BATCH = 20


#: Seeds that found something once.
FOUND = (3462,)


@pytest.mark.parametrize("seed", FOUND)
def test_random_map_that_found_a_fault_has_the_answers_of_the_reference(seed: int, tmp_path: Path) -> None:
    assert map_outcome(seed, tmp_path) == "same"


@pytest.mark.parametrize("first_seed", range(0, 200, BATCH))
def test_random_maps_have_the_answers_of_the_reference(first_seed: int, tmp_path: Path) -> None:
    outcomes = {seed: map_outcome(seed, tmp_path) for seed in range(first_seed, first_seed + BATCH)}

    assert {seed: outcome for seed, outcome in outcomes.items() if outcome not in {"same", "refused"}} == {}
    assert list(outcomes.values()).count("same") > BATCH // 2
