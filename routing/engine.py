"""The Engine port: a Problem in, sequences out. Times and audits are not an engine's business."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from routing.errors import InvalidProblemError
from routing.problem import Problem
from routing.solution import Cost

#: For each vehicle, the indices of its visits in driving order.
Sequences = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """When to stop: after `seconds` of wall time, or after `iterations` steps of the engine, or both.

    Iterations make a run repeatable; seconds make it punctual. What a step is, each engine says.
    """

    seconds: float | None = None
    iterations: int | None = None

    def __post_init__(self) -> None:
        if self.seconds is None and self.iterations is None:
            msg = "A budget needs seconds or iterations."
            raise InvalidProblemError(msg)
        if self.seconds is not None and self.seconds <= 0:
            msg = f"Budget: seconds must be > 0, got {self.seconds}."
            raise InvalidProblemError(msg)
        if self.iterations is not None and self.iterations < 1:
            msg = f"Budget: iterations must be >= 1, got {self.iterations}."
            raise InvalidProblemError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The best plan so far. Its total cost is lower than in every report before."""

    cost: Cost
    elapsed_s: float
    assigned: int
    sequences: Sequences

    @property
    def cost_s(self) -> int:
        """Cost.total_s of the plan."""
        return self.cost.total_s


OnProgress = Callable[[Progress], None]
ShouldStop = Callable[[], bool]


class Engine(Protocol):
    """Turns a Problem into sequences that keep every hard rule; optional visits may be left out."""

    @property
    def name(self) -> str:
        """The word that a request uses for this engine."""

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

        The search begins at `start`, any sequences of known visits, repaired where they cannot be driven.

        Raises
        ------
        InvalidProblemError
            A frozen prefix cannot be driven, or `start` names what the problem does not have.
        """
