"""Budgets are kept on a clock of the test's own; where only steps count, no clock is looked at."""

from collections.abc import Callable
from math import inf

from routing.engine import Budget
from routing.engines.hybrid.crew import Cooling, Crew, IsOver, walk
from routing.engines.hybrid.pace import SLICE_S, SLICE_STEPS, Leg, Pace


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Chain:
    """Remembers what it was asked to do; each step takes so many seconds of the clock."""

    def __init__(self, clock: Clock, step_s: float = 0.0) -> None:
        self.slices: list[tuple[int, float, float]] = []
        self._clock = clock
        self._step_s = step_s

    def run(self, steps: int, *, hot: float, cold: float) -> None:
        self.slices.append((steps, hot, cold))
        self._clock.now_s += steps * self._step_s


COOLING = Cooling(hot=100.0, cold=1.0)


def test_a_run_is_over_when_its_seconds_are_used_up() -> None:
    clock = Clock()
    pace = Pace(Budget(seconds=2.0), lambda: False, clock)

    clock.now_s += 1.5
    assert not pace.is_over()
    assert pace.left_s() == 0.5

    clock.now_s += 0.5
    assert pace.is_over()


def test_a_run_is_over_when_its_steps_are_taken() -> None:
    pace = Pace(Budget(iterations=300), lambda: False, Clock())
    pace.steps = 299

    assert not pace.is_over()
    pace.steps += 1
    assert pace.is_over()
    assert pace.left_s() == inf


def test_a_stop_is_asked_for_no_more_than_fifty_times_a_second_and_never_forgotten() -> None:
    clock = Clock()
    asked: list[float] = []

    def third_time() -> bool:
        asked.append(clock.now_s)
        return len(asked) == 3

    pace = Pace(Budget(seconds=60), third_time, clock)

    for _ in range(1000):
        clock.now_s += 0.001
        pace.is_over()

    assert pace.stopped
    assert len(asked) == 3
    assert asked[-1] - asked[0] < 0.05


def test_slices_of_a_timed_leg_take_about_as_long_as_they_should_and_end_on_time() -> None:
    clock = Clock()
    chain = Chain(clock, step_s=0.0001)

    steps = walk(chain, Leg(1.0, 10**9, clock), COOLING, lambda: False, clock=clock)

    assert max(count for count, _, _ in chain.slices) * 0.0001 <= 1.5 * SLICE_S
    assert 1.0 <= steps * 0.0001 <= 1.0 + SLICE_S


def test_it_cools_evenly_from_hot_to_cold() -> None:
    chain = Chain(Clock())

    walk(chain, Leg(inf, 10 * SLICE_STEPS), COOLING, lambda: False)

    hots, colds = [hot for _, hot, _ in chain.slices], [cold for _, _, cold in chain.slices]
    assert (hots[0], round(colds[-1], 9)) == (100.0, 1.0)
    assert hots[1:] == colds[:-1]
    assert round(hots[5], 9) == 10.0


def test_slices_of_a_leg_of_steps_are_always_the_same() -> None:
    chain = Chain(Clock())

    steps = walk(chain, Leg(inf, 2 * SLICE_STEPS + 1), COOLING, lambda: False)

    assert [count for count, _, _ in chain.slices] == [SLICE_STEPS, SLICE_STEPS, 1]
    assert steps == 2 * SLICE_STEPS + 1


def walking(chain: Chain, leg: Leg) -> Callable[[IsOver], int]:
    return lambda is_over: walk(chain, leg, COOLING, is_over)


def test_all_of_a_crew_take_the_same_leg() -> None:
    chains = [Chain(Clock()) for _ in range(3)]

    with Crew(3) as crew:
        steps = crew.run([walking(chain, Leg(inf, 1_000)) for chain in chains], lambda: False)

    assert steps == [1_000] * 3
    assert [chain.slices for chain in chains] == [chains[0].slices] * 3


def test_a_crew_stops_together() -> None:
    chains = [Chain(Clock()) for _ in range(2)]

    with Crew(2) as crew:
        crew.run([walking(chain, Leg(inf, 10**9)) for chain in chains], lambda: len(chains[0].slices) >= 2)

    assert len(chains[0].slices) == 2
