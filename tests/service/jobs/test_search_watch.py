"""Progress as people see it."""

from dataclasses import replace
from datetime import UTC, datetime

from service.jobs.search_watch import SearchWatch
from service.planning.partial import PartialRoute, PartialStop
from service.planning.pipeline import StageProgress
from service.planning.plan import PlanCost
from service.schemas.plan_resource import PartialPlan, PlanProgress

EIGHT = datetime(2026, 11, 25, 8, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def stage(name: str, cost_s: int | None = None) -> StageProgress:
    cost = None if cost_s is None else PlanCost(travel_s=cost_s, penalty_s=0, total_s=cost_s, unserved_mandatory=1)
    return StageProgress(stage=name, budget_s=20.0, cost=cost, assigned=None if cost is None else 7)


def test_the_elapsed_time_moves_while_nothing_better_is_found() -> None:
    clock, told = Clock(), list[PlanProgress]()
    watch = SearchWatch(lambda progress, _best=None: told.append(progress), lambda: False, clock)

    watch.note(stage("solving", 900))
    for _ in range(4):
        clock.now_s += 0.3
        watch.should_stop()

    assert [round(progress.elapsed_s, 1) for progress in told] == [0.0, 0.6, 1.2]
    assert {progress.cost_s for progress in told} == {900}


def test_what_is_known_of_the_best_plan_outlives_the_search() -> None:
    clock, told = Clock(), list[PlanProgress]()
    watch = SearchWatch(lambda progress, _best=None: told.append(progress), lambda: False, clock)

    watch.note(stage("locating"))
    watch.note(stage("solving", 900))
    clock.now_s += 2
    watch.note(stage("tracing"))

    assert told[0].cost_s is None
    assert told[-1].stage == "tracing"
    assert (told[-1].cost_s, told[-1].assigned, told[-1].unserved_mandatory) == (900, 7, 1)
    assert told[-1].elapsed_s == 2.0


def test_a_stop_is_passed_on() -> None:
    assert SearchWatch(lambda _progress, _best=None: None, lambda: True).should_stop()
    assert not SearchWatch(lambda _progress, _best=None: None, lambda: False).should_stop()


class Search:
    """A watch and what it showed of the best plans; a search that finds a plan after plan."""

    def __init__(self, *, timing_takes_s: float = 0.0) -> None:
        self.clock, self.shown = Clock(), list[PartialPlan]()
        self._timing_takes_s = timing_takes_s
        self.watch = SearchWatch(self._hear, lambda: False, self.clock)

    def finds(self, cost_s: int) -> None:
        """Report a better plan that visits the door named for its cost."""

        def routes() -> tuple[PartialRoute, ...]:
            self.clock.now_s += self._timing_takes_s
            stop = PartialStop(case=f"case-{cost_s}", arrival=EIGHT)
            return (PartialRoute(collector="Li", departure=EIGHT, arrival=EIGHT, stops=(stop,)),)

        self.watch.note(replace(stage("solving", cost_s), routes=routes))

    def goes_on(self, seconds: float) -> None:
        """Search in vain, asking fifty times a second whether to stop."""
        for _ in range(round(seconds * 50)):
            self.clock.now_s += 0.02
            self.watch.should_stop()

    def _hear(self, _progress: PlanProgress, best: PartialPlan | None = None, /) -> None:
        if best is not None:
            self.shown.append(best)


def test_the_best_routes_are_shown_once_a_second_and_the_last_ones_always() -> None:
    search = Search()

    search.finds(900)
    for cost_s in range(899, 889, -1):
        search.goes_on(0.04)
        search.finds(cost_s)
    search.goes_on(3)

    assert [best.cost_s for best in search.shown] == [900, 890]
    assert search.shown[-1].routes[0].stops[0].case == "case-890"
    assert search.shown[-1].assigned == 7


def test_routes_that_take_long_to_time_are_shown_less_often() -> None:
    search = Search(timing_takes_s=0.5)

    for cost_s in range(900, 700, -1):
        search.finds(cost_s)
        search.goes_on(0.1)

    assert len(search.shown) == 2
