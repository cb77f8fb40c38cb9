"""Which rules of a problem the bound leaves out. Leaving out rules and costs that are never negative keeps it valid."""

from collections.abc import Iterator

from routing.problem import Problem, Vehicle


def relaxed_rules(problem: Problem) -> tuple[str, ...]:
    """Name the rules and costs that the problem has and the bound has not."""
    return tuple(_rules(problem))


def _rules(problem: Problem) -> Iterator[str]:
    cars, visits, weights = problem.vehicles, problem.visits, problem.weights
    for name in ("max_work_s", "max_driving_s"):
        if any(getattr(car, name) is not None for car in cars):
            yield name
    if any(_counts_load_alone(problem, car) for car in cars):
        yield "max_visits"
    if any(car.breaks for car in cars):
        yield "breaks"
    if any(car.prefix for car in cars):
        yield "prefix"
    if any(visit.position is not None for visit in visits):
        yield "position"
    if weights.overtime and any(car.overtime_after_s is not None for car in cars):
        yield "overtime"
    if weights.lateness and any(window.grace_s for visit in visits for window in visit.windows):
        yield "lateness"
    if weights.waiting:
        yield "waiting"


def _counts_load_alone(problem: Problem, car: Vehicle) -> bool:
    """Whether a vehicle's limit of visits is left out, because labels count one thing and it is the load."""
    if car.max_visits is None or car.max_visits >= len(problem.visits) or car.max_load is None:
        return False
    return sum(visit.load for visit in problem.visits) > car.max_load
