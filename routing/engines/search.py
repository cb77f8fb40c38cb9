"""One run of an OR-Tools search: its limits, its progress, the best plan it came across."""

import time
from typing import Any, Final

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from routing.engine import Budget, OnProgress, Progress, Sequences, ShouldStop
from routing.engines.model import Model
from routing.errors import InvalidScheduleError
from routing.problem import Problem
from routing.repair import repair
from routing.schedule import frozen, sequences_cost

#: How hard guided local search pushes away from a local optimum. Measured on 16 generated days of 60 visits and
#: 5 collectors: OR-Tools' own 0.1 costs 4-6 % more after 3-5 s, 0.2 costs 4 %; at 150 visits there is no difference.
LAMBDA: Final = 1.0

#: The search is at rest after so many checks per visit without a better plan. Measured at 60 visits within
#: 12 s: 20 000 cost 10 % more than no such rule, 40 000 and 80 000 cost 1 %.
REST_CHECKS: Final = 60_000

_CHECKS_BETWEEN_LOOKS: Final = 64
_SECONDS_BETWEEN_QUESTIONS: Final = 0.02
#: OR-Tools takes seeds of 31 bits.
_SEEDS: Final = 2**31
_SECONDS_BETWEEN_REPORTS: Final = 0.05


class Search:
    """Runs a Model within a budget and remembers the best plan.

    OR-Tools asks its limits at every neighbour that it looks at, about a million times a second at 60
    visits. Counting these checks is a clock that runs alike on every machine: the search ends when it is
    at rest, which is no better plan for REST_CHECKS per visit (seconds at 60 visits, nothing at one).
    Guided local search itself never ends, however small the problem.
    """

    def __init__(self, problem: Problem, budget: Budget, on_progress: OnProgress, should_stop: ShouldStop) -> None:
        self.best: Sequences = frozen(problem)
        self._best_cost_s: int | None = None
        self._problem = problem
        self._budget = budget
        self._repeatable = budget.seconds is None
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._started_s = time.monotonic()
        self._asked_s = self._reported_s = 0.0
        self._checks = self._rest_at = 0
        self._over = False
        self._failure: BaseException | None = None

    def run(self, model: Model, seed: int, start: Sequences | None) -> None:
        """Search, from `start` if it is given; afterwards `best` holds the best plan of all."""
        routing = model.routing
        patience = self._rest_at = REST_CHECKS * model.size
        lowest_s: int | None = None

        def at_solution() -> None:
            nonlocal lowest_s
            cost_s = routing.CostVar().Min()
            if self._over or (lowest_s is not None and cost_s >= lowest_s):
                return
            lowest_s = cost_s
            self._rest_at = self._checks + patience
            if self._repeatable or time.monotonic() >= self._reported_s + _SECONDS_BETWEEN_REPORTS:
                self._offer_guarded(model)

        limit = routing.solver().CustomLimit(self._is_over)
        routing.AddSearchMonitor(limit)
        routing.AddAtSolutionCallback(at_solution)
        routing.solver().ReSeed(seed % _SEEDS)
        assignment = self._solve(model, start)
        if self._failure is not None:
            raise self._failure
        if assignment is not None:
            self.offer(model.sequences(assignment))

    def offer(self, sequences: Sequences) -> None:
        """Remember and report a plan that is better than the one before; ignore it if it is not.

        Where the clock refuses what the model allows, the plan is repaired first.
        """
        try:
            cost = sequences_cost(self._problem, sequences)
        except InvalidScheduleError:
            sequences = repair(self._problem, sequences)
            cost = sequences_cost(self._problem, sequences)
        if self._best_cost_s is not None and cost.total_s >= self._best_cost_s:
            return
        self.best, self._best_cost_s = sequences, cost.total_s
        self._reported_s = time.monotonic()
        self._on_progress(
            Progress(
                cost=cost,
                elapsed_s=self.elapsed_s(),
                assigned=sum(len(visits) for visits in sequences),
                sequences=sequences,
            )
        )

    def elapsed_s(self) -> float:
        """Seconds since this search was made."""
        return time.monotonic() - self._started_s

    def _solve(self, model: Model, start: Sequences | None) -> Any:
        parameters = self._parameters()
        if start is None:
            return model.routing.SolveWithParameters(parameters)
        model.routing.CloseModelWithParameters(parameters)
        assignment = model.assignment(start)
        if assignment is None:  # the model is stricter than the clock somewhere: let it begin on its own
            return model.routing.SolveWithParameters(parameters)
        return model.routing.SolveFromAssignmentWithParameters(assignment, parameters)

    def _offer_guarded(self, model: Model) -> None:
        """Keep an exception of the callback away from OR-Tools, to raise it when the search has ended."""
        try:
            self.offer(model.sequences())
        except BaseException as exc:  # noqa: BLE001 - raised again in run()
            self._fail(exc)

    def _is_over(self) -> bool:
        self._checks += 1
        if self._checks % _CHECKS_BETWEEN_LOOKS and not self._over:
            return False
        now_s = time.monotonic()
        if self._checks > self._rest_at:
            self._over = True
        elif now_s >= self._asked_s + _SECONDS_BETWEEN_QUESTIONS and not self._over:
            self._asked_s = now_s
            try:
                self._over = self._should_stop()
            except BaseException as exc:  # noqa: BLE001 - raised again in run()
                self._fail(exc)
        return self._over

    def _fail(self, failure: BaseException) -> None:
        self._failure = failure
        self._over = True

    def _parameters(self) -> Any:
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.guided_local_search_lambda_coefficient = LAMBDA
        # With breaks OR-Tools would solve a programme for the best times of every neighbour: 40 times fewer are
        # looked at, and the clock has its own times anyway (60 visits, 5 collectors, every rule: 27 % cheaper).
        parameters.disable_scheduling_beware_this_may_degrade_performance = any(
            car.breaks for car in self._problem.vehicles
        )
        if self._budget.seconds is not None:
            left_s = max(0.001, self._budget.seconds - self.elapsed_s())
            parameters.time_limit.FromMilliseconds(max(1, round(left_s * 1000)))
        if self._budget.iterations is not None:
            parameters.solution_limit = self._budget.iterations
        return parameters
