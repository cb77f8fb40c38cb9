"""Maps as tests: each scenario of the text files in this folder."""

from pathlib import Path

import pytest

from tests.geodata.network.asciimaps.checking import Map
from tests.geodata.network.asciimaps.language import Scenario, read_scenarios

SCENARIOS = [scenario for file in sorted(Path(__file__).parent.glob("*.txt")) for scenario in read_scenarios(file)]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
def test_scenario(scenario: Scenario, tmp_path: Path) -> None:
    drawn = Map(scenario, tmp_path)

    faults = [
        f"{scenario.file}.txt, line {claim.line}: {claim.text}\n    {fault}"
        for claim in scenario.claims
        for fault in drawn.faults(claim)
    ]

    if faults:
        pytest.fail("\n".join(["", *scenario.picture, *faults]), pytrace=False)


def test_no_two_scenarios_have_one_name() -> None:
    names = [scenario.id for scenario in SCENARIOS]

    assert len(names) == len(set(names)) >= 80
