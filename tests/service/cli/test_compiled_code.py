"""What `doorstep plan` and `doorstep area build` say about compiled code."""

import json
from pathlib import Path
from typing import Any

import pytest
from numba import njit
from typer.testing import CliRunner, Result

import service.compiled
from service.cli.main import app
from service.schemas.plan import PlanResult
from tests.geodata.area.village import build_village, write_village

_COMPILING = "Compiling the code that plans are made with: once on a machine"
_WARNING = "doorstep: Warning: Set NUMBA_CACHE_DIR."


@pytest.fixture
def state_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOORSTEP_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def _plan(tmp_path: Path, state_dir: Path) -> Result:
    build_village(write_village(tmp_path), state_dir / "areas")
    start = {"location": {"lat": 30.004, "lon": 100.0}}
    request = {
        "area": "willowbrook",
        "date": "2026-11-25",
        "cases": [{"id": "A", "address": "Mill Lane 7, Willowbrook"}],
        "collectors": [{"id": "K", "start": start, "shift": {"start": "09:00", "end": "17:00"}}],
        "options": {"budget_s": 5, "iterations": 1},
    }
    file = tmp_path / "day.json"
    file.write_text(json.dumps(request), encoding="utf-8")
    return CliRunner().invoke(app, ["plan", str(file), "--json"])


def _build(tmp_path: Path) -> Result:
    return CliRunner().invoke(app, ["area", "build", "--pbf", str(write_village(tmp_path)), "--name", "willowbrook"])


def test_a_plan_says_that_it_compiles_before_its_bar_appears(
    state_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str] = []
    monkeypatch.setattr(service.compiled, "is_compiled", lambda: bool(compiled))
    monkeypatch.setattr(service.compiled, "warm_up", lambda: compiled.append("all"))

    first, second = _plan(tmp_path, state_dir), _plan(tmp_path, state_dir)

    assert first.stderr.index(_COMPILING) < first.stderr.index("Planning 1 case")
    assert PlanResult.model_validate_json(first.stdout).routes
    assert _COMPILING not in second.stderr
    assert compiled == ["all"]


def test_a_warm_up_that_breaks_does_not_keep_a_file_from_being_planned(
    state_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_temporary_folder() -> None:
        raise FileNotFoundError

    monkeypatch.setattr(service.compiled, "is_compiled", lambda: False)
    monkeypatch.setattr(service.compiled, "warm_up", no_temporary_folder)

    assert PlanResult.model_validate_json(_plan(tmp_path, state_dir).stdout).routes


def test_a_plan_without_a_cache_warns_and_compiles_no_more_than_it_needs(
    state_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str] = []
    monkeypatch.setattr(service.compiled, "cache_problem", lambda: "Set NUMBA_CACHE_DIR.")
    monkeypatch.setattr(service.compiled, "warm_up", lambda: compiled.append("all"))

    planned = _plan(tmp_path, state_dir)

    assert planned.stderr.splitlines().count(_WARNING) == 1
    assert planned.stderr.index(_WARNING) < planned.stderr.index("Planning 1 case")
    assert PlanResult.model_validate_json(planned.stdout).routes
    assert compiled == []


@pytest.mark.usefixtures("state_dir")
def test_a_build_without_a_cache_warns_once_and_builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.compiled, "cache_problem", lambda: "Set NUMBA_CACHE_DIR.")

    built = _build(tmp_path)

    assert (built.exit_code, built.stderr.splitlines().count(_WARNING)) == (0, 1)


@pytest.mark.usefixtures("state_dir")
def test_what_turns_out_not_to_be_kept_is_told_after_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([None, "Set NUMBA_CACHE_DIR."])
    monkeypatch.setattr(service.compiled, "cache_problem", lambda: next(answers))

    assert _build(tmp_path).stderr.splitlines().count(_WARNING) == 1


@pytest.mark.usefixtures("state_dir")
def test_a_build_whose_code_is_kept_does_not_speak_of_it(tmp_path: Path) -> None:
    assert "Warning" not in _build(tmp_path).stderr


def test_how_much_is_compiled_is_told_after_each_function(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []
    monkeypatch.setattr(service.compiled, "kernels_kept", lambda: [True, True, False, False])
    monkeypatch.setattr("routing.engines.warm_up.functions_kept", list)
    function: Any = njit(lambda: 1)
    monkeypatch.setattr(service.compiled, "compile_now", function)

    service.compiled.compile_quietly(told.append)

    assert told == [0.5]
