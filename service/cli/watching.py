"""Waiting for a plan or a batch that a worker computes, with a bar that shows how far it is."""

import time
from collections.abc import Callable
from typing import Any, Final

import typer

from service.cli.bank import Bank
from service.cli.failure import FAILED
from service.cli.output import print_json
from service.store.jobs.records import PlanStatus

#: Seconds between two looks.
_LOOK_S: Final = 0.5


def watched(
    bank: Bank, path: str, *, show: Callable[[dict[str, Any]], None], look_s: float = _LOOK_S
) -> dict[str, Any]:
    """Return the work at a path when it is over; `show` is told how it is meanwhile."""
    while True:
        work: dict[str, Any] = bank.get(path)
        show(work)
        if PlanStatus(work["status"]).is_terminal:
            return work
        time.sleep(look_s)


def leave_unless_successful(work: dict[str, Any]) -> None:
    """Say why work has no result, and leave with exit code 3; do nothing when it has one."""
    if work["status"] == PlanStatus.SUCCESSFUL:
        return
    problem = work["problem"] or {}
    why = problem.get("detail") or problem.get("title") or ""
    typer.echo(f"doorstep: It is {work['status']}. {why}".rstrip(), err=True)
    raise typer.Exit(FAILED)


def print_work(work: dict[str, Any], *, as_json: bool) -> None:
    """Print where work stands: its id, state and place in JSON or in a line."""
    if as_json:
        print_json(work)
    else:
        typer.echo(f"{work['id']}  {work['status']}")
