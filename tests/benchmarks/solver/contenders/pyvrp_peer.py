"""PyVRP: iterated local search, as `pyvrp.solve` sets it up. Its course does not depend on the budget."""

from collections import Counter
from importlib.metadata import version

import numpy as np
import pyvrp
from numpy.typing import NDArray

from tests.benchmarks.solver.contenders.snapshots import Snapshots, arguments
from tests.benchmarks.solver.instance import Instance

#: What a way to a visit costs a vehicle that may not serve it: far more than any visit is worth.
FORBIDDEN = 10_000_000

Kind = tuple[int, int, int, int, int, bytes]


def main() -> None:
    """Search until the largest budget is used up."""
    path, seed, budgets_s = arguments()
    instance = Instance.load_file(path)
    kinds = _kinds(instance)
    data = _data(instance, kinds)
    snapshots: Snapshots[pyvrp.Solution] = Snapshots(budgets_s)

    class Watch(pyvrp.IteratedLocalSearchCallbacks):  # type: ignore[misc]  # pyvrp is not installed where types are checked
        def on_start(self, ils: pyvrp.IteratedLocalSearch) -> None:
            self.on_best(ils._init)

        def on_best(self, best: pyvrp.Solution) -> None:
            if best.is_feasible():
                snapshots.offer(best)

    parameters = pyvrp.SolveParams(ils=pyvrp.IteratedLocalSearchParams(callbacks=Watch()))
    result = pyvrp.solve(
        data, lambda _: snapshots.over(), seed=seed, collect_stats=False, display=False, params=parameters
    )
    if result.best.is_feasible():
        snapshots.offer(result.best)
    snapshots.print_out(f"PyVRP {version('pyvrp')}", lambda plan: _routes(instance, kinds, plan))


def _kinds(instance: Instance) -> dict[Kind, list[int]]:
    """Group the vehicles that are alike."""
    kinds: dict[Kind, list[int]] = {}
    for vehicle, (start_s, end_s) in enumerate(instance.shift_s.tolist()):
        ends = int(instance.vehicle_start[vehicle]), int(instance.vehicle_end[vehicle])
        kind = *ends, start_s, end_s, int(instance.max_load[vehicle]), instance.allowed[vehicle].tobytes()
        kinds.setdefault(kind, []).append(vehicle)
    return kinds


def _data(instance: Instance, kinds: dict[Kind, list[int]]) -> pyvrp.ProblemData:
    loads = bool(instance.max_load.any())
    profiles = sorted({kind[5] for kind in kinds})
    matrices = [_matrix(instance, np.frombuffer(profile, bool)) for profile in profiles]
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(len(instance.durations_s))],
        depots=[pyvrp.Depot(row) for row in range(instance.depots)],
        clients=[
            pyvrp.Client(
                location=instance.depots + number,
                delivery=[int(instance.load[number])] if loads else [],
                service_duration=int(instance.service_s[number]),
                tw_early=int(instance.window_s[number, 0]),
                tw_late=int(instance.window_s[number, 1]),
                prize=int(instance.penalty_s[number]),
                required=bool(instance.mandatory[number]),
            )
            for number in range(instance.size)
        ],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=len(vehicles),
                capacity=[kind[4]] if loads else [],
                start_depot=kind[0],
                end_depot=kind[1],
                tw_early=kind[2],
                tw_late=kind[3],
                profile=profiles.index(kind[5]),
            )
            for kind, vehicles in kinds.items()
        ],
        distance_matrices=matrices,
        duration_matrices=[instance.durations_s.astype(np.int64)] * len(matrices),
    )


def _matrix(instance: Instance, allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return what ways cost: their seconds, and far more to where the vehicle may not go."""
    matrix = instance.durations_s.astype(np.int64)
    matrix[:, instance.depots + np.flatnonzero(~allowed)] += FORBIDDEN
    np.fill_diagonal(matrix, 0)
    return matrix


def _routes(instance: Instance, kinds: dict[Kind, list[int]], plan: pyvrp.Solution) -> list[list[int]]:
    """Give the routes of each kind to its vehicles, without visits that they may not serve."""
    routes: list[list[int]] = [[] for _ in instance.vehicle_start]
    vehicles = list(kinds.values())
    used: Counter[int] = Counter()
    for route in plan.routes():
        kind = route.vehicle_type()
        vehicle = vehicles[kind][used[kind]]
        used[kind] += 1
        visits = [activity.idx for activity in route.schedule() if activity.is_client()]
        routes[vehicle] = [visit for visit in visits if instance.allowed[vehicle, visit]]
    return routes


if __name__ == "__main__":
    main()
