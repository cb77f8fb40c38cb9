"""The finishing pass: mandatory visits first, then whatever still pays. Deterministic, and quick."""

from collections.abc import Callable, Iterable, Sequence

from routing.cost import left_out, left_out_s
from routing.engine import Sequences
from routing.insertion import Insertion, OpenPlan, never_expired, pays
from routing.problem import Problem
from routing.schedule import can_be_driven, route_cost_s
from routing.solution import Route


def complete(
    problem: Problem,
    sequences: Sequences,
    *,
    routes: Iterable[Route] = (),
    expired: Callable[[], bool] = never_expired,
) -> Sequences:
    """Improve feasible sequences until no single visit left out could be inserted at a gain.

    An unserved mandatory visit takes the place of optional ones if it has to: it goes to the route where
    that costs least, and what was displaced is inserted again wherever it still fits and pays.
    Whatever is undone when `expired` says so stays undone: the plan is feasible all the same.

    Parameters
    ----------
    routes : the sequences timed, where that is known.
    """
    plan = OpenPlan(problem, sequences, expired, routes)
    missing = [visit for visit in left_out(problem, sequences) if problem.visits[visit].mandatory]
    for visit in sorted(missing, key=lambda index: (-problem.visits[index].penalty_s, index)):
        if expired():
            return plan.sequences
        _serve_mandatory(problem, plan, visit, expired)
    _insert_at_a_gain(problem, plan, expired)
    return plan.sequences


def _serve_mandatory(problem: Problem, plan: OpenPlan, visit: int, expired: Callable[[], bool]) -> None:
    place = plan.cheapest(visit)
    if place is not None:
        plan.insert(place)
        return
    trials = [
        trial
        for vehicle in range(len(problem.vehicles))
        if not expired() and (trial := _displace(problem, plan, vehicle, visit, expired)) is not None
    ]
    if trials:
        _, vehicle, visits = min(trials)
        plan.replace(vehicle, visits)


def _displace(
    problem: Problem, plan: OpenPlan, vehicle: int, visit: int, expired: Callable[[], bool]
) -> tuple[int, int, tuple[int, ...]] | None:
    """Try: only the mandatory visits of one route, this one, then what else still pays there: (lost, vehicle, visits).

    Once there is no time to look for the best places, who is displaced keeps the old order.
    """
    visits = plan.sequences[vehicle]
    begun = problem.vehicles[vehicle].prefix
    kept = tuple(other for other in visits if problem.visits[other].mandatory or other in begun)
    displaced = [other for other in visits if other not in kept]
    if not displaced or route_cost_s(problem, vehicle, kept) is None:  # a pinned position may need the others
        return None
    plan.replace(vehicle, kept)
    try:
        place = plan.cheapest_on(vehicle, visit)
        if place is None:
            return None
        plan.insert(place)
        dearest = sorted(displaced, key=lambda index: (-left_out_s(problem.visits[index]), index))
        for number, other in enumerate(dearest):
            again = plan.cheapest_on(vehicle, other, most_s=left_out_s(problem.visits[other]))
            if again is not None and pays(problem, again):
                plan.insert(again)
            elif expired():
                _put_back(problem, plan, vehicle, dearest[number:], visits)
                break
        lost = set(visits) - set(plan.sequences[vehicle])
        lost_s = sum(left_out_s(problem.visits[other]) for other in lost)
        return lost_s, vehicle, plan.sequences[vehicle]
    finally:
        plan.replace(vehicle, visits)


def _put_back(problem: Problem, plan: OpenPlan, vehicle: int, visits: Sequence[int], order: Sequence[int]) -> None:
    """Put as many of the first visits as can be driven where they come in an old order: a few trials will do."""
    now = plan.sequences[vehicle]
    place = {visit: (position, 0) for position, visit in enumerate(now)}
    last = -1
    for rank, visit in enumerate(order, start=1):
        last = max(last, place.get(visit, (-1, 0))[0])
        place.setdefault(visit, (last, rank))  # behind that one of the present visits, and those before it in the order

    def with_first(count: int) -> tuple[int, ...]:
        return tuple(sorted((*now, *visits[:count]), key=place.__getitem__))

    fitting, most = 0, len(visits)
    while fitting < most:
        middle = (fitting + most + 1) // 2
        if can_be_driven(problem, vehicle, with_first(middle)):
            fitting = middle
        else:
            most = middle - 1
    plan.replace(vehicle, with_first(fitting))


def _insert_at_a_gain(problem: Problem, plan: OpenPlan, expired: Callable[[], bool]) -> None:
    """Insert whatever pays, the greatest gain first; after each, only one route has to be looked at again."""

    def gain(place: Insertion) -> tuple[int, int, int]:
        return place.extra_s - left_out_s(problem.visits[place.visit]), place.visit, place.vehicle

    def places_of(visit: int) -> dict[int, Insertion]:
        worth_s = left_out_s(problem.visits[visit])
        cheapest = plan.cheapest(visit, most_s=worth_s)
        if cheapest is None or not pays(problem, cheapest):
            return {}
        found = (plan.cheapest_on(vehicle, visit, most_s=worth_s) for vehicle in range(len(problem.vehicles)))
        others = {place.vehicle: place for place in found if place is not None and pays(problem, place)}
        return {cheapest.vehicle: cheapest} | others

    places: dict[int, dict[int, Insertion]] = {}
    for visit in left_out(problem, plan.sequences):
        if expired():
            break
        places[visit] = places_of(visit)
    best = {visit: min(found.values(), key=gain) for visit, found in places.items() if found}
    changed: set[int] = set()
    while best and not expired():
        chosen = min(best.values(), key=gain)
        plan.insert(chosen)
        changed.add(chosen.vehicle)
        del places[chosen.visit], best[chosen.visit]
        for visit, found in places.items():
            found.pop(chosen.vehicle, None)
            place = plan.cheapest_on(chosen.vehicle, visit, most_s=left_out_s(problem.visits[visit]))
            if place is not None and pays(problem, place):
                found[chosen.vehicle] = place
            if found:
                best[visit] = min(found.values(), key=gain)
            else:
                best.pop(visit, None)
    for place in sorted(best.values(), key=gain):  # out of time: what was found holds where nothing has changed
        if place.vehicle not in changed:
            plan.insert(place)
            changed.add(place.vehicle)
