"""The language of the scenarios: a slip of the pen is an error, never a scenario that claims less."""

from pathlib import Path

import pytest

from geodata.errors import GeodataError
from tests.geodata.network.asciimaps.checking import Map
from tests.geodata.network.asciimaps.costs import ScenarioError, cost
from tests.geodata.network.asciimaps.language import Scenario, read_scenarios

STREET = """
Scenario: a street
    A-1------2-B
    way AB: residential
"""


def read(folder: Path, claims: str, text: str = STREET) -> list[Scenario]:
    file = folder / "streets.txt"
    file.write_text(text + claims, encoding="utf-8")
    return read_scenarios(file)


def faults(folder: Path, claim: str) -> list[str]:
    (scenario,) = read(folder, f"    {claim}\n")
    return Map(scenario, folder).faults(scenario.claims[0])


@pytest.mark.parametrize(
    "claim",
    [
        "car from 1 to 2: by A",
        "car from 1 to 2: unreachable",
        "car from 1 to 2: direct; 70 m at 25 km/h",
        "car from 1 to 2: direct; 80 m at 30 km/h",
        "car from 1 to 2: 70 m at 30 km/h + 10 m on foot",
        "car snaps 1: on AB; 10 m away",
        "car snaps 1: off the network",
        "car snaps 1: flagged water_between",
        "car reports no_access: 1",
    ],
)
def test_wrong_claim_is_a_fault(tmp_path: Path, claim: str) -> None:
    assert len(faults(tmp_path, claim)) == 1


@pytest.mark.parametrize(
    "claim",
    [
        "car from 1 to 2: direct; 70 m at 30 km/h",
        "car snaps 1: on AB; 0 m away; in the road; no flags",
        "car reports no_access: 0",
    ],
)
def test_right_claim_has_no_fault(tmp_path: Path, claim: str) -> None:
    assert faults(tmp_path, claim) == []


@pytest.mark.parametrize(
    "line",
    [
        "",
        "car 1 to 2: direct",
        "car from 1: direct",
        "tram from 1 to 2: direct",
        "car from 1 to 2 direct",
        "restriction no_left_turn of AB",
        "street AB: residential",
        "moped from 1 to 2: direct",
        "profile car: base=motorcycle",
        "profile of mine: base=motorcycle",
    ],
)
def test_line_that_is_no_statement_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(ScenarioError):
        read(tmp_path, f"    {line}\n")


@pytest.mark.parametrize("line", ["way AC: residential\n    car from 1 to 2: direct", "car from 1 to 3: direct"])
def test_letter_that_is_not_drawn_is_refused(tmp_path: Path, line: str) -> None:
    (scenario,) = read(tmp_path, f"    {line}\n")

    with pytest.raises(ScenarioError, match="not in the picture"):
        Map(scenario, tmp_path)


@pytest.mark.parametrize("fact", ["quickly", "via A", "by foot at noon; soon"])
def test_fact_that_nobody_knows_is_refused(tmp_path: Path, fact: str) -> None:
    (scenario,) = read(tmp_path, f"    car from 1 to 2: {fact}; whatever\n")

    with pytest.raises(ScenarioError, match="nobody knows"):
        Map(scenario, tmp_path).faults(scenario.claims[0])


def test_a_profile_of_ones_own_is_read_like_a_file(tmp_path: Path) -> None:
    (scenario,) = read(
        tmp_path, "    profile cart: base=car highway_kmh.residential=10\n    cart from 1 to 2: 70 m at 10 km/h\n"
    )

    assert Map(scenario, tmp_path).faults(scenario.claims[0]) == []


def test_an_entry_that_no_profile_has_is_refused(tmp_path: Path) -> None:
    (scenario,) = read(tmp_path, "    profile cart: base=car horses=2\n    cart from 1 to 2: direct\n")

    with pytest.raises(GeodataError, match="there is no entry 'horses'"):
        Map(scenario, tmp_path).faults(scenario.claims[0])


def test_each_example_is_a_scenario(tmp_path: Path) -> None:
    text = STREET.replace("a street", "a <kind> street").replace("residential", "<kind>")
    scenarios = read(tmp_path, "    car from 1 to 2: direct\n    examples\n    kind\n    primary\n    service\n", text)

    assert [scenario.id for scenario in scenarios] == ["streets: a primary street", "streets: a service street"]
    assert [scenario.ways[0].tags["highway"] for scenario in scenarios] == ["primary", "service"]


@pytest.mark.parametrize("text", ["100 metres at 30 km/h", "30 km/h", "fast", "50 m at 36 km/h + 0.5 s"])
def test_cost_that_cannot_be_added_up_or_lies_on_a_half_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError):
        cost(text)


def test_costs_are_added_up_before_they_are_rounded() -> None:
    added = cost("100 m at 30 km/h + 60 s at the gate + 0.3 s left + 10 m on foot")

    assert (added.seconds, added.metres) == (72 + 10, 110)
