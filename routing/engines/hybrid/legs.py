"""The legs of a search: plans made anew, then in turn plans mixed from those, reheated regions and warm walks."""

from enum import Enum
from typing import Final

from routing.engines.hybrid.crew import Cooling
from routing.engines.hybrid.pace import Leg, Pace


class Kind(Enum):
    """What a leg begins with: nothing, a mixed plan, or the best one, whole or region by region."""

    START = "start"
    MIX = "mix"
    WARM = "warm"
    REHEAT = "reheat"


#: Temperatures in mean legs between which a leg cools down.
_COOLING: Final = {
    Kind.START: Cooling(hot=6.0, cold=0.05),
    Kind.MIX: Cooling(hot=0.3, cold=0.05),
    Kind.WARM: Cooling(hot=2.0, cold=0.05),
}
#: Those of all reheating together.
_REHEATING: Final = Cooling(hot=1.0, cold=0.1)

#: How much of the budget starts take: several, or one alone where there is no time for as many as are worth mixing.
_STARTS_SHARE: Final = 0.5
_ONE_START_SHARE: Final = 0.85
#: How many are several, each of so many steps per visit at least.
_SEVERAL_STARTS: Final = 8
_START_STEPS: Final = 150
#: Where no visit may be left out, plans that cool down slowly are worth more than many.
_SEVERAL_STARTS_OF_MANDATORY: Final = 2
_START_STEPS_OF_MANDATORY: Final = 80
#: One of several takes so many at most.
_MOST_START_STEPS: Final = 1_000
#: The other legs: so much of the budget, and steps per visit.
_LEG_SHARE: Final = 0.05
_LEAST_LEG_STEPS: Final = 35
_MOST_LEG_STEPS: Final = 300
#: A leg is no shorter, so that the last ones are worth their trouble.
_LEAST_LEG_S: Final = 0.15
#: What is left over after a leg is at least half a leg, or the leg takes it all.
_REST: Final = 1.5
_NO_LIMIT: Final = 1 << 62


class Legs:
    """Says what comes next, how long it takes and how hot it is.

    Parameters
    ----------
    are_mandatory : whether no visit may be left out.
    unit : cost of a mean leg, in which temperatures are counted.
    steps_per_s : as measured; infinite where seconds do not count.
    """

    def __init__(
        self, pace: Pace, *, visits: int, are_mandatory: bool, threads: int, unit: float, steps_per_s: float
    ) -> None:
        self._pace = pace
        self._unit = unit
        steps = pace.left_steps()
        if pace.timed:
            steps = min(steps, pace.left_s() * steps_per_s)
        per_visit = max(1.0, steps / visits)
        several = -(-(_SEVERAL_STARTS_OF_MANDATORY if are_mandatory else _SEVERAL_STARTS) // threads)
        least_steps = _START_STEPS_OF_MANDATORY if are_mandatory else _START_STEPS
        are_several = per_visit * _STARTS_SHARE >= several * least_steps
        self._starts = several if are_several else 1
        self._starts_share = _STARTS_SHARE if are_several else _ONE_START_SHARE
        self._most_start_steps = _MOST_START_STEPS * visits if are_several else _NO_LIMIT
        self._share = max(_LEAST_LEG_STEPS / per_visit, min(_LEG_SHARE, _MOST_LEG_STEPS / per_visit))
        if pace.timed:
            self._share = max(self._share, _LEAST_LEG_S / pace.seconds)
        self._reheated_from = 1.0
        self._others = 0
        self.kind = Kind.START

    @property
    def are_begun(self) -> bool:
        """Whether all starts are made, so that there is something to mix."""
        return self._starts == 0

    def count_start(self) -> None:
        """Note that a leg has been walked: a start, as long as there are some to be made."""
        self._starts = max(0, self._starts - 1)

    def go_on(self, *, can_mix: bool, is_better: bool) -> None:
        """Decide what comes next.

        Parameters
        ----------
        can_mix : whether a plan can be mixed.
        is_better : whether the last leg bettered the plan.
        """
        self._reheated_from = min(self._reheated_from, self._pace.share())
        if can_mix and (self.kind is not Kind.MIX or is_better):
            self.kind = Kind.MIX
        else:
            self.kind = Kind.REHEAT if self._others % 2 == 0 else Kind.WARM
            self._others += 1

    def leg(self) -> Leg:
        """Return how long the next leg is for one chain."""
        pace = self._pace
        left = 1.0 - pace.share()
        share = self._leg_share(left)
        seconds = pace.left_s() if share == left else pace.seconds * share
        steps = pace.left_steps() if share == left else max(1.0, pace.iterations * share)
        if self._starts > 0:
            steps = min(steps, self._most_start_steps)
        return Leg(seconds, int(min(steps, _NO_LIMIT)))

    def cooling(self) -> Cooling:
        """Return the temperatures of the next leg: those that reheat share one cooling over all that is left."""
        if self.kind is not Kind.REHEAT:
            whole = _COOLING[self.kind]
            return Cooling(hot=whole.hot * self._unit, cold=whole.cold * self._unit)
        whole = Cooling(hot=_REHEATING.hot * self._unit, cold=_REHEATING.cold * self._unit)
        left = max(1e-9, 1.0 - self._reheated_from)
        begun = (self._pace.share() - self._reheated_from) / left
        return Cooling(hot=whole.at(begun), cold=whole.at(min(1.0, begun + self._share / left)))

    def _leg_share(self, left: float) -> float:
        if self._starts > 0:
            return min(left, max(1e-9, (self._starts_share - self._pace.share()) / self._starts))
        return left if left < _REST * self._share else self._share
