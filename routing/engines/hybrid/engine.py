"""The hybrid engine behind the Engine port."""

from typing import Final

from routing.engine import Budget, OnProgress, Sequences, ShouldStop
from routing.engines.hybrid.crew import Crew
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.pace import Pace
from routing.engines.hybrid.patchwork import LARGE, Patchwork
from routing.engines.hybrid.record import Record
from routing.engines.hybrid.rounds import Rounds
from routing.problem import Problem

#: Seeds that generators take, with room for what chains add to them.
_SEEDS: Final = 2**62


class HybridEngine:
    """Ruin and recreate in compiled code makes routes, OR-Tools chooses among them.

    Parameters
    ----------
    threads : how many processors it may use, each for a chain of its own; ValueError below 1.
    """

    name = "hybrid"

    def __init__(self, threads: int = 1) -> None:
        if threads < 1:
            msg = f"threads must be >= 1, got {threads}."
            raise ValueError(msg)
        self._threads = threads

    def solve(
        self,
        problem: Problem,
        *,
        budget: Budget,
        seed: int,
        on_progress: OnProgress,
        should_stop: ShouldStop,
        start: Sequences | None = None,
    ) -> Sequences:
        """Search within the budget; stop early and keep the best when `should_stop` says so.

        Ends before the budget does when the search is at rest. An iteration is one step of ruin and recreate.
        """
        seed %= _SEEDS
        pace = Pace(budget, should_stop)
        record = Record(problem, pace, on_progress)
        if problem.visits and problem.vehicles:
            with Crew(self._threads) as crew:
                search: Rounds | Patchwork
                if len(problem.visits) < LARGE:
                    search = Rounds(build(problem), crew, seed=seed, start=start)
                else:
                    search = Patchwork(problem, crew, seed=seed, start=start)
                search.search(pace, record.offer)
            record.finish(search.best_cost, search.best)
        return record.best
