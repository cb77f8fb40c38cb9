"""The public entry: what it does with good and bad answers of an engine."""

from dataclasses import dataclass, replace

import pytest

from routing.engine import Budget, OnProgress, Sequences, ShouldStop
from routing.engines.registry import make_engine
from routing.errors import EngineError, InvalidProblemError
from routing.problem import MANDATORY_PENALTY_S, Break, Problem, Visit
from routing.solution import Reason, Unassigned
from routing.solve import finish, search_budget, solve
from tests.routing.small_world import road_problem, vehicle, visit, window


@dataclass(frozen=True)
class ScriptedEngine:
    """Answers what it was told to answer."""

    answer: Sequences
    name: str = "scripted"

    def solve(
        self,
        problem: Problem,
        *,
        budget: Budget,
        seed: int,
        on_progress: OnProgress,
        should_stop: ShouldStop,
        start: Sequences | None = None,
    ) -> Sequences:
        return self.answer


ONE = Budget(iterations=1)


def test_an_answer_becomes_a_timed_and_explained_solution() -> None:
    problem = road_problem([0, 100, 900], [visit(1), visit(2, penalty_s=10)])

    solution = solve(problem, ScriptedEngine(((0,),)), budget=ONE)

    assert [stop.visit for stop in solution.routes[0].stops] == [0]
    assert solution.unassigned == (Unassigned(visit=1, reason=Reason.NOT_WORTH_THE_TIME),)
    assert (solution.cost.travel_s, solution.cost.penalty_s) == (200, 10)


def test_what_the_engine_forgot_is_inserted() -> None:
    problem = road_problem([0, 100], [visit(1)], [vehicle(), vehicle()])

    solution = solve(problem, ScriptedEngine(((), ())), budget=ONE)

    assert solution.unassigned == ()


@pytest.mark.parametrize("answer", [((0,),), ((1, 1), ()), ((7,), ()), ((0,), ())])
def test_an_answer_that_cannot_be_driven_is_the_engines_error(answer: Sequences) -> None:
    problem = road_problem([0, 100], [visit(1, windows=[window(0, 5)]), visit(1)], [vehicle(), vehicle()])

    with pytest.raises(EngineError, match="'scripted' answered a plan that cannot be driven"):
        solve(problem, ScriptedEngine(answer), budget=ONE)


def test_an_unknown_engine_is_named_with_the_known_ones() -> None:
    with pytest.raises(EngineError, match=r"one of \['hybrid', 'or_tools'\], got 'magic'"):
        make_engine("magic")


def test_no_optional_visit_may_outweigh_a_mandatory_one() -> None:
    with pytest.raises(InvalidProblemError, match="penalty_s must be >= 0 and below"):
        Visit(id="v", location=0, penalty_s=MANDATORY_PENALTY_S)


def row_of(visits: int) -> Problem:
    return road_problem([0, 100], [visit(1) for _ in range(visits)])


@pytest.mark.parametrize(("visits", "seconds"), [(10, 0.2), (1_000, 1.0), (1_000, 10.0), (8_000, 60.0)])
def test_the_search_has_the_whole_budget_where_the_rest_is_short(visits: int, seconds: float) -> None:
    assert search_budget(row_of(visits), Budget(seconds=seconds)) == Budget(seconds=seconds)


def test_the_search_of_a_large_problem_ends_in_time_for_the_explanation() -> None:
    problem = row_of(5_000)

    assert search_budget(problem, Budget(seconds=3.0, iterations=7)).seconds == pytest.approx(2.6)
    assert search_budget(problem, Budget(seconds=0.4)).seconds == pytest.approx(0.2)
    assert search_budget(problem, Budget(iterations=7)) == Budget(iterations=7)


@pytest.mark.parametrize("end", ["a stop", "the budget"])
def test_what_follows_a_search_ends_with_a_stop_and_with_the_budget(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Passed:
        """A deadline that has passed at once, if somebody stops it or it has an end."""

        def __init__(self, seconds: float | None, should_stop: ShouldStop | None = None) -> None:
            self._is_over = seconds is not None if end == "the budget" else bool(should_stop and should_stop())

        def __call__(self) -> bool:
            return self._is_over

    limited = replace(vehicle(), max_work_s=500)
    problem = road_problem([0, 100], [visit(1), visit(1, service_s=600)], [limited])
    engine, stopped = ScriptedEngine(((),)), end == "a stop"

    unhurried = solve(problem, engine, budget=ONE, should_stop=lambda: False)
    monkeypatch.setattr("routing.solve.Deadline", Passed)
    hurried = solve(problem, engine, budget=ONE if stopped else Budget(seconds=1), should_stop=lambda: stopped)

    assert [entry.reason for entry in unhurried.unassigned] == [Reason.OVER_LIMITS]
    assert [entry.reason for entry in hurried.unassigned] == [Reason.NO_TIME_LEFT] * 2


def test_the_search_of_a_large_problem_with_many_breaks_ends_sooner_still() -> None:
    rests = tuple(Break(earliest_s=at_s, latest_s=at_s, duration_s=60) for at_s in (1_000, 2_000, 3_000))
    problem = road_problem([0, 100], [visit(1) for _ in range(1_000)], [replace(vehicle(), breaks=rests)])

    assert search_budget(problem, Budget(seconds=3.0)).seconds == pytest.approx(2.8)


def test_what_pays_is_not_said_not_to_be_worth_the_time_when_there_was_none_to_insert_it() -> None:
    problem = road_problem([0, 100], [visit(1), visit(1, mandatory=True)])

    solution = finish(problem, ((),), engine="nobody", completion_s=0.0)

    assert [entry.reason for entry in solution.unassigned] == [Reason.NO_TIME_LEFT] * 2
