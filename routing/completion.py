"""The finishing pass: mandatory visits first, then whatever still pays. Deterministic, and quick."""

from routing.cost import left_out, left_out_s
from routing.engine import Sequences
from routing.insertion import Insertion, OpenPlan, pays
from routing.problem import Problem


def complete(problem: Problem, sequences: Sequences) -> Sequences:
    """Improve feasible sequences until no single visit left out could be inserted at a gain.

    An unserved mandatory visit takes the place of optional ones if it has to: it goes to the route where
    that costs least, and what was displaced is inserted again wherever it still fits and pays.
    """
    plan = OpenPlan(problem, sequences)
    missing = [visit for visit in left_out(problem, sequences) if problem.visits[visit].mandatory]
    for visit in sorted(missing, key=lambda index: (-problem.visits[index].penalty_s, index)):
        _serve_mandatory(problem, plan, visit)
    _insert_at_a_gain(problem, plan)
    return plan.sequences


def _serve_mandatory(problem: Problem, plan: OpenPlan, visit: int) -> None:
    place = plan.cheapest(visit)
    if place is not None:
        plan.insert(place)
        return
    trials = [
        trial
        for vehicle in range(len(problem.vehicles))
        if (trial := _displace(problem, plan.sequences, vehicle, visit)) is not None
    ]
    if trials:
        _, vehicle, visits = min(trials)
        plan.replace(vehicle, visits)


def _displace(
    problem: Problem, sequences: Sequences, vehicle: int, visit: int
) -> tuple[int, int, tuple[int, ...]] | None:
    """Keep only the mandatory visits of one route, add this one, then what else still pays there."""
    kept = tuple(other for other in sequences[vehicle] if problem.visits[other].mandatory)
    alone = OpenPlan(problem, tuple(kept if v == vehicle else () for v in range(len(sequences))))
    place = alone.cheapest_on(vehicle, visit)
    if place is None:
        return None
    alone.insert(place)
    lost_s = 0
    displaced = [other for other in sequences[vehicle] if other not in kept]
    for other in sorted(displaced, key=lambda index: (-left_out_s(problem.visits[index]), index)):
        again = alone.cheapest_on(vehicle, other)
        if again is not None and pays(problem, again):
            alone.insert(again)
        else:
            lost_s += left_out_s(problem.visits[other])
    return lost_s, vehicle, alone.sequences[vehicle]


def _insert_at_a_gain(problem: Problem, plan: OpenPlan) -> None:
    vehicles = range(len(problem.vehicles))
    places: dict[tuple[int, int], Insertion | None] = {
        (visit, vehicle): plan.cheapest_on(vehicle, visit)
        for visit in left_out(problem, plan.sequences)
        for vehicle in vehicles
    }
    while gains := [place for place in places.values() if place is not None and pays(problem, place)]:
        best = min(gains, key=lambda place: _by_gain(problem, place))
        plan.insert(best)
        for vehicle in vehicles:
            del places[best.visit, vehicle]
        for visit, vehicle in places:
            if vehicle == best.vehicle:
                places[visit, vehicle] = plan.cheapest_on(vehicle, visit)


def _by_gain(problem: Problem, place: Insertion) -> tuple[int, int, int]:
    return place.extra_s - left_out_s(problem.visits[place.visit]), place.visit, place.vehicle
