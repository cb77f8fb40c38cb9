"""Which vehicles an area is built for, and what its version says of them."""

from pathlib import Path

import pytest

from geodata.area.build import area_version
from geodata.area.vehicles import profiles_digest, vehicle_profiles
from geodata.errors import AreaError, GeodataError
from tests.geodata.area.village import build_village, visible, write_village

_HASH = "0" * 64


def _own(folder: Path, text: str = "", *, file: str = "own.toml", name: str = "tuktuk") -> Path:
    path = folder / file
    path.write_text(f'name = "{name}"\nbase = "motorcycle"\n{text}', encoding="utf-8")
    return path


def test_without_a_word_every_known_vehicle_is_meant() -> None:
    assert [profile.name for profile in vehicle_profiles()] == ["car", "motorcycle", "foot"]


def test_known_vehicles_come_in_the_order_of_their_names_and_once(tmp_path: Path) -> None:
    profiles = vehicle_profiles(["foot", "car", "foot"], [_own(tmp_path)])

    assert [profile.name for profile in profiles] == ["foot", "car", "tuktuk"]


def test_an_area_has_the_roads_of_the_vehicles_that_were_asked_for(tmp_path: Path) -> None:
    profiles = vehicle_profiles(["foot"], [_own(tmp_path)])

    area = build_village(write_village(tmp_path), tmp_path / "areas", profiles=profiles)

    assert area.meta.profiles == ("foot", "tuktuk")
    assert area.network("tuktuk").profile == "tuktuk"
    assert visible(area.tiles.parent / "network") == ["foot", "tuktuk"]
    assert set(area.meta.reports) == {"network_foot", "network_tuktuk", "gazetteer", "tiles"}


@pytest.mark.parametrize(
    ("names", "files", "rule"),
    [
        (["boat"], [], "No vehicle 'boat' is known; there are car, motorcycle, foot"),
        ([], [], "An area needs a vehicle"),
        ([], ["a.toml", "b.toml"], "have the name 'tuktuk'"),
    ],
)
def test_vehicles_that_cannot_be_are_refused(tmp_path: Path, names: list[str], files: list[str], rule: str) -> None:
    paths = [_own(tmp_path, file=file) for file in files]

    with pytest.raises(AreaError, match=rule):
        vehicle_profiles(names, paths)


def test_a_file_that_is_no_profile_is_named(tmp_path: Path) -> None:
    with pytest.raises(GeodataError, match=r"nowhere\.toml"):
        vehicle_profiles(["car"], [tmp_path / "nowhere.toml"])


def test_the_version_changes_with_the_vehicles_and_with_what_they_say(tmp_path: Path) -> None:
    slow, fast = (_own(tmp_path, f"[highway_kmh]\ntrunk = {kmh}\n", file=f"{kmh}.toml") for kmh in (30, 40))
    sets = [(("car",), ()), (("car", "foot"), ()), (("car",), (slow,)), (("car",), (fast,))]

    versions = {area_version(_HASH, None, vehicle_profiles(*one)) for one in sets}

    assert len(versions) == len(sets)


def test_the_version_stays_when_only_the_file_or_the_order_is_another(tmp_path: Path) -> None:
    one, other = _own(tmp_path, file="one.toml"), _own(tmp_path, file="other.toml")

    assert profiles_digest(vehicle_profiles(["car", "foot"], [one])) == profiles_digest(
        vehicle_profiles(["foot", "car"], [other])
    )
