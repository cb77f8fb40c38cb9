"""Where to cut a large problem: a first partition into districts, then territories around one visit after the other."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.fitness import Fitness
from routing.problem import Problem

#: Farther than anything that can be reached, yet sums of it fit into 32 bits.
_FAR: Final = 500_000_000

#: One district, or one territory: indices of visits and of vehicles.
Part = tuple[list[int], list[int]]


class Surroundings:
    """How far places lie apart, there and back, by the matrix that most vehicles travel by; and who may serve whom."""

    def __init__(self, problem: Problem) -> None:
        matrices = [car.matrix for car in problem.vehicles]
        self._visits = problem.visits
        self._fitness = Fitness(problem)
        self._durations_s = problem.matrices[max(set(matrices), key=matrices.count)].durations_s
        self.visit_place = np.array([visit.location for visit in problem.visits], dtype=np.intp)
        self.vehicle_place = np.array([car.start for car in problem.vehicles], dtype=np.intp)

    def around(self, place: int, places: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return seconds from one place to others and back, shape (places,)."""
        there_s = self._durations_s[place, places].astype(np.int64)
        back_s = self._durations_s[places, place].astype(np.int64)
        far_s: NDArray[np.int64] = np.minimum(there_s, _FAR) + np.minimum(back_s, _FAR)
        return far_s

    def able(self, visit: int) -> NDArray[np.bool_]:
        """Tell for each vehicle whether it may serve the visit; shape (vehicles,)."""
        return self._fitness.of(self._visits[visit])


def districts(problem: Problem, size: int) -> list[Part]:
    """Cut a problem into districts of at most `size` visits, each with its share of the vehicles.

    Halved again and again between two far ends. A visit that no vehicle there may serve, or that belongs to a prefix,
    goes to the nearest district with a vehicle for it, beyond `size`.
    """
    surroundings = Surroundings(problem)
    vehicles = _spread(problem)
    everything = list(range(len(problem.visits))), vehicles
    parts = _halved(surroundings, everything, size)
    home = np.empty(len(problem.vehicles), dtype=np.intp)
    for number, (_, cars) in enumerate(parts):
        home[cars] = number
    bound = {visit: vehicle for vehicle, car in enumerate(problem.vehicles) for visit in car.prefix}
    districts: list[Part] = [([], cars) for _, cars in parts]
    for number, (visits, _) in enumerate(parts):
        for visit in visits:
            able = surroundings.able(visit)
            homes = {int(home[bound[visit]])} if visit in bound else set(home[able].tolist())
            if homes and number not in homes:
                districts[_nearest(surroundings, visit, parts, homes)][0].append(visit)
            else:
                districts[number][0].append(visit)
    return districts


def _nearest(surroundings: Surroundings, visit: int, parts: list[Part], homes: Collection[int]) -> int:
    """Find among some parts the one whose visits are nearest on average."""

    def far_s(home: int) -> float:
        places = surroundings.visit_place[parts[home][0]]
        return float(surroundings.around(int(surroundings.visit_place[visit]), places).mean())

    return min(sorted(homes), key=far_s)


def _spread(problem: Problem) -> list[int]:
    """Order the vehicles so that any stretch has its share of each kind."""
    kinds: dict[object, list[int]] = defaultdict(list)
    for vehicle, car in enumerate(problem.vehicles):
        kinds[car.skills, car.shift, car.matrix].append(vehicle)
    place = {vehicle: (rank + 0.5) / len(kind) for kind in kinds.values() for rank, vehicle in enumerate(kind)}
    return sorted(place, key=lambda vehicle: (place[vehicle], vehicle))


def _halved(surroundings: Surroundings, part: Part, size: int) -> list[Part]:
    visits, vehicles = part
    if len(visits) <= size or len(vehicles) < 2:
        return [part]
    places = surroundings.visit_place[visits]
    one_end = places[int(surroundings.around(int(places[0]), places).argmax())]
    other_end = places[int(surroundings.around(int(one_end), places).argmax())]

    def nearer(places: NDArray[np.intp]) -> NDArray[np.int64]:
        return surroundings.around(int(one_end), places) - surroundings.around(int(other_end), places)

    order = np.argsort(nearer(places), kind="stable")
    cars = np.argsort(nearer(surroundings.vehicle_place[vehicles]), kind="stable")
    half = len(visits) // 2
    cars_half = min(len(vehicles) - 1, max(1, len(vehicles) * half // len(visits)))
    parts: list[Part] = [
        ([visits[place] for place in order[:half]], [vehicles[place] for place in cars[:cars_half]]),
        ([visits[place] for place in order[half:]], [vehicles[place] for place in cars[cars_half:]]),
    ]
    return [small for big in parts for small in _halved(surroundings, big, size)]


def territory(
    surroundings: Surroundings,
    sequences: Sequence[tuple[int, ...]],
    centre: int,
    size: int,
    *,
    taken: Collection[int] = (),
    free: Sequence[int] = (),
) -> Part:
    """Gather whole routes around a visit, the visits on no route among them, and vehicles that are at home.

    At least one of the latter, and so many that the territory may have its fair share of all vehicles.

    Parameters
    ----------
    centre : the visit that all lies around.
    size : how many visits at most, unless one route alone has more.
    taken : vehicles that must stay out.
    free : visits on no route that may be taken.
    """
    place = int(surroundings.visit_place[centre])
    far_s = surroundings.around(place, surroundings.visit_place)
    closeness: list[tuple[float, int]] = []
    idle: list[tuple[int, int]] = []
    for vehicle, visits in enumerate(sequences):
        if vehicle in taken:
            continue
        if not visits:
            start = surroundings.vehicle_place[vehicle : vehicle + 1]
            idle.append((int(surroundings.around(place, start)[0]), vehicle))
            continue
        route_far_s = far_s[list(visits)]
        closeness.append((float(route_far_s.min()) + float(route_far_s.mean()), vehicle))
    closeness.sort()
    waiting = sorted(free, key=lambda visit: int(far_s[visit]))
    nearby, busy = _gathered(sequences, closeness, waiting, far_s, size)
    fair = len(sequences) * len(nearby) // len(far_s)
    more = max(1, len(busy) // 4, fair - len(busy))
    return nearby, busy + [vehicle for _, vehicle in sorted(idle)[:more]]


def _gathered(
    sequences: Sequence[tuple[int, ...]],
    closeness: list[tuple[float, int]],
    waiting: list[int],
    far_s: NDArray[np.int64],
    size: int,
) -> Part:
    """Take routes, nearest first, each with the visits on no route that are no farther than it; those alone if none."""
    if not closeness:
        return waiting[:size], []
    visits: list[int] = []
    vehicles: list[int] = []
    next_waiting = 0
    for near_s, vehicle in closeness:
        if vehicles and len(visits) + len(sequences[vehicle]) > size:
            break
        vehicles.append(vehicle)
        visits += sequences[vehicle]
        while next_waiting < len(waiting) and far_s[waiting[next_waiting]] <= near_s / 2 and len(visits) < size:
            visits.append(waiting[next_waiting])
            next_waiting += 1
    return visits, vehicles
