"""`doorstep plan`: tables or JSON for a good file, pointers for a bad one."""

import json
import re
from base64 import b64decode
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.cli.main import app
from service.demo.audit import faults
from service.schemas.map_view import MapView
from service.schemas.plan import PlanResult
from service.schemas.plan_request import PlanRequest
from tests.geodata.area.village import build_village, write_village

_HOUSE = {"address": "Mill Lane 7, Willowbrook"}
_CORNER = {"location": {"lat": 30.004, "lon": 100.0}}
_SEA = {"location": {"lat": 0.5, "lon": 0.5}}


@pytest.fixture
def state_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("DOORSTEP_STATE_DIR", str(folder))
    return folder


def _request(**changes: object) -> dict[str, object]:
    request: dict[str, object] = {
        "area": "willowbrook",
        "date": "2026-11-25",
        "cases": [{"id": "A", **_HOUSE}, {"id": "B", **_SEA}],
        "collectors": [{"id": "K", "start": _CORNER, "shift": {"start": "09:00", "end": "17:00"}}],
        "options": {"budget_s": 5, "iterations": 1},
    }
    return request | changes


def _plan(folder: Path, content: object, *options: str) -> Result:
    file = folder / "day.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return CliRunner().invoke(app, ["plan", str(file), *options])


def test_a_day_is_planned_as_json(state_dir: Path, tmp_path: Path) -> None:
    build_village(write_village(tmp_path), state_dir / "areas")

    planned = _plan(tmp_path, _request(), "--json")

    result = PlanResult.model_validate_json(planned.stdout)
    assert planned.exit_code == 0
    assert [[stop.case for stop in route.stops] for route in result.routes] == [["A"]]
    assert [(left_out.case, left_out.reason.code) for left_out in result.unassigned] == [("B", "location_out_of_area")]
    assert faults(PlanRequest.model_validate(_request()), result) == []


def test_a_day_is_planned_as_tables(state_dir: Path, tmp_path: Path) -> None:
    build_village(write_village(tmp_path), state_dir / "areas")

    planned = _plan(tmp_path, _request())

    assert planned.exit_code == 0
    assert "1. A  Mill Lane 7, Willowbrook" in planned.stdout
    assert "location_out_of_area" in planned.stdout
    assert "1 visit, 1 case left out" in planned.stdout


def test_the_map_of_a_day_is_written_into_a_file(state_dir: Path, tmp_path: Path) -> None:
    build_village(write_village(tmp_path), state_dir / "areas")
    page = tmp_path / "day.html"

    planned = _plan(tmp_path, _request(), "--json", "--map", str(page))

    html = page.read_text(encoding="utf-8")
    data = re.search(r"data:application/json;base64,([\w+/=]+)", html)
    assert data is not None
    view = MapView.model_validate_json(b64decode(data[1]))
    assert planned.exit_code == 0
    assert view.plan is not None
    assert [[stop.case for stop in one.stops] for one in view.plan.collectors] == [["A"]]
    assert 'id="tiles">data:application/vnd.pmtiles;base64,' in html


def test_a_map_that_cannot_be_written_is_named_after_the_plan_is_told(state_dir: Path, tmp_path: Path) -> None:
    build_village(write_village(tmp_path), state_dir / "areas")
    page = tmp_path / "nowhere" / "day.html"

    planned = _plan(tmp_path, _request(), "--json", "--map", str(page))

    assert planned.exit_code == 3
    assert PlanResult.model_validate_json(planned.stdout).routes
    assert f"doorstep: {page} cannot be written: No such file or directory." in planned.stderr


@pytest.mark.usefixtures("state_dir")
@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("", ["is not JSON. The body is empty."]),
        ('{"cases": [', ["is not JSON. Expecting value at line 1"]),
        ("[]", ["The whole file: Must be a JSON object."]),
        (_request(cases=[]), ["/cases: Must not be empty"]),
        (_request(cases=[{"id": "A", **_HOUSE, "prio": 3}]), ["/cases/0/prio: Unknown key"]),
        (_request(cases=[{"id": "A", **_HOUSE, "priority": "3"}]), ["/cases/0/priority: Must be a whole number"]),
        (_request(cases=[{"id": "A", **_HOUSE}, {"id": "A", **_SEA}]), ["/cases/1/id: Each id must be unique"]),
        (_request(cases=[{}]), ["/cases/0/id: Required"]),
        (_request(cases=[{"id": "A", "priority": 101}]), ["/cases/0/priority: Must be at most 100."]),
        (_request(area="nowhere"), ["/area: There is no area 'nowhere'."]),
    ],
)
def test_bad_input_is_named_by_its_pointer_with_exit_code_2(tmp_path: Path, content: object, lines: list[str]) -> None:
    refused = _plan(tmp_path, content)

    said = [line for line in refused.stderr.splitlines() if line.startswith("doorstep: ")]
    assert refused.exit_code == 2
    assert len(said) == len(lines)
    assert all(expected in line for line, expected in zip(said, lines, strict=True))
    assert refused.stdout == ""


def test_an_unknown_time_zone_is_named_by_its_pointer(state_dir: Path, tmp_path: Path) -> None:
    build_village(write_village(tmp_path), state_dir / "areas")

    refused = _plan(tmp_path, _request(time_zone="Europe/Atlantis"))

    assert refused.exit_code == 2
    assert "/time_zone: " in refused.stderr


def test_every_vehicle_that_the_area_lacks_is_named_by_its_pointer(state_dir: Path, tmp_path: Path) -> None:
    build_village(write_village(tmp_path), state_dir / "areas")
    shift = {"start": "09:00", "end": "17:00"}
    boats = [{"id": f"K{i}", "start": _CORNER, "shift": shift, "vehicle": "boat"} for i in range(2)]

    refused = _plan(tmp_path, _request(collectors=boats))

    assert refused.exit_code == 2
    for index in range(2):
        assert (
            f"doorstep: /collectors/{index}/vehicle: vehicle must be one that the area has roads for: "
            "car, motorcycle, foot." in refused.stderr
        )


def test_the_roads_of_the_day_are_told_and_unknown_ways_are_a_warning(state_dir: Path, tmp_path: Path) -> None:
    build_village(write_village(tmp_path), state_dir / "areas")
    roads = {"season": "wet", "closed_ways": [77], "observed_speeds": [{"way": 10, "kmh": 12}]}

    planned = _plan(tmp_path, _request(roads=roads))
    as_json = _plan(tmp_path, _request(roads=roads), "--json")

    assert "Roads of the day: season wet, 0 ways closed, 1 way with an observed speed." in planned.stdout
    assert "Warning: 1 way of the request is on none of the vehicles' roads: 77." in planned.stdout
    applied = PlanResult.model_validate_json(as_json.stdout).roads
    assert applied is not None
    assert (applied.observed_ways, applied.unknown_ways) == ([10], [77])


@pytest.mark.usefixtures("state_dir")
def test_a_missing_file_is_named() -> None:
    refused = CliRunner().invoke(app, ["plan", "/nowhere/day.json"])

    assert refused.exit_code == 2
    assert "/nowhere/day.json cannot be read" in refused.stderr


@pytest.mark.parametrize(
    "address", ["Mill Lane 7, Willowbrook [/]", "Mill Lane 7 [bold red]x[/bold red]", "\u202eMill [7]"]
)
def test_an_address_is_printed_as_it_is_and_never_obeyed(state_dir: Path, tmp_path: Path, address: str) -> None:
    build_village(write_village(tmp_path), state_dir / "areas")
    case = {"id": "A", "address": address, **_CORNER}

    planned = _plan(tmp_path, _request(cases=[case]))

    assert planned.exit_code == 0
    assert address.removeprefix("\u202e")[:20] in planned.stdout
    assert "\u202e" not in planned.stdout


def test_a_state_folder_that_is_a_file_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    occupied = tmp_path / "occupied"
    occupied.write_text("", encoding="utf-8")
    monkeypatch.setenv("DOORSTEP_STATE_DIR", str(occupied))

    planned = _plan(tmp_path, _request(area="liechtenstein"))

    assert planned.exit_code == 3
    assert planned.stderr.count("\n") == 1
    assert "occupied" in planned.stderr


def test_breaks_lateness_overtime_and_the_parts_of_the_cost_are_in_the_tables(state_dir: Path, tmp_path: Path) -> None:
    build_village(write_village(tmp_path), state_dir / "areas")
    rest = {"after_work_s": 60, "duration_s": 900}
    busy = {"id": "K", "start": _CORNER, "shift": {"start": "09:00", "end": "17:00"}, "breaks": [rest]}
    late = {"id": "A", **_HOUSE, "priority": 100, "windows": [{"start": "09:00", "end": "09:25", "grace_s": 3600}]}
    request = _request(cases=[late], collectors=[busy | {"overtime_after": "09:10"}])

    planned = _plan(tmp_path, request | {"options": {"budget_s": 5, "iterations": 1, "weights": {"lateness": 2}}})

    assert "break of 15 min on the way" in planned.stdout
    assert re.search(r"late 1\d min", planned.stdout)
    assert re.search(r"\d+ min of overtime", planned.stdout)
    assert re.search(r"overtime \d+ min\s\+\slateness 1\d min\sx\s2", planned.stdout)


def test_a_prefix_that_cannot_be_driven_is_named_and_leaves_with_two(state_dir: Path, tmp_path: Path) -> None:
    build_village(write_village(tmp_path), state_dir / "areas")
    frozen = {"id": "K", "start": _CORNER, "shift": {"start": "09:00", "end": "17:00"}, "prefix": ["A", "B"]}

    planned = _plan(tmp_path, _request(collectors=[frozen]))

    assert planned.exit_code == 2
    assert "/collectors/0/prefix/1: The prefix cannot be driven" in planned.stderr


def test_an_earlier_plan_is_known_to_the_service_alone(state_dir: Path, tmp_path: Path) -> None:
    build_village(write_village(tmp_path), state_dir / "areas")
    start = {"plan": "3f0c8f0e-6a55-4a56-9a53-0d5a5a1f6c11"}

    planned = _plan(tmp_path, _request(options={"start": start}))

    assert planned.exit_code == 2
    assert "/options/start/plan" in planned.stderr
    assert "start.routes" in planned.stderr


def test_a_plan_begins_from_the_json_of_an_earlier_one(state_dir: Path, tmp_path: Path) -> None:
    build_village(write_village(tmp_path), state_dir / "areas")
    earlier = tmp_path / "earlier.json"
    earlier.write_text(_plan(tmp_path, _request(), "--json").stdout, encoding="utf-8")

    planned = _plan(tmp_path, _request(cases=[{"id": "A2", **_HOUSE}]), "--json", "--start", str(earlier))

    result = PlanResult.model_validate_json(planned.stdout)
    assert planned.exit_code == 0
    assert result.start is not None
    assert [stop.case for stop in result.routes[0].stops] == ["A2"]
    assert "no longer in the request: A." in planned.stderr


@pytest.mark.parametrize("content", [None, "{", "{}", "[]", '{"result": null}'])
def test_what_is_no_earlier_plan_is_refused(state_dir: Path, tmp_path: Path, content: str | None) -> None:
    earlier = tmp_path / "earlier.json"
    if content is not None:
        earlier.write_text(content, encoding="utf-8")

    planned = _plan(tmp_path, _request(), "--start", str(earlier))

    assert planned.exit_code == 2
    assert "earlier.json" in planned.stderr
