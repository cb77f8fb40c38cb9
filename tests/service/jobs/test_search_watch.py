"""Progress as people see it."""

from service.jobs.search_watch import SearchWatch
from service.planning.pipeline import StageProgress
from service.planning.plan import PlanCost
from service.schemas.plan import PlanProgress


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
    watch = SearchWatch(told.append, lambda: False, clock)

    watch.note(stage("solving", 900))
    for _ in range(4):
        clock.now_s += 0.3
        watch.should_stop()

    assert [round(progress.elapsed_s, 1) for progress in told] == [0.0, 0.6, 1.2]
    assert {progress.cost_s for progress in told} == {900}


def test_what_is_known_of_the_best_plan_outlives_the_search() -> None:
    clock, told = Clock(), list[PlanProgress]()
    watch = SearchWatch(told.append, lambda: False, clock)

    watch.note(stage("locating"))
    watch.note(stage("solving", 900))
    clock.now_s += 2
    watch.note(stage("tracing"))

    assert told[0].cost_s is None
    assert told[-1].stage == "tracing"
    assert (told[-1].cost_s, told[-1].assigned, told[-1].unserved_mandatory) == (900, 7, 1)
    assert told[-1].elapsed_s == 2.0


def test_a_stop_is_passed_on() -> None:
    assert SearchWatch(lambda _: None, lambda: True).should_stop()
    assert not SearchWatch(lambda _: None, lambda: False).should_stop()
