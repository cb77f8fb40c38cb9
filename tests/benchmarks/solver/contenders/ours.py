"""An engine of ours, with one budget: of wall time if `CLOCK=wall`, else of CPU time, as peers have it."""

import os
import sys
import time

if os.environ.get("CLOCK") != "wall":
    # The budget of an engine is wall time. On a machine that others use too, it would get less than its peers.
    time.monotonic = time.perf_counter = time.process_time

from routing.engine import Budget
from routing.engines.registry import make_engine
from routing.engines.warm_up import warm_up
from tests.benchmarks.solver.contenders.snapshots import Snapshots, arguments
from tests.benchmarks.solver.instance import Instance


def main() -> None:
    """Search with the one budget given."""
    path, seed, budgets_s = arguments()
    engine = make_engine(sys.argv[4])
    problem = Instance.load_file(path).problem()
    warm_up(engine)
    snapshots: Snapshots[tuple[tuple[int, ...], ...]] = Snapshots(budgets_s)
    sequences = engine.solve(
        problem,
        budget=Budget(seconds=max(budgets_s)),
        seed=seed,
        on_progress=lambda _: None,
        should_stop=lambda: False,
    )
    snapshots.offer(sequences)
    snapshots.print_out(f"doorstep {sys.argv[4]}", lambda plan: plan)


if __name__ == "__main__":
    main()
