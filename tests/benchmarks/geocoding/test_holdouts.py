"""What the geocoding benchmark takes out of a map is gone, and what it counts is what it says."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.coords import LonLat
from geodata.geocoding.normalise import key_of
from geodata.geocoding.port import GeocodeAnswer, Status
from geodata.geocoding.sources.divisions import divisions_of
from tests.benchmarks.geocoding.county import make_counties, sound, write_divisions
from tests.benchmarks.geocoding.county_noise import KINDS, ask
from tests.benchmarks.geocoding.figures import outcome, precision, quantile, recall
from tests.benchmarks.geocoding.holdout import Holdout, random_doors, read_doors, whole_streets, without_streets
from tests.geodata.network.bundled import EXTRACT


def test_a_quarter_of_the_doors_is_held_out_and_no_other_is_lost(tmp_path: Path) -> None:
    everything = read_doors(EXTRACT)

    (holdout,) = random_doors(EXTRACT, tmp_path)

    assert 0.2 < len(holdout.doors) / len(everything) < 0.3
    left = read_doors(holdout.extract)
    assert {(d.street, d.number) for d in everything} == {(d.street, d.number) for d in (*left, *holdout.doors)}


@pytest.mark.parametrize("take", [whole_streets, without_streets])
def test_every_street_is_taken_out_once_with_all_its_doors(
    take: Callable[[Path, Path], list[Holdout]], tmp_path: Path
) -> None:
    holdouts = take(EXTRACT, tmp_path)

    assert sum(len(h.doors) for h in holdouts) == len(read_doors(EXTRACT))
    for holdout in holdouts:
        left = {key_of(door.street) for door in read_doors(holdout.extract)}
        assert not left & {key_of(door.street) for door in holdout.doors}


def test_a_county_has_its_villages_and_some_names_twice() -> None:
    (county,) = make_counties(1)

    names = [village.name for village in county.villages]
    assert (len(county.towns), len(names)) == (12, 300)
    assert 0 < len(names) - len(set(names)) < 60


def test_the_division_list_of_a_county_has_its_townships_and_villages(tmp_path: Path) -> None:
    (county,) = make_counties(1)

    listed = list(divisions_of(write_divisions([county], tmp_path / "divisions.zip"), [county.name]))

    villages = {(place.names[0], place.inside[0]) for place in listed if place.kind == "village"}
    assert villages == {(village.name, village.town) for village in county.villages}
    assert len(listed) == 300 + 12


@pytest.mark.parametrize("noise", KINDS)
def test_noise_changes_the_address_and_knows_what_else_it_may_mean(noise: str) -> None:
    (county,) = make_counties(1)

    asked = ask(noise, county, random.Random(1))

    assert len(asked) > 100
    if noise == "homophone":
        assert all(a.village.name not in a.text for a in asked)
        assert all(sound(a.village.core) in sound(a.text) for a in asked)
    if noise == "wrong town":
        assert all(a.village.town not in a.text for a in asked)


def test_shares_and_errors_are_those_of_the_answers() -> None:
    truth = LonLat(10, 50)
    near = GeocodeAnswer(status=Status.ACCEPTED, location=truth)
    far = GeocodeAnswer(status=Status.ACCEPTED, location=LonLat(10, 51))
    none = GeocodeAnswer(status=Status.NOT_FOUND)

    outcomes = [outcome("", truth, answer) for answer in (near, near, far, none)]

    assert (recall(outcomes, 100), precision(outcomes, 100)) == (0.5, 2 / 3)
    assert quantile(outcomes, 0.5) == 0
    assert quantile(outcomes, 0.95) == float("inf")
