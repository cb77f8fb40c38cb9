"""Soft windows, limits, breaks, pins and prefixes, from the request to the plan, in a flat world."""

from datetime import UTC, datetime

import pytest

from routing.engine import Sequences
from routing.problem import Problem
from routing.repair import repair
from routing.schedule import Obstacle, frozen
from routing.solution import Solution
from routing.solve import finish
from service.demo.audit import faults
from service.planning.errors import UndrivablePrefixError
from service.planning.pins import WHY_UNDRIVABLE
from service.planning.pipeline import AreaLabel, plan_day
from service.schemas.plan import PlanResult
from service.schemas.plan_request import PlanRequest
from service.schemas.resolve import day_of, resolve
from service.schemas.route import RouteOut
from service.settings import Settings
from tests.service.planning.fakes import FlatArea, flat_meta

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)


def insert_greedily(problem: Problem, *, start: Sequences | None, **_asked: object) -> Solution:
    """Without any search: each visit where it is cheapest, beside what the plan begins with."""
    return finish(problem, frozen(problem) if start is None else repair(problem, start), engine="greedy")


def case(id_: str, x: float, **more: object) -> dict[str, object]:
    """A door x kilometres east, 100 seconds each; ten minutes of visit."""
    return {"id": id_, "address": f"{x},0", "service_s": 600} | more


def collector(id_: str = "k", **more: object) -> dict[str, object]:
    depot = {"address": "0,0"}
    return {"id": id_, "start": depot, "end": depot, "shift": {"start": "08:00", "end": "17:00"}} | more


def plan(cases: list[dict[str, object]], *collectors: dict[str, object], **options: object) -> PlanResult:
    request = PlanRequest.model_validate({"cases": cases, "collectors": list(collectors), "options": options})
    planned = plan_day(
        day_of(resolve(request, area=flat_meta(), settings=Settings(), now=NOW)),
        area=FlatArea(),
        label=AreaLabel(name="flat", version="v1", attribution="© nobody"),
        solver=insert_greedily,
        on_progress=lambda _: None,
        should_stop=lambda: False,
    )
    result = PlanResult.of(planned)
    assert faults(request, result) == []
    return result


def only_route(result: PlanResult) -> RouteOut:
    [route] = result.routes
    return route


def why(result: PlanResult) -> dict[str, str]:
    return {left_out.case: left_out.reason.code for left_out in result.unassigned}


def clock(instant: datetime) -> str:
    return f"{instant:%H:%M:%S}"


def test_a_visit_may_be_late_within_the_grace_and_the_plan_says_how_late_and_what_it_costs() -> None:
    window = {"start": "08:00", "end": "08:20", "grace_s": 900}

    result = plan([case("far", 10, priority=100, windows=[window])], collector(), weights={"lateness": 3})

    [stop] = only_route(result).stops
    assert (clock(stop.arrival), clock(stop.departure)) == ("08:16:40", "08:26:40")
    assert stop.lateness_s == only_route(result).lateness_s == result.cost.lateness_s == 400
    assert result.cost.total_s == result.cost.travel_s + 3 * 400


def test_a_visit_later_than_the_grace_is_left_out() -> None:
    window = {"start": "08:00", "end": "08:20", "grace_s": 60}

    assert why(plan([case("far", 10, windows=[window])], collector())) == {"far": "too_far"}


def test_setup_is_paid_once_at_one_place() -> None:
    result = plan([case("a", 1, setup_s=300), case("b", 1, setup_s=300)], collector())

    first, second = only_route(result).stops
    assert (first.setup_s, second.setup_s) == (300, 0)
    assert only_route(result).service_s == 300 + 600 + 600


def test_a_slow_collector_takes_longer_and_the_turns_add_up_to_it() -> None:
    result = plan([case("a", 10)], collector(pace_percent=150))

    [stop] = only_route(result).stops
    assert stop.leg.travel_s == pytest.approx(1500, abs=2)
    assert clock(stop.arrival) == "08:25:00"


def test_a_break_is_taken_on_the_road_and_told_with_its_place() -> None:
    rest = {"earliest": "08:05", "latest": "08:10", "duration_s": 1800}

    result = plan([case("a", 10)], collector(breaks=[rest]))

    [taken] = only_route(result).breaks
    assert (clock(taken.start), clock(taken.end), taken.stop, taken.at_door) == ("08:10:00", "08:40:00", 1, False)
    assert clock(only_route(result).stops[0].arrival) == "08:46:40"
    assert only_route(result).break_s == 1800


def test_a_break_is_taken_while_a_window_is_waited_for() -> None:
    rest = {"earliest": "12:00", "latest": "13:00", "duration_s": 1800}
    cases = [
        case("early", 1, windows=[{"start": "08:00", "end": "09:00"}]),
        case("late", 2, windows=[{"start": "14:00", "end": "15:00"}]),
    ]

    [taken] = only_route(plan(cases, collector(breaks=[rest]))).breaks

    assert (taken.stop, taken.at_door) == (2, True)


def test_after_so_much_work_comes_a_break_and_lunch_beside_it_in_their_order() -> None:
    after_two_hours = {"after_work_s": 7200, "duration_s": 900}
    lunch = {"earliest": "12:00", "latest": "13:00", "duration_s": 1800}
    cases = [case(f"c{x}", x, service_s=3600) for x in range(1, 7)]

    result = plan(cases, collector(breaks=[after_two_hours, lunch]))

    route = only_route(result)
    assert [rest.duration_s for rest in route.breaks] == [900, 1800]
    assert (route.breaks[0].start - route.departure).total_seconds() <= 7200
    assert "12:00:00" <= clock(route.breaks[1].start) <= "13:00:00"


def test_overtime_is_told_and_costs_its_weight() -> None:
    result = plan([case("a", 10, priority=100)], collector(overtime_after="08:30"), weights={"overtime": 2})

    assert clock(only_route(result).arrival) == "08:43:20"
    assert only_route(result).overtime_s == result.cost.overtime_s == 800
    assert result.cost.total_s == result.cost.travel_s + 2 * 800


@pytest.mark.parametrize("limit", [{"max_work_s": 2000}, {"max_driving_s": 1500}, {"max_visits": 0}])
def test_what_exceeds_a_collectors_limit_is_left_out_for_it(limit: dict[str, object]) -> None:
    assert why(plan([case("a", 10)], collector("k", **limit))) == {"a": "over_limits"}


def test_excluded_skills_and_allowed_collectors_keep_others_away() -> None:
    cases = [case("a", 1, excluded_skills=["armed"]), case("b", 2, allowed_collectors=["k2"])]

    result = plan(cases, collector("k1", skills=["armed"]), collector("k2"))

    assert [{stop.case for stop in route.stops} for route in result.routes] == [set(), {"a", "b"}]


def test_a_visit_whose_pinned_collector_may_not_come_is_left_out_and_not_given_to_another() -> None:
    cases = [case("a", 1, pin={"collector": "k1"}, required_skills=["german"])]

    result = plan(cases, collector("k1"), collector("k2", skills=["german"]))

    assert why(result) == {"a": "not_allowed"}


def test_a_pinned_position_is_kept_or_the_visit_is_left_out() -> None:
    cases = [case("near", 1), case("far", 9, pin={"position": 1}), case("nowhere", 2, pin={"position": 7})]

    result = plan(cases, collector())

    assert only_route(result).stops[0].case == "far"
    assert why(result) == {"nowhere": "no_such_position"}


def test_cases_of_a_collector_who_is_not_available_are_not_given_to_others() -> None:
    cases = [case("a", 1, pin={"collector": "k1"}), case("b", 2), case("c", 3)]

    result = plan(cases, collector("k1", start={"address": "nowhere"}, prefix=["b"]), collector("k2"))

    assert why(result) == {"a": "collector_unavailable", "b": "collector_unavailable"}
    assert [stop.case for stop in only_route(result).stops] == ["c"]


def test_a_frozen_prefix_begins_the_route_in_its_order() -> None:
    cases = [case("near", 1), case("middle", 5), case("far", 9)]

    result = plan(cases, collector(prefix=["far", "near"]))

    assert [stop.case for stop in only_route(result).stops][:2] == ["far", "near"]


@pytest.mark.parametrize(
    ("prefix_case", "pointer"),
    [
        (case("p", 400), "/collectors/1/prefix/1"),
        (case("p", 2, windows=[{"start": "06:00", "end": "07:00"}]), "/collectors/1/prefix/1"),
        (case("p", 2, address="nowhere"), "/collectors/1/prefix/1"),
        (case("p", 160), "/collectors/1/prefix"),
    ],
)
def test_a_prefix_that_cannot_be_driven_fails_the_plan_and_names_the_field(
    prefix_case: dict[str, object], pointer: str
) -> None:
    with pytest.raises(UndrivablePrefixError) as failure:
        plan([case("a", 1), prefix_case], collector("k1"), collector("k2", prefix=["a", "p"]))

    assert failure.value.pointers == (pointer,)


def test_waiting_that_costs_is_waited_at_home() -> None:
    cases = [case("a", 1, windows=[{"start": "10:00", "end": "11:00"}]), case("b", 2)]

    lazy, eager = (plan(cases, collector(), weights={"waiting": weight}) for weight in (2, 0))

    assert lazy.cost.waiting_s <= eager.cost.waiting_s
    assert lazy.cost.weights.waiting == 2


def test_the_plan_names_the_engine_that_made_it() -> None:
    assert plan([case("a", 1)], collector()).engine == "greedy"


def test_the_search_begins_from_the_planners_own_routes() -> None:
    cases = [case("a", 1), case("b", 2), case("new", 3)]
    start = {"routes": [{"collector": "k2", "cases": ["b", "a"]}]}

    result = plan(cases, collector("k1"), collector("k2"), start=start)

    [_, route] = result.routes
    assert [stop.case for stop in route.stops if stop.case != "new"] == ["b", "a"]
    assert why(result) == {}
    assert result.start is not None
    assert (result.start.plan, result.start.unknown_cases) == (None, [])


def test_what_an_earlier_plan_has_and_the_day_has_not_is_ignored_and_named() -> None:
    earlier = "3f0c8f0e-6a55-4a56-9a53-0d5a5a1f6c11"
    routes = [{"collector": "k", "cases": ["gone", "a"]}, {"collector": "left", "cases": ["b"]}]

    result = plan([case("a", 1), case("b", 2)], collector(), start={"plan": earlier, "routes": routes})

    assert result.start is not None
    assert result.start.model_dump() == {
        "plan": earlier,
        "unknown_cases": ["gone"],
        "unknown_collectors": ["left"],
    }
    assert {stop.case for stop in only_route(result).stops} == {"a", "b"}


def test_a_case_of_the_start_that_is_refused_is_only_left_out() -> None:
    start = {"routes": [{"collector": "k", "cases": ["lost", "a"]}]}

    result = plan([case("a", 1), case("lost", 2, address="nowhere")], collector(), start=start)

    assert why(result) == {"lost": "address_not_found"}
    assert [stop.case for stop in only_route(result).stops] == ["a"]


def test_every_obstacle_on_a_prefix_has_words_of_its_own() -> None:
    assert set(WHY_UNDRIVABLE) == set(Obstacle)
    assert len(set(WHY_UNDRIVABLE.values())) == len(Obstacle)
