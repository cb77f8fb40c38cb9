"""A damaged extract is refused with a clear error or is built whole; nothing crashes and nothing is left half done."""

from pathlib import Path

import pytest

from tests.geodata.fuzz.damage import damaged, sound_extracts
from tests.geodata.fuzz.damaged_builds import area_outcome, network_outcome


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    return sound_extracts(tmp_path_factory.mktemp("sound"))


def test_sound_extract_is_built(extracts: list[bytes], tmp_path: Path) -> None:
    outcomes = [network_outcome(extract, tmp_path) for extract in extracts]

    assert outcomes == ["built"] * len(extracts)


@pytest.mark.parametrize("seed", range(50))
def test_damaged_extract_is_refused_or_makes_a_whole_network(extracts: list[bytes], seed: int, tmp_path: Path) -> None:
    assert network_outcome(damaged(extracts, seed), tmp_path) in {"built", "refused"}


@pytest.mark.parametrize("seed", range(100, 110))
def test_damaged_extract_is_refused_or_makes_a_whole_area(extracts: list[bytes], seed: int, tmp_path: Path) -> None:
    assert area_outcome(damaged(extracts, seed), tmp_path) in {"built", "refused"}
