"""Solving in a child process: it answers, stops, dies and is killed, and never hangs."""

import logging
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import pytest

from routing.check import violations
from routing.child import solve_in_child
from routing.engine import Budget, Progress
from routing.engines.registry import make_engine
from routing.errors import EngineError, InvalidProblemError
from routing.solve import solve
from tests.routing.small_world import road_problem, vehicle, visit, window
from tests.routing.villages import villages

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

STEPS = Budget(iterations=60)
LONG = Budget(seconds=60)
ROOT = Path(__file__).resolve().parents[2]


def children(pid: int) -> list[int]:
    """List the process's solving children, whichever thread started them."""
    found: set[int] = set()
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        found.update(int(child) for child in listing.read_text().split())
    return [child for child in sorted(found) if b"routing.child_main" in command_line(child)]


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


def the_child() -> int:
    (child,) = children(os.getpid())
    return child


def test_a_child_answers_what_solving_here_answers() -> None:
    problem = villages(visits=15, vehicles=2)

    there = solve_in_child(problem, engine="or_tools", budget=STEPS, seed=3)

    assert there == solve(problem, make_engine("or_tools"), budget=STEPS, seed=3)


def test_a_child_begins_where_it_is_told_to() -> None:
    problem = villages(visits=15, vehicles=2)
    earlier = solve(problem, make_engine("or_tools"), budget=Budget(iterations=300))
    plan = tuple(tuple(stop.visit for stop in route.stops) for route in earlier.routes)

    again = solve_in_child(problem, engine="or_tools", budget=Budget(iterations=1), start=plan)

    assert again.cost.total_s <= earlier.cost.total_s


def test_what_a_problem_or_a_start_has_wrong_is_told_without_a_child() -> None:
    problem = road_problem([0, 100], [visit(1, windows=[window(0, 99)])], [replace(vehicle(), prefix=(0,))])

    with pytest.raises(InvalidProblemError, match="prefix cannot be driven"):
        solve_in_child(problem, engine="or_tools", budget=STEPS)
    with pytest.raises(InvalidProblemError, match="one sequence per vehicle: 1, got 0"):
        solve_in_child(road_problem([0, 100], [visit(1)]), engine="or_tools", budget=STEPS, start=())


def test_a_child_reports_progress_and_ends_with_it() -> None:
    reports: list[Progress] = []

    solution = solve_in_child(
        villages(visits=40, vehicles=4),
        engine="or_tools",
        budget=Budget(seconds=1),
        on_progress=reports.append,
    )

    costs = [report.cost_s for report in reports]
    assert costs
    assert costs == sorted(set(costs), reverse=True)
    assert solution.cost.total_s <= costs[-1]
    assert children(os.getpid()) == []


def test_a_child_that_searches_gives_way_to_who_answers_people() -> None:
    seen: list[int] = []

    def note(_: Progress) -> None:
        seen.append(os.getpriority(os.PRIO_PROCESS, the_child()))

    solve_in_child(villages(visits=40, vehicles=4), engine="or_tools", budget=Budget(seconds=0.5), on_progress=note)

    assert seen
    assert min(seen) >= os.getpriority(os.PRIO_PROCESS, 0) + 10


def test_a_big_problem_passes_the_pipe() -> None:
    problem = villages(visits=400, vehicles=2)

    solution = solve_in_child(problem, engine="or_tools", budget=Budget(seconds=0.2))

    assert violations(problem, solution) == []


def test_a_stop_ends_the_child_with_its_best_plan() -> None:
    problem = villages(visits=40, vehicles=4)
    reports: list[Progress] = []
    stopped_s: list[float] = []

    def should_stop() -> bool:
        if reports and not stopped_s:
            stopped_s.append(time.monotonic())
        return bool(reports)

    solution = solve_in_child(
        problem, engine="or_tools", budget=LONG, on_progress=reports.append, should_stop=should_stop
    )

    assert time.monotonic() - stopped_s[0] < 1
    assert solution.cost.total_s <= reports[0].cost_s


def test_a_stop_while_the_child_starts_is_answered_at_once_with_a_plan() -> None:
    problem = villages(visits=40, vehicles=4)
    began_s = time.monotonic()

    solution = solve_in_child(problem, engine="or_tools", budget=LONG, should_stop=lambda: True)

    assert time.monotonic() - began_s < 0.3
    assert violations(problem, solution) == []
    assert any(route.stops for route in solution.routes)
    assert children(os.getpid()) == []


def test_a_stop_while_the_child_starts_keeps_the_plan_to_begin_with_and_serves_what_fits() -> None:
    problem = road_problem([0, 100, 200], [visit(1), visit(2), visit(1)], [vehicle(), vehicle()])

    solution = solve_in_child(problem, engine="or_tools", budget=LONG, should_stop=lambda: True, start=((), (1, 0)))

    assert solution.unassigned == ()
    assert [stop.visit for stop in solution.routes[1].stops if stop.visit < 2] == [1, 0]


def test_a_killed_child_leaves_its_best_plan(caplog: pytest.LogCaptureFixture) -> None:
    problem = villages(visits=40, vehicles=4)

    def kill(_: Progress) -> None:
        os.kill(the_child(), signal.SIGKILL)

    with caplog.at_level(logging.WARNING):
        solution = solve_in_child(problem, engine="or_tools", budget=LONG, on_progress=kill)

    assert violations(problem, solution) == []
    assert any(route.stops for route in solution.routes)
    assert "SIGKILL" in caplog.text


def test_a_child_killed_without_a_plan_is_an_error_with_its_signal() -> None:
    def kill_at_once() -> bool:
        for child in children(os.getpid()):
            os.kill(child, signal.SIGKILL)
        return False

    # 900 visits: the first plan takes far longer than the first question
    with pytest.raises(EngineError, match="ended by SIGKILL"):
        solve_in_child(villages(visits=900, vehicles=40), engine="or_tools", budget=LONG, should_stop=kill_at_once)


def test_a_child_that_hangs_is_killed_when_its_time_is_over() -> None:
    problem = villages(visits=40, vehicles=4)
    began_s = time.monotonic()

    def freeze(_: Progress) -> None:
        os.kill(the_child(), signal.SIGSTOP)

    solution = solve_in_child(problem, engine="or_tools", budget=Budget(seconds=0.5), on_progress=freeze, grace_s=0.5)

    assert violations(problem, solution) == []
    assert time.monotonic() - began_s < 5
    assert children(os.getpid()) == []


def test_an_unknown_engine_starts_no_child() -> None:
    with pytest.raises(EngineError, match="got 'magic'"):
        solve_in_child(road_problem([0], []), engine="magic", budget=STEPS)


def test_what_a_callback_raises_comes_out_and_leaves_no_child() -> None:
    def broken(_: Progress) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        solve_in_child(villages(visits=40, vehicles=4), engine="or_tools", budget=LONG, on_progress=broken)

    assert children(os.getpid()) == []


def test_a_child_knows_nothing_of_the_service_and_holds_none_of_our_files() -> None:
    seen: list[tuple[str, list[str]]] = []

    def look(_: Progress) -> None:
        child = Path(f"/proc/{the_child()}")
        files = [str(link.readlink()) for link in (child / "fd").iterdir()]
        seen.append(((child / "maps").read_text(), files))

    with Path(__file__).open() as ours:
        os.set_inheritable(ours.fileno(), True)
        solve_in_child(
            villages(visits=40, vehicles=4),
            engine="or_tools",
            budget=LONG,
            on_progress=look,
            should_stop=lambda: bool(seen),
        )

    maps, files = seen[0]
    assert "ortools" in maps
    assert not any(name in maps for name in ("psycopg", "pydantic_core", "osmium"))
    assert __file__ not in files
    assert not any(name.startswith("socket:") for name in files)


PARENT = textwrap.dedent(
    """
    import threading
    from routing.child import solve_in_child
    from routing.engine import Budget
    from tests.routing.villages import villages

    def work():
        solve_in_child(
            villages(visits=40, vehicles=4),
            engine="or_tools",
            budget=Budget(seconds=60),
            on_progress=lambda _: print("searching", flush=True),
        )

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    """
)


def test_a_child_dies_with_its_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"searching\n"
        (child,) = children(parent.pid)

        parent.kill()
        parent.wait()

        until_s = time.monotonic() + 2
        while command_line(child) and time.monotonic() < until_s:
            time.sleep(0.02)
        assert command_line(child) == b""
