"""What a search has found when: one run answers for all budgets, where its course does not depend on the budget."""

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

Plan = TypeVar("Plan")
Routes = Sequence[Sequence[int]]


class Snapshots(Generic[Plan]):
    """The best plan at each budget, in CPU seconds of this process since the object was made."""

    def __init__(self, budgets_s: Sequence[float]) -> None:
        self._budgets_s = budgets_s
        self._started_s = time.process_time()
        self._started_wall_s = time.time()
        self._plans: dict[float, tuple[float, float, Plan]] = {}

    def elapsed_s(self) -> float:
        """CPU seconds since the start."""
        return time.process_time() - self._started_s

    def over(self) -> bool:
        """Say whether the largest budget is used up."""
        return self.elapsed_s() >= max(self._budgets_s)

    def offer(self, plan: Plan) -> None:
        """Take a plan that is better than those before. One that comes too late counts where there was none."""
        now_s = self.elapsed_s()
        wall_s = time.time() - self._started_wall_s
        for budget_s in self._budgets_s:
            if now_s <= budget_s or budget_s not in self._plans:
                self._plans[budget_s] = now_s, wall_s, plan

    def plans(self) -> dict[float, Plan]:
        """Return the plan of each budget that has one."""
        return {budget_s: plan for budget_s, (_, _, plan) in self._plans.items()}

    def print_out(self, version: str, routes: Callable[[Plan], Routes], bound: int | None = None) -> None:
        """Print everything as the last line of this process, its peak of memory included."""
        used_s = self.elapsed_s()
        plans = [
            {
                "budget_s": budget_s,
                "found_s": found_s,
                "wall_s": wall_s,
                "routes": [list(route) for route in routes(plan)],
            }
            for budget_s, (found_s, wall_s, plan) in self._plans.items()
        ]
        answer = {"version": version, "used_s": used_s, "peak_mb": peak_mb(), "bound": bound, "plans": plans}
        print(json.dumps(answer))


def peak_mb() -> float:
    """Return the largest resident memory of this program; what was before it in the same process does not count."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def arguments() -> tuple[Path, int, list[float]]:
    """Read the command line: file of the instance, seed, budgets in seconds."""
    return Path(sys.argv[1]), int(sys.argv[2]), [float(word) for word in sys.argv[3].split(",")]
