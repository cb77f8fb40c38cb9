"""The entry: a proven lower bound on the cost of any plan, beside the cheapest plan known."""

from dataclasses import dataclass

from routing.cost import cost_of, left_out
from routing.engine import Sequences, ShouldStop
from routing.engines.bound.graph import MAX_VISITS
from routing.engines.bound.relaxed import relaxed_rules
from routing.engines.bound.rounds import Rounds
from routing.engines.bound.setting import Setting
from routing.engines.bound.watch import Watch
from routing.problem import Problem
from routing.schedule import schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """No plan costs less than value_s. All costs are Cost.total_s.

    Attributes
    ----------
    incumbent_s : cost of the plan at hand.
    plan, plan_s : the cheapest plan known and its cost: the plan at hand, or a better one that the search came upon.
    closed : that plan is proven to be one of the best.
    relaxed : rules that the bound leaves out: plans that break them count too, so it may be lower than it need be.
    rounds : how often the master problem was solved.
    reason : why the search for a better bound ended: "closed", "time", "stopped", "too_large", "exhausted".
    """

    value_s: int
    incumbent_s: int
    plan: Sequences
    plan_s: int
    relaxed: tuple[str, ...]
    rounds: int
    reason: str

    @property
    def closed(self) -> bool:
        """Whether no plan is cheaper than `plan`."""
        return self.value_s >= self.plan_s

    @property
    def gap_percent(self) -> float:
        """By how much of its own cost `plan` could be cheaper at most."""
        return 100 * (self.plan_s - self.value_s) / self.plan_s if self.plan_s else 0.0


def _never() -> bool:
    return False


def lower_bound(
    problem: Problem, incumbent: Sequences, *, seconds: float | None = None, should_stop: ShouldStop = _never
) -> Bound:
    """Bound the cost of any plan from below, by column generation.

    Parameters
    ----------
    incumbent : the plan at hand; the better it is the sooner the bound closes.
    seconds : of wall time; without a limit it goes on until it is closed or knows no further.

    Raises
    ------
    InvalidScheduleError
        The incumbent cannot be driven.
    """
    incumbent_s = cost_of(problem, schedule(problem, incumbent), left_out(problem, incumbent)).total_s
    relaxed = relaxed_rules(problem)
    if len(problem.visits) > MAX_VISITS:
        return Bound(
            value_s=0,
            incumbent_s=incumbent_s,
            plan=incumbent,
            plan_s=incumbent_s,
            relaxed=relaxed,
            rounds=0,
            reason="too_large",
        )
    with Watch(seconds, should_stop) as watch:
        rounds = Rounds(Setting.of(problem, incumbent_s), incumbent, incumbent_s, watch)
        reason = rounds.run()
    return Bound(
        value_s=rounds.value_s,
        incumbent_s=incumbent_s,
        plan=rounds.plan,
        plan_s=rounds.plan_s,
        relaxed=relaxed,
        rounds=rounds.count,
        reason=reason,
    )
