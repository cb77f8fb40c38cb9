"""The proven bound: how much any plan costs at least. It begins with a plan of our engine."""

import os
import sys
import time

if os.environ.get("CLOCK") != "wall":  # as in `ours`
    time.monotonic = time.perf_counter = time.process_time

from routing.engine import Budget, Sequences
from routing.engines.bound import lower_bound
from routing.engines.registry import make_engine
from routing.engines.warm_up import warm_up, warm_up_bound
from tests.benchmarks.solver.contenders.snapshots import Snapshots, arguments
from tests.benchmarks.solver.instance import Instance

PLAN_S = 5.0


def main() -> None:
    """Plan for some seconds, then bound within the budget."""
    path, seed, budgets_s = arguments()
    problem = Instance.load_file(path).problem()
    engine = make_engine(sys.argv[4])
    warm_up(engine)
    warm_up_bound()
    plan = engine.solve(
        problem,
        budget=Budget(seconds=PLAN_S),
        seed=seed,
        on_progress=lambda _: None,
        should_stop=lambda: False,
    )
    snapshots: Snapshots[Sequences] = Snapshots(budgets_s)
    bound = lower_bound(problem, plan, seconds=max(budgets_s))
    snapshots.offer(bound.plan)
    snapshots.print_out("doorstep's bound", lambda plan: plan, bound=bound.value_s)


if __name__ == "__main__":
    main()
