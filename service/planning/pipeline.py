"""The pipeline, read top to bottom: locate, snap, cut windows, measure, solve, trace."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from geodata.geocoding.port import Geocoder
from routing.engine import Budget, OnProgress, Progress, Sequences, ShouldStop
from routing.problem import Problem
from routing.solution import Cost, Solution
from service.cases.case import Day
from service.cases.priority import penalty_s
from service.cases.refusal import Refusal
from service.planning.addresses import AddressBook
from service.planning.bound import plan_bound
from service.planning.locate import Located, LocatedCollector, Snapped, locate, snap
from service.planning.measure import PlannableCase, make_problem
from service.planning.partial import PartialRoute, partial_routes
from service.planning.pins import refused_by_pin, require_drivable_prefixes, require_planned_prefixes
from service.planning.plan import Plan, PlanCost, UnavailableCollector
from service.planning.reasons import left_out, why_left_out
from service.planning.roads import RoadArea, roads_of_the_day
from service.planning.start import plan_start, start_sequences
from service.planning.trace import Tracer
from service.planning.windows import allowed_windows


class PlanningArea(RoadArea, Protocol):
    """What planning needs of a geodata Area."""

    @property
    def geocoder(self) -> Geocoder:
        """Answers addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaLabel:
    """What a plan says of its area."""

    name: str
    version: str
    attribution: str


class Solver(Protocol):
    """routing.child.solve_in_child, or routing.solve.solve with an engine bound."""

    def __call__(
        self,
        problem: Problem,
        *,
        engine: str,
        budget: Budget,
        seed: int,
        threads: int,
        bound_s: float | None,
        on_progress: OnProgress,
        should_stop: ShouldStop,
        start: Sequences | None,
    ) -> Solution:
        """Solve within the budget, beginning at `start`; prove within `bound_s` more, if any, how good that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageProgress:
    """How far a plan is. `cost`, `assigned` and `unassigned` are those of the best plan so far, once there is one.

    `routes` times that plan: some milliseconds for a hundred cases, so call it only when somebody wants to see it.
    """

    stage: str
    budget_s: float
    cost: PlanCost | None = None
    assigned: int | None = None
    unassigned: int | None = None
    routes: Callable[[], tuple[PartialRoute, ...]] | None = None


OnStage = Callable[[StageProgress], None]
#: Is entered for each step: geocode, roads, snap, matrix, solve, trace. Whoever passes it measures or traces.
Step = Callable[[str], AbstractContextManager[object]]


def unobserved(_name: str) -> AbstractContextManager[object]:
    """Do nothing about a step."""
    return nullcontext()


def plan_day(
    day: Day,
    *,
    area: PlanningArea,
    label: AreaLabel,
    solver: Solver,
    on_progress: OnStage,
    should_stop: ShouldStop,
    book: AddressBook | None = None,
    step: Step = unobserved,
) -> Plan:
    """Plan one day. A case or collector that cannot be planned is reported, and the others go on.

    Parameters
    ----------
    book : the pins and reviews of the area's addresses, None where nothing is kept.
    step : is entered for each step.

    Raises
    ------
    UndrivablePrefixError
        A route cannot begin with the cases that it has to begin with.
    """
    search_s = day.budget_s + (day.bound_s or 0.0)

    def stage(name: str) -> None:
        on_progress(StageProgress(stage=name, budget_s=search_s))

    def better(best: Progress) -> None:
        cost, left = _plan_cost(day, best.cost, refused), len(day.cases) - best.assigned
        routes = partial(partial_routes, day, problem, best.sequences, collectors=collectors, cases=cases)
        on_progress(
            StageProgress(
                stage="solving",
                budget_s=search_s,
                cost=cost,
                assigned=best.assigned,
                unassigned=left,
                routes=routes,
            )
        )

    stage("locating")
    with step("geocode"):
        located = locate(day, area.geocoder, book)
    stage("measuring")
    with step("roads"):
        roads = roads_of_the_day(day, area, located)
    networks = roads.networks
    with step("snap"):
        snapped = snap(located, networks)
    collectors, off_road = _on_road(located, snapped)
    cases, refused = _plannable(day, located, snapped, refused_by_pin(day, collectors))
    require_planned_prefixes(day, refused)
    with step("matrix"):
        problem = make_problem(day, cases=cases, collectors=collectors, networks=networks, snapped=snapped)
    require_drivable_prefixes(day, problem)
    stage("solving")
    with step("solve"):
        solution = solver(
            problem,
            engine=day.engine,
            budget=Budget(seconds=day.budget_s, iterations=day.iterations),
            seed=day.seed,
            threads=day.threads,
            bound_s=day.bound_s,
            on_progress=better,
            should_stop=should_stop,
            start=start_sequences(day, cases=cases, collectors=collectors),
        )
    stage("tracing")
    tracer = Tracer(
        day=day,
        problem=problem,
        located=located,
        collectors=collectors,
        cases=cases,
        networks=networks,
        snapped=snapped,
    )
    cost = _plan_cost(day, solution.cost, refused)
    refused |= {
        cases[unassigned.visit].index: Refusal(
            code=why_left_out(unassigned, problem, collectors, snapped, roads),
            pointer=f"/cases/{cases[unassigned.visit].index}",
        )
        for unassigned in solution.unassigned
    }
    with step("trace"):
        routes = tracer.routes(solution)
    return Plan(
        date=day.date,
        time_zone=day.time_zone.key,
        area=label.name,
        area_version=label.version,
        attribution=label.attribution,
        policy_version=day.policy.version,
        engine=solution.engine,
        seed=day.seed,
        routes=routes,
        unassigned=left_out(day, located, refused),
        unavailable_collectors=tuple(
            UnavailableCollector(collector=id_, refusal=refusal) for id_, refusal in (*located.unavailable, *off_road)
        ),
        cost=cost,
        geocoding=located.geocoded,
        roads=roads.applied,
        start=plan_start(day),
        bound=plan_bound(solution, cost),
    )


def _plan_cost(day: Day, solved: Cost, refused: Iterable[int]) -> PlanCost:
    """Add what the cases are worth that were refused before solving, so that the costs of two plans compare."""
    cases = [day.cases[index] for index in refused]
    worth_s = sum(penalty_s(case.priority, minutes_per_priority_point=day.minutes_per_priority_point) for case in cases)
    penalty = solved.penalty_s + worth_s
    return PlanCost(
        travel_s=solved.travel_s,
        waiting_s=solved.waiting_s,
        overtime_s=solved.overtime_s,
        lateness_s=solved.lateness_s,
        penalty_s=penalty,
        total_s=solved.routes_s + penalty,
        unserved_mandatory=solved.unserved_mandatory + sum(case.mandatory for case in cases),
        weights=solved.weights,
    )


def _on_road(
    located: Located, snapped: Snapped
) -> tuple[tuple[LocatedCollector, ...], tuple[tuple[str, Refusal], ...]]:
    """Part the collectors whose start and end their vehicle reaches from the others."""
    usable: list[LocatedCollector] = []
    off_road: list[tuple[str, Refusal]] = []
    for one in located.collectors:
        points = snapped.on[one.collector.vehicle]
        if points[one.start] is None or (one.end is not None and points[one.end] is None):
            ends = [one.start] if one.end is None else [one.start, one.end]
            off_road.append((one.collector.id, Refusal(code=snapped.why_off(ends, [one.collector.vehicle]))))
        else:
            usable.append(one)
    return tuple(usable), tuple(off_road)


def _plannable(
    day: Day, located: Located, snapped: Snapped, pinned: Mapping[int, Refusal]
) -> tuple[tuple[PlannableCase, ...], dict[int, Refusal]]:
    """Part the cases that may be visited from those that are refused, by their index in the request."""
    plannable: list[PlannableCase] = []
    refused: dict[int, Refusal] = {}
    for index, (case, point) in enumerate(zip(day.cases, located.cases, strict=True)):
        windows = allowed_windows(day, case, pointer=f"/cases/{index}")
        if isinstance(windows, Refusal):
            refused[index] = windows
        elif isinstance(point, Refusal):
            refused[index] = point
        elif index in pinned:
            refused[index] = pinned[index]
        elif not snapped.anywhere(point):
            refused[index] = Refusal(code=snapped.why_off([point], snapped.on), pointer=f"/cases/{index}")
        else:
            plannable.append(PlannableCase(index=index, case=case, point=point, windows=windows))
    return tuple(plannable), refused
