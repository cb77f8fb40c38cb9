"""One run of an OR-Tools search: its limits, its progress, the best plan it came across."""

import time
from typing import Any, Final

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from routing.cost import sequences_cost
from routing.engine import Budget, OnProgress, Progress, Sequences, ShouldStop
from routing.engines.model import Model
from routing.problem import Problem

#: How hard guided local search pushes away from a local optimum.
LAMBDA: Final = 0.2

#: The search is at rest after so many checks per visit without a better plan.
REST_CHECKS: Final = 40_000

_CHECKS_BETWEEN_LOOKS: Final = 64
_SECONDS_BETWEEN_QUESTIONS: Final = 0.02
_SECONDS_BETWEEN_REPORTS: Final = 0.05


class Search:
    """Runs a Model within a budget and remembers the best plan.

    OR-Tools asks its limits at every neighbour that it looks at, about a million times a second at 60
    visits. Counting these checks is a clock that runs alike on every machine: the search ends when it is
    at rest, which is no better plan for REST_CHECKS per visit (seconds at 60 visits, nothing at one).
    Guided local search itself never ends, however small the problem.
    """

    def __init__(self, problem: Problem, budget: Budget, on_progress: OnProgress, should_stop: ShouldStop) -> None:
        self.best: Sequences | None = None
        self._problem = problem
        self._budget = budget
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._started_s = time.monotonic()
        self._asked_s = self._reported_s = 0.0
        self._checks = self._rest_at = 0
        self._over = False
        self._failure: BaseException | None = None

    def run(self, model: Model, seed: int) -> None:
        """Search; afterwards `best` holds the best plan, or None if there was no time for any."""
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
            if self.best is None or time.monotonic() >= self._reported_s + _SECONDS_BETWEEN_REPORTS:
                self._offer_guarded(model)

        limit = routing.solver().CustomLimit(self._is_over)
        routing.AddSearchMonitor(limit)
        routing.AddAtSolutionCallback(at_solution)
        routing.solver().ReSeed(seed)
        assignment = routing.SolveWithParameters(self._parameters())
        if self._failure is not None:
            raise self._failure
        if assignment is not None:
            self.offer(model.sequences(assignment))

    def offer(self, sequences: Sequences) -> None:
        """Remember and report a plan that is better than the one before; ignore it if it is not."""
        cost_s = sequences_cost(self._problem, sequences).total_s
        if self.best is not None and cost_s >= sequences_cost(self._problem, self.best).total_s:
            return
        self.best = sequences
        self._reported_s = time.monotonic()
        self._on_progress(
            Progress(
                cost_s=cost_s,
                elapsed_s=self.elapsed_s(),
                assigned=sum(len(visits) for visits in sequences),
                sequences=sequences,
            )
        )

    def elapsed_s(self) -> float:
        """Seconds since this search was made."""
        return time.monotonic() - self._started_s

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
        if self._budget.seconds is not None:
            left_s = max(0.001, self._budget.seconds - self.elapsed_s())
            parameters.time_limit.FromMilliseconds(max(1, round(left_s * 1000)))
        if self._budget.iterations is not None:
            parameters.solution_limit = self._budget.iterations
        return parameters
