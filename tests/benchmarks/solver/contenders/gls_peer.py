"""OR-Tools as its routing library is used as a rule: cheapest insertion in parallel, then guided local search."""

from importlib.metadata import version

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from tests.benchmarks.solver.contenders.snapshots import Snapshots, arguments
from tests.benchmarks.solver.instance import Instance

#: Penalty of a visit that must be served.
MANDATORY = 10_000_000

#: OR-Tools asks us for the CPU time; its own clock is the wall's and only ends what hangs.
WALL_PER_CPU = 20


def main() -> None:
    """Search until the largest budget is used up."""
    path, seed, budgets_s = arguments()
    instance = Instance.load_file(path)
    snapshots: Snapshots[list[list[int]]] = Snapshots(budgets_s)
    manager = pywrapcp.RoutingIndexManager(
        len(instance.durations_s),
        len(instance.vehicle_start),
        instance.vehicle_start.tolist(),
        instance.vehicle_end.tolist(),
    )
    routing = _model(instance, manager)
    lowest: int | None = None

    def at_solution() -> None:
        nonlocal lowest
        cost = routing.CostVar().Min()
        if lowest is None or cost < lowest:
            lowest = cost
            snapshots.offer(_routes(instance, manager, routing))

    routing.AddAtSolutionCallback(at_solution)
    routing.AddSearchMonitor(routing.solver().CustomLimit(snapshots.over))
    routing.solver().ReSeed(seed)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromSeconds(round(WALL_PER_CPU * max(budgets_s)) + 1)
    routing.SolveWithParameters(parameters)
    snapshots.print_out(f"OR-Tools {version('ortools')}", lambda plan: plan)


def _model(instance: Instance, manager: pywrapcp.RoutingIndexManager) -> pywrapcp.RoutingModel:
    routing = pywrapcp.RoutingModel(manager)
    travel = routing.RegisterTransitMatrix(instance.durations_s.tolist())
    service = np.zeros(len(instance.durations_s), np.int64)
    service[instance.depots :] = instance.service_s
    clock = routing.RegisterTransitMatrix((instance.durations_s + service[:, None]).tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(travel)
    horizon = int(instance.shift_s[:, 1].max())
    routing.AddDimension(clock, horizon, horizon, False, "time")
    time = routing.GetDimensionOrDie("time")
    for vehicle, shift in enumerate(instance.shift_s.tolist()):
        time.CumulVar(routing.Start(vehicle)).SetRange(*shift)
        time.CumulVar(routing.End(vehicle)).SetRange(*shift)
    for visit in range(instance.size):
        index = manager.NodeToIndex(instance.depots + visit)
        earliest, latest = instance.window_s[visit].tolist()
        time.CumulVar(index).SetRange(earliest, min(latest, horizon))
        routing.AddDisjunction([index], MANDATORY if instance.mandatory[visit] else int(instance.penalty_s[visit]))
        if not instance.allowed[:, visit].all():
            routing.VehicleVar(index).RemoveValues(np.flatnonzero(~instance.allowed[:, visit]).tolist())
    if instance.max_load.any():
        carried = routing.RegisterUnaryTransitVector([0] * instance.depots + instance.load.tolist())
        routing.AddDimensionWithVehicleCapacity(carried, 0, instance.max_load.tolist(), True, "load")
    return routing


def _routes(
    instance: Instance, manager: pywrapcp.RoutingIndexManager, routing: pywrapcp.RoutingModel
) -> list[list[int]]:
    routes = []
    for vehicle in range(len(instance.vehicle_start)):
        route = []
        index = routing.NextVar(routing.Start(vehicle)).Value()
        while not routing.IsEnd(index):
            route.append(manager.IndexToNode(index) - instance.depots)
            index = routing.NextVar(index).Value()
        routes.append(route)
    return routes


if __name__ == "__main__":
    main()
