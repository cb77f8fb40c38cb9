"""`doorstep area`: what it builds, what it lists, and how it refuses."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.cli.main import app
from tests.geodata.area.village import write_village


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
def test_without_areas_the_list_says_how_to_get_one() -> None:
    listed = _area("list")

    assert listed.exit_code == 0
    assert "doorstep serve" in listed.stdout


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


def test_a_truncated_extract_is_refused_and_leaves_nothing(state_dir: Path, tmp_path: Path) -> None:
    whole = write_village(tmp_path).read_bytes()
    cut = tmp_path / "cut.osm"
    cut.write_bytes(whole[: len(whole) // 2])

    refused = _area("build", "--pbf", str(cut), "--name", "cut")

    assert refused.exit_code == 2
    assert "cut.osm cannot be read as an OpenStreetMap extract" in refused.stderr
    assert not (state_dir / "areas" / "cut").exists()
