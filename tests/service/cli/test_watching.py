"""Waiting for work: it is looked at until it is over, and whoever waits is told how far it is."""

from typing import Any, cast

import pytest
import typer

from service.cli.bank import Bank
from service.cli.watching import leave_unless_successful, watched


class FakeBank:
    """Answers one state after another."""

    def __init__(self, *states: str) -> None:
        self._states = iter(states)

    def get(self, path: str) -> dict[str, Any]:
        return {"path": path, "status": next(self._states), "problem": None}


def test_work_is_looked_at_until_it_is_over() -> None:
    seen: list[str] = []
    bank = cast("Bank", FakeBank("accepted", "running", "successful", "never asked"))

    work = watched(bank, "/v1/plans/1", show=lambda one: seen.append(one["status"]), look_s=0)

    assert (seen, work["status"]) == (["accepted", "running", "successful"], "successful")
    leave_unless_successful(work)


def test_work_without_a_result_is_exit_code_3(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left:
        leave_unless_successful({"status": "failed", "problem": {"title": "No map", "detail": "The map is gone."}})

    assert left.value.exit_code == 3
    assert capsys.readouterr().err == "doorstep: It is failed. The map is gone.\n"
