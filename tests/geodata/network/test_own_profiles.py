"""Profiles of one's own: what is said counts, what is not is the base's, what cannot be said is refused."""

from pathlib import Path

import pytest

from geodata.errors import GeodataError
from geodata.network import own_profiles
from geodata.network.build import build_network
from geodata.network.own_profiles import read_profile
from geodata.network.profiles import CAR, MOTORCYCLE, Profile
from geodata.network.storage import read_roads
from geodata.network.usage import WayUse, node_use, way_use
from tests.geodata.network.maps import ROAD, Map


def read(folder: Path, text: str) -> Profile:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return read_profile(path)


def test_the_example_of_the_documentation_is_read(tmp_path: Path) -> None:
    text = (own_profiles.__doc__ or "").partition("\n")[2]

    tuktuk = read(tmp_path, text)

    assert tuktuk.name == "tuktuk"
    assert tuktuk.access_keys == MOTORCYCLE.access_keys
    assert (tuktuk.highway_kmh["trunk"].value, tuktuk.highway_kmh["track"]) == (40, MOTORCYCLE.highway_kmh["track"])
    assert (tuktuk.turn_costs.turn_ms, tuktuk.turn_costs.signal_ms) == (5000, MOTORCYCLE.turn_costs.signal_ms)
    assert (tuktuk.vehicle["width_cm"].value, tuktuk.vehicle["weight_kg"].value) == (140, 350)
    assert (tuktuk.slope["10"].value, tuktuk.slope["-10"].value, tuktuk.slope["30"]) == (70, 80, MOTORCYCLE.slope["30"])
    assert tuktuk.seasons["wet"]["earth"].value == 35
    assert tuktuk.seasons["wet"]["paved"] == MOTORCYCLE.seasons["wet"]["paved"]
    assert tuktuk.highway_kmh["trunk"].source == "mine.toml"


def test_what_it_says_is_what_tags_mean(tmp_path: Path) -> None:
    mine = read(
        tmp_path,
        'name = "mine"\nbase = "car"\n[highway_kmh]\nmotorway = 0\ntertiary = 33\n'
        "[barrier_s]\ngate = -1\nbollard = 4\n[surface_kmh]\nmud = 0",
    )

    assert way_use({"highway": "motorway"}, mine) == "not_a_road"
    assert way_use({"highway": "tertiary", "surface": "mud"}, mine) == "impassable"
    tertiary = way_use({"highway": "tertiary"}, mine)
    assert isinstance(tertiary, WayUse)
    assert tertiary.forward_kmh == 33
    gate, bollard = node_use({"barrier": "gate"}, mine), node_use({"barrier": "bollard"}, mine)
    assert gate is not None
    assert bollard is not None
    assert (gate.access.name, bollard.access.name, bollard.delay_s) == ("CLOSED", "OPEN", 4)


def test_a_network_is_built_for_it_and_keeps_what_turns_cost(tmp_path: Path) -> None:
    extract = Map(grid="A  B", ways=[("AB", ROAD)]).write(tmp_path / "map.osm")
    mine = read(tmp_path, 'name = "mine"\nbase = "car"\n[turns]\ndead_end_ms = 1234')

    report = build_network(extract, profile=mine, into=tmp_path / "mine", on_progress=lambda _step, _share: None)

    roads = read_roads(tmp_path / "mine")
    assert report.profile == roads.profile == "mine"
    assert roads.turn_costs.dead_end_ms == 1234


HEAD = 'name = "mine"\nbase = "car"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "is not TOML"),
        ('base = "car"', "name must be small letters"),
        ('name = "Mine"\nbase = "car"', "name must be small letters, .* got 'Mine'"),
        ('name = "car"\nbase = "car"', "name must not be that of a known profile"),
        ('name = "mine"', "base must be one of car, motorcycle, foot, got None"),
        (HEAD + "[highway]\ntrack = 1", "there is no entry 'highway'"),
        (HEAD + "highway_kmh = 3", "highway_kmh must be a table, got 3"),
        (HEAD + "[highway_kmh]\ntrack = 201", r"highway_kmh\.track must be a whole number from 0 to 200, got 201"),
        (HEAD + "[highway_kmh]\ntrack = true", r"highway_kmh\.track must be a whole number"),
        (HEAD + "[surface_kmh]\nsand = 2.5", r"surface_kmh\.sand must be a whole number"),
        (HEAD + "[barrier_s]\ngate = -2", r"barrier_s\.gate must be a whole number from -1 to 86400"),
        (HEAD + "[turns]\nleft_ms = 2", "turns has no 'left_ms'; it has turn_ms"),
        (HEAD + "[turns]\nbias_permille = 0", "bias_permille must be a whole number from 1"),
        (HEAD + "[vehicle]\nlength_cm = 2", "vehicle has no 'length_cm'"),
        (HEAD + '[slope]\n"50" = 20', r"slope: a slope must be a whole number of percent from -45 to 45, got '50'"),
        (HEAD + "[slope]\nup = 20", r"slope: a slope must be .*, got 'up'"),
        (HEAD + '[slope]\n"10" = 0', r"slope\.10 must be a whole number from 1 to 200, got 0"),
        (HEAD + "[seasons]\nwet = 3", r"seasons\.wet must be a table"),
        (HEAD + "[seasons.wet]\nnone = 3", r"seasons\.wet has no 'none'; it has unknown, paved"),
        (HEAD + "[seasons.wet]\nearth = 0", r"seasons\.wet\.earth must be a whole number from 1 to 200"),
    ],
)
def test_what_cannot_be_said_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(GeodataError, match=message):
        read(tmp_path, text)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(GeodataError, match=r"none\.toml cannot be read"):
        read_profile(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("table", "said", "meant"),
    [
        ("highway_kmh", "trunc", "trunk"),
        ("by_permission_kmh", "cycle_way", "cycleway"),
        ("surface_kmh", "asfalt", "asphalt"),
        ("smoothness_kmh", "verybad", "very_bad"),
        ("tracktype_kmh", "grade6", "grade"),
        ("track_kmh", "grad1", "grade1"),
        ("service_kmh", "drive_through", "drive-through"),
        ("sac_scale_kmh", "alpine", "alpine_hiking"),
        ("barrier_s", "bolard", "bollard"),
    ],
)
def test_a_misspelt_value_is_refused_with_the_one_that_may_be_meant(
    tmp_path: Path, table: str, said: str, meant: str
) -> None:
    with pytest.raises(GeodataError, match=rf"{table} knows no value '{said}'.*; it knows .*{meant}"):
        read(tmp_path, f"{HEAD}[{table}]\n{said} = 1")


def test_values_that_no_known_profile_has_a_row_for_may_be_said(tmp_path: Path) -> None:
    text = "[highway_kmh]\nraceway = 30\n[surface_kmh]\nlaterite = 25\n[barrier_s]\nwicket_gate = 5\n"

    mine = read(tmp_path, HEAD + text)

    assert [mine.highway_kmh["raceway"].value, mine.surface_kmh["laterite"].value] == [30, 25]
    assert mine.barrier_s["wicket_gate"].value == 5


def test_every_value_of_the_known_profiles_may_be_said(tmp_path: Path) -> None:
    tables = ("highway_kmh", "by_permission_kmh", "surface_kmh", "smoothness_kmh", "track_kmh", "barrier_s")
    text = "".join(f"[{table}]\n" + "".join(f"{value} = 7\n" for value in getattr(CAR, table)) for table in tables)

    mine = read(tmp_path, HEAD + text)

    assert {row.value for table in tables for row in getattr(mine, table).values()} == {7}
