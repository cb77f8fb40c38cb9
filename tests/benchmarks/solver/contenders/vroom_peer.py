"""VROOM at its highest exploration, one thread. It ranks visits by priority first; the seed is of no use to it."""

from datetime import timedelta
from importlib.metadata import version

import numpy as np
import vroom

from tests.benchmarks.solver.contenders.snapshots import Snapshots, arguments
from tests.benchmarks.solver.instance import Instance

EXPLORATION = 5
HIGHEST_PRIORITY = 100

#: It ends by itself; what takes longer by the wall is cut off.
LONGEST_S = 900


def main() -> None:
    """Solve once, to its end."""
    path, _, budgets_s = arguments()
    instance = Instance.load_file(path)
    problem = _problem(instance)
    snapshots: Snapshots[list[list[int]]] = Snapshots(budgets_s)
    solution = problem.solve(exploration_level=EXPLORATION, nb_threads=1, timeout=timedelta(seconds=LONGEST_S))
    routes: list[list[int]] = [[] for _ in instance.vehicle_start]
    jobs = solution.routes[solution.routes["type"] == "job"]
    for vehicle, visit in zip(jobs["vehicle_id"], jobs["id"], strict=True):
        routes[int(vehicle)].append(int(visit))
    snapshots.offer(routes)
    snapshots.print_out(f"VROOM {version('pyvroom')}", lambda plan: plan)


def _problem(instance: Instance) -> vroom.Input:
    problem = vroom.Input()
    problem.set_durations_matrix("car", instance.durations_s)
    loads = bool(instance.max_load.any())
    # Skill k: to be allowed the k-th set of visits that is kept for some.
    sets = sorted({column.tobytes() for column in np.ascontiguousarray(instance.allowed.T)})
    highest = max(1, int(instance.penalty_s.max()))
    for number in range(instance.size):
        column = np.ascontiguousarray(instance.allowed[:, number]).tobytes()
        priority = round(HIGHEST_PRIORITY * int(instance.penalty_s[number]) / highest)
        problem.add_job(
            vroom.Job(
                number,
                location=instance.depots + number,
                default_service=int(instance.service_s[number]),
                delivery=[int(instance.load[number])] if loads else [],
                skills={sets.index(column)},
                priority=HIGHEST_PRIORITY if instance.mandatory[number] else priority,
                time_windows=[vroom.TimeWindow(*instance.window_s[number].tolist())],
            )
        )
    for vehicle, (start_s, end_s) in enumerate(instance.shift_s.tolist()):
        problem.add_vehicle(
            vroom.Vehicle(
                vehicle,
                start=int(instance.vehicle_start[vehicle]),
                end=int(instance.vehicle_end[vehicle]),
                capacity=[int(instance.max_load[vehicle])] if loads else [],
                skills={number for number, key in enumerate(sets) if np.frombuffer(key, bool)[vehicle]},
                time_window=vroom.TimeWindow(start_s, end_s),
            )
        )
    return problem


if __name__ == "__main__":
    main()
