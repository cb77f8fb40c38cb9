"""How long what follows a search may take."""

import pytest

import routing.deadline
from routing.deadline import Deadline


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(routing.deadline, "time", clock)
    return clock


def test_it_passes_after_its_seconds(clock: Clock) -> None:
    is_over = Deadline(0.5)

    early = is_over()
    clock.now_s += 0.6

    assert (early, is_over()) == (False, True)


def test_without_seconds_it_never_passes_by_itself(clock: Clock) -> None:
    is_over = Deadline(None)
    clock.now_s += 1e9

    assert not is_over()


@pytest.mark.parametrize("seconds", [None, 60.0])
def test_it_passes_soon_after_a_stop(clock: Clock, seconds: float | None) -> None:
    asked: list[float] = []

    def should_stop() -> bool:
        asked.append(clock.now_s)
        return clock.now_s > 101

    is_over = Deadline(seconds, should_stop)
    before = is_over()
    clock.now_s = 101.5
    noticed = is_over()
    clock.now_s += 0.05

    assert (before, noticed, is_over()) == (False, False, True)
    assert asked == [100.0, 101.5]


def test_it_asks_fifty_times_a_second_at_most(clock: Clock) -> None:
    asked: list[float] = []

    def should_stop() -> bool:
        asked.append(clock.now_s)
        return False

    is_over = Deadline(None, should_stop)

    for _ in range(100):
        is_over()
        clock.now_s += 0.001

    assert len(asked) <= 6
