"""`doorstep area`: what it builds, what it lists, and how it refuses."""

import json
import re
import signal
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from geodata.area.catalog import AreaCatalog
from service.cli.area_report import area_report
from service.cli.main import app
from tests.geodata.area.village import write_village
from tests.service.planning.fakes import flat_meta

#: The command in a process of its own, which is sent SIGTERM where the tiles are begun.
_TERMINATED_WHILE_IT_BUILDS = """
import os, signal
import geodata.area.build
geodata.area.build.build_tiles = lambda *_args, **_named: os.kill(os.getpid(), signal.SIGTERM)
from service.cli.main import app
app()
"""


@pytest.fixture
def state_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("DOORSTEP_STATE_DIR", str(folder))
    return folder


def _area(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["area", *arguments])


def test_an_area_is_built_and_then_listed(state_dir: Path, tmp_path: Path) -> None:
    extract = write_village(tmp_path)

    built = _area("build", "--pbf", str(extract), "--name", "willowbrook", "--time-zone", "Asia/Shanghai")
    listed = _area("list")

    assert built.exit_code == 0, built.output
    assert "© OpenStreetMap contributors" in built.stdout
    assert (state_dir / "areas" / "willowbrook").is_dir()
    assert "willowbrook" in listed.stdout
    assert "Asia/Shanghai" in listed.stdout


@pytest.mark.usefixtures("state_dir")
def test_places_of_ones_own_are_built_in_and_their_faults_are_said_before_the_work(tmp_path: Path) -> None:
    extract = write_village(tmp_path)
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("name,lat,lon\nHinterwald,30.0,120.0\n", encoding="utf-8")
    bad.write_text("name,lat,lon\nHinterwald,north,120.0\n", encoding="utf-8")
    build = ("build", "--pbf", str(extract), "--name", "willowbrook", "--json", "--places")

    plain = _area("build", "--pbf", str(extract), "--name", "willowbrook", "--json")
    built, refused = _area(*build, str(good)), _area(*build, str(bad))

    assert built.exit_code == 0, built.output
    assert json.loads(built.stdout)["reports"]["gazetteer"]["places_listed"] == 1
    assert json.loads(built.stdout)["version"] != json.loads(plain.stdout)["version"]
    assert refused.exit_code == 2
    assert "row 2: lat must be degrees" in refused.output


@pytest.mark.usefixtures("state_dir")
def test_a_build_reports_what_it_read_kept_and_dropped_and_show_repeats_it(tmp_path: Path) -> None:
    extract = write_village(tmp_path)

    built = _area("build", "--pbf", str(extract), "--name", "willowbrook")
    shown = _area("show", "willowbrook")

    assert shown.exit_code == 0, shown.output
    assert built.stdout.endswith(shown.stdout)
    assert re.search(r"^ *car +motorcycle +foot *$", shown.stdout, re.MULTILINE)
    assert re.search(r"^ *Ways kept( +1){3} *$", shown.stdout, re.MULTILINE)
    assert re.search(r"^ *Length, km( +1\.7){3} *$", shown.stdout, re.MULTILINE)
    assert "Addresses: 1 house numbers, 1 streets, 1 places" in shown.stdout
    assert "© OpenStreetMap contributors" in shown.stdout


@pytest.mark.usefixtures("state_dir")
def test_an_extract_without_relations_is_built_with_a_warning_that_turns_are_not_known(tmp_path: Path) -> None:
    ways_alone = write_village(tmp_path / "ways")
    whole = write_village(tmp_path / "whole")
    relation = '<relation id="1"><member type="way" ref="10" role=""/><tag k="type" v="route"/></relation></osm>'
    whole.write_text(whole.read_text(encoding="utf-8").replace("</osm>", relation), encoding="utf-8")

    built = _area("build", "--pbf", str(ways_alone), "--name", "ways-alone")
    other = _area("build", "--pbf", str(whole), "--name", "whole")

    assert "The extract has no relations, so no turn restriction is known" in built.stdout
    assert "no relations" in _area("show", "ways-alone").stdout
    assert "no relations" not in other.stdout


@pytest.mark.usefixtures("state_dir")
def test_an_area_without_a_time_zone_says_whose_clock_its_plans_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOORSTEP_TIME_ZONE", "Asia/Tokyo")
    extract = str(write_village(tmp_path))

    without = _area("build", "--pbf", extract, "--name", "willowbrook")
    given = _area("build", "--pbf", extract, "--name", "willowbrook", "--time-zone", "Asia/Shanghai")

    assert "the server's, Asia/Tokyo, unless a request says otherwise" in without.stderr
    assert "--time-zone" in without.stderr
    assert "time zone not given" in without.stdout
    assert "No time zone" not in given.stderr


@pytest.mark.usefixtures("state_dir")
def test_ways_are_found_by_street_and_by_place_with_their_ids(tmp_path: Path) -> None:
    _area("build", "--pbf", str(write_village(tmp_path)), "--name", "willowbrook")

    by_street, far = (_area("ways", "willowbrook", *one) for one in (("--street", "mill"), ("--near", "101,30")))
    (way,) = json.loads(_area("ways", "willowbrook", "--near", "100.002,30.0001", "--json").stdout)

    assert re.search(
        r"^ *10 +Mill Lane +residential +1,660 m +car, motorcycle, foot *$", by_street.stdout, re.MULTILINE
    )
    assert far.stdout == "No way is found.\n"
    assert (way["id"], way["away_m"], way["vehicles"]) == (10, 11, ["car", "motorcycle", "foot"])


@pytest.mark.usefixtures("state_dir")
@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "Give --street TEXT, --near LON,LAT, or both."),
        (["--near", "here"], "A place is a longitude and a latitude"),
        (["--near", "47,190"], "A latitude must be between"),
        (["--street", "Mill"], "willowbrook"),
    ],
)
def test_a_search_for_ways_that_cannot_be_is_one_line_and_exit_code_2(arguments: list[str], why: str) -> None:
    refused = _area("ways", "willowbrook", *arguments)

    assert refused.exit_code == 2
    assert why in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.usefixtures("state_dir")
def test_machines_read_the_list_as_json(tmp_path: Path) -> None:
    none = _area("list", "--json")
    _area("build", "--pbf", str(write_village(tmp_path)), "--name", "willowbrook", "--vehicles", "foot")

    (area,) = json.loads(_area("list", "--json").stdout)

    assert json.loads(none.stdout) == []
    assert (area["name"], area["profiles"], "reports" in area) == ("willowbrook", ["foot"], False)


@pytest.mark.usefixtures("state_dir")
def test_machines_read_the_report_as_json(tmp_path: Path) -> None:
    extract = write_village(tmp_path)

    built = _area("build", "--pbf", str(extract), "--name", "willowbrook", "--vehicles", "car, foot", "--json")
    shown = _area("show", "willowbrook", "--json")

    meta = json.loads(shown.stdout)
    assert json.loads(built.stdout) == meta
    assert meta["profiles"] == ["car", "foot"]
    assert meta["seasons"]["foot"]["wet"]["earth"] == 80
    assert meta["reports"]["network_foot"]["counts"]["ways_kept"] == 1


def test_a_vehicle_of_ones_own_is_built_beside_the_known_ones(state_dir: Path, tmp_path: Path) -> None:
    profile = tmp_path / "own.toml"
    profile.write_text('name = "tuktuk"\nbase = "motorcycle"\n[seasons.monsoon]\nearth = 20\n', encoding="utf-8")

    built = _area("build", "--pbf", str(write_village(tmp_path)), "--name", "willowbrook", "--profile", str(profile))

    assert built.exit_code == 0, built.output
    assert "dry, wet, monsoon" in built.stdout
    assert AreaCatalog(state_dir / "areas").open("willowbrook").network("tuktuk").profile == "tuktuk"


@pytest.mark.usefixtures("state_dir")
def test_a_version_is_shown_by_its_name_and_an_unknown_one_refused(tmp_path: Path) -> None:
    everything = _area("build", "--pbf", str(write_village(tmp_path)), "--name", "willowbrook", "--json")
    _area("build", "--pbf", str(write_village(tmp_path)), "--name", "willowbrook", "--vehicles", "foot")
    version = json.loads(everything.stdout)["version"]

    shown, refused = (_area("show", "willowbrook", "--version", one, "--json") for one in (version, "v0"))

    assert json.loads(shown.stdout)["profiles"] == ["car", "motorcycle", "foot"]
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "has no version 'v0'" in refused.stderr


def test_a_report_of_another_version_of_doorstep_is_shown_as_far_as_it_is_known() -> None:
    meta = replace(flat_meta(), reports={"network_car": {"counts": {"edges_with_wings": 3}}, "tiles": "none"})
    console = Console(width=100, record=True, file=StringIO())

    for part in area_report(meta):
        console.print(part)

    assert re.search(r"edges with wings +3 +0", console.export_text())


@pytest.mark.usefixtures("state_dir")
def test_without_areas_the_list_says_how_to_get_one() -> None:
    listed = _area("list")

    assert listed.exit_code == 0
    assert "doorstep serve" in listed.stdout


def test_an_area_that_cannot_be_used_is_told_beside_the_list(state_dir: Path, tmp_path: Path) -> None:
    _area("build", "--pbf", str(write_village(tmp_path)), "--name", "willowbrook")
    (meta,) = (state_dir / "areas" / "willowbrook").glob("*/area.json")
    meta.write_text(json.dumps(json.loads(meta.read_text(encoding="utf-8")) | {"format": "1.1.1.1"}), encoding="utf-8")

    listed = _area("list")
    as_json = _area("list", "--json")

    assert listed.exit_code == 0
    assert "another version of doorstep built it. Build it again: doorstep area build" in listed.stderr
    assert "No areas" not in listed.stdout
    assert json.loads(as_json.stdout) == []


def test_a_build_that_is_terminated_leaves_nothing(state_dir: Path, tmp_path: Path) -> None:
    extract = write_village(tmp_path)
    command = [sys.executable, "-c", _TERMINATED_WHILE_IT_BUILDS, "area", "build", "--pbf", str(extract), "--name", "x"]

    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 128 + signal.SIGTERM, ended.stderr
    assert "Traceback" not in ended.stderr
    assert [path.name for path in (state_dir / "areas").iterdir()] == [".x.lock"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--name", "x"], "Give either --pbf FILE or --place NAME."),
        (["--name", "x", "--pbf", "x.pbf", "--place", "Vaduz"], "Give either --pbf FILE or --place NAME."),
        (["--pbf", "x.pbf"], "Give the area a name: --name NAME."),
        (["--place", "瓦杜兹"], "Give the area a name: --name NAME."),
        (["--pbf", "x.pbf", "--name", "X Y"], "An area's name is"),
        (["--pbf", "x.pbf", "--name", "x", "--time-zone", "Europe/Atlantis"], "A time zone is an IANA name"),
        (["--pbf", "/nowhere/x.pbf", "--name", "x"], "No extract at /nowhere/x.pbf."),
        (["--pbf", "x.pbf", "--name", "x", "--vehicles", "car,boat"], "No vehicle 'boat' is known"),
        (["--pbf", "x.pbf", "--name", "x", "--vehicles", " , "], "An area needs a vehicle"),
        (["--pbf", "x.pbf", "--name", "x", "--profile", "/nowhere/own.toml"], "/nowhere/own.toml cannot be read"),
        (["--place", "Vaduz", "--nominatim-url", "http://127.0.0.1:9/"], "127.0.0.1:9"),
    ],
)
def test_what_cannot_be_built_is_one_line_and_exit_code_2(state_dir: Path, arguments: list[str], why: str) -> None:
    refused = _area("build", *arguments)

    (line,) = [line for line in refused.stderr.splitlines() if line.startswith("doorstep: ")]
    assert refused.exit_code == 2
    assert why in line
    assert "Traceback" not in refused.output
    assert not (state_dir / "areas").exists()


def test_a_disk_that_is_full_is_told_in_a_line(
    state_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_half(*_args: object, **_named: object) -> None:
        message = "4096 requested and 12 written"  # as NumPy says it
        raise OSError(message)

    monkeypatch.setattr("geodata.area.build.build_tiles", write_half)

    refused = _area("build", "--pbf", str(write_village(tmp_path)), "--name", "x")

    assert refused.exit_code == 2
    assert "Not everything could be written: 4096 requested and 12 written. Is the disk full?" in refused.stderr
    assert not (state_dir / "areas" / "x").exists()


def test_a_truncated_extract_is_refused_and_leaves_nothing(state_dir: Path, tmp_path: Path) -> None:
    whole = write_village(tmp_path).read_bytes()
    cut = tmp_path / "cut.osm"
    cut.write_bytes(whole[: len(whole) // 2])

    refused = _area("build", "--pbf", str(cut), "--name", "cut")

    assert refused.exit_code == 2
    assert "cut.osm cannot be read as an OpenStreetMap extract" in refused.stderr
    assert not (state_dir / "areas" / "cut").exists()
