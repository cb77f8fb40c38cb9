from datetime import UTC, datetime

import pytest

from routing.engine import Budget, OnProgress, Sequences, ShouldStop
from routing.engines.registry import make_engine
from routing.problem import Problem
from routing.prove import prove
from routing.solution import Solution
from routing.solve import solve
from service.planning.pipeline import AreaLabel, StageProgress, plan_day
from service.planning.plan import AppliedRoads, Plan
from service.schemas.document import PlanDocument
from service.schemas.plan_request import PlanRequest
from service.schemas.resolve import day_of, resolve
from service.settings import Settings
from tests.service.planning.fakes import FlatArea, flat_meta

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)
LABEL = AreaLabel(name="flat", version="v1", attribution="© nobody")


def solve_here(
    problem: Problem,
    *,
    engine: str,
    budget: Budget,
    seed: int,
    threads: int,
    bound_s: float | None,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    start: Sequences | None,
) -> Solution:
    """In this process, for speed; the child process has its own tests."""
    solution = solve(
        problem,
        make_engine(engine, threads=threads),
        budget=Budget(seconds=0.5, iterations=20),
        seed=seed,
        on_progress=on_progress,
        should_stop=should_stop,
        start=start,
    )
    return solution if bound_s is None else prove(problem, solution, seconds=bound_s, should_stop=should_stop)


def case(id_: str, address: str, **more: object) -> dict[str, object]:
    return {"id": id_, "address": address, "service_s": 600} | more


def collector(id_: str, **more: object) -> dict[str, object]:
    depot = {"address": "0,0"}
    return {"id": id_, "start": depot, "end": depot, "shift": {"start": "08:00", "end": "17:00"}} | more


def plan(
    cases: list[dict[str, object]],
    collectors: list[dict[str, object]],
    *,
    area: FlatArea | None = None,
    **more: object,
) -> Plan:
    request = PlanRequest.model_validate({"cases": cases, "collectors": collectors} | more)
    stages: list[StageProgress] = []
    return plan_day(
        day_of(resolve(request, area=flat_meta(), settings=Settings(), now=NOW)),
        area=area or FlatArea(),
        label=LABEL,
        solver=solve_here,
        on_progress=stages.append,
        should_stop=lambda: False,
    )


def reasons(planned: Plan) -> dict[str, str]:
    return {left_out.case: left_out.refusal.code for left_out in planned.unassigned}


def test_a_day_is_planned_with_times_by_the_branchs_clock() -> None:
    planned = plan([case("c1", "10,0")], [collector("k1")])

    [route] = planned.routes
    [stop] = route.stops
    assert route.departure.isoformat() == "2026-11-25T08:00:00+01:00"
    assert stop.arrival.isoformat() == "2026-11-25T08:16:40+01:00"
    assert stop.start == stop.arrival
    assert (stop.departure - stop.start).total_seconds() == 600
    assert stop.leg.length_m == pytest.approx(10_000, rel=0.001)
    assert [(step.turn, step.length_m) for step in stop.leg.steps] == [("start", stop.leg.length_m), ("arrive", 0)]
    assert route.return_leg is not None
    assert (route.arrival - stop.departure).total_seconds() == route.return_leg.travel_s


def test_the_best_routes_so_far_are_told_with_their_times() -> None:
    request = PlanRequest.model_validate({"cases": [case("c1", "10,0")], "collectors": [collector("k1")]})
    stages: list[StageProgress] = []

    planned = plan_day(
        day_of(resolve(request, area=flat_meta(), settings=Settings(), now=NOW)),
        area=FlatArea(),
        label=LABEL,
        solver=solve_here,
        on_progress=stages.append,
        should_stop=lambda: False,
    )

    last = next(stage.routes for stage in reversed(stages) if stage.routes is not None)
    [best], [route] = last(), planned.routes
    assert (best.collector, best.departure, best.arrival) == ("k1", route.departure, route.arrival)
    assert [(stop.case, stop.arrival) for stop in best.stops] == [("c1", route.stops[0].arrival)]


@pytest.mark.parametrize(
    ("bad", "code", "pointer"),
    [
        (case("bad", "nowhere"), "address_not_found", "/cases/1/address"),
        (
            {"id": "bad", "location": {"lat": 0.0, "lon": 5.0}},
            "location_out_of_area",
            "/cases/1/location",
        ),
        (
            {"id": "bad", "location": {"lat": 0.0, "lon": 5.0}, "address": "swapped"},
            "location_swapped",
            "/cases/1/location",
        ),
        (case("bad", "1,60"), "off_network", "/cases/1"),
        (case("bad", "1,1", required_skills=["flying"]), "skill_missing", "/cases/1"),
        (case("bad", "1,1", windows=[{"start": "22:10", "end": "23:00"}]), "policy_hours", "/cases/1/windows"),
        (case("bad", "1,1", windows=[{"start": "18:00", "end": "19:00"}]), "outside_shifts", "/cases/1"),
        (case("bad", "-5,0"), "unreachable", "/cases/1"),
        (case("bad", "0,49", priority=0), "not_worth_the_time", "/cases/1"),
    ],
)
def test_one_bad_case_is_reported_and_harms_no_other(bad: dict[str, object], code: str, pointer: str) -> None:
    planned = plan([case("good", "3,0"), bad], [collector("k1")])

    assert [stop.case for route in planned.routes for stop in route.stops] == ["good"]
    assert reasons(planned) == {"bad": code}
    assert planned.unassigned[0].refusal.pointer == pointer


def test_a_case_that_nobody_gets_to_names_the_closed_roads_when_the_day_has_some() -> None:
    cases = [case("c1", "-5,0"), case("c2", "-5,1", required_skills=["flying"])]

    planned = plan(cases, [collector("k1")], roads={"closed_ways": [1]})
    wet = plan(cases, [collector("k1")], roads={"season": "wet"})

    assert reasons(planned) == {"c1": "roads_closed", "c2": "skill_missing"}
    assert reasons(wet)["c1"] == "unreachable"


def test_a_collector_whose_start_is_unknown_is_reported_and_the_others_drive() -> None:
    lost = collector("lost", start={"address": "nowhere"})

    planned = plan([case("c1", "3,0")], [lost, collector("k1")])

    assert [route.collector for route in planned.routes] == ["k1"]
    assert [one.collector for one in planned.unavailable_collectors] == ["lost"]
    assert planned.unavailable_collectors[0].refusal.pointer == "/collectors/0/start/address"
    assert reasons(planned) == {}


def test_without_any_usable_collector_every_case_says_so() -> None:
    planned = plan([case("c1", "3,0")], [collector("far", start={"address": "0,80"})])

    assert planned.routes == ()
    assert reasons(planned) == {"c1": "no_vehicles"}
    assert planned.unavailable_collectors[0].refusal.code == "off_network"


def test_a_day_on_which_nothing_can_be_located_is_still_a_plan() -> None:
    planned = plan([case("c1", "nowhere", mandatory=True)], [collector("k1", start={"address": "lost"})])

    assert planned.routes == ()
    assert reasons(planned) == {"c1": "address_not_found"}
    assert planned.cost.unserved_mandatory == 1


def test_cases_at_one_door_and_collectors_of_one_branch_share_points() -> None:
    planned = plan([case("c1", "3,0"), case("c2", "3,0")], [collector("k1")])

    [route] = planned.routes
    assert len(route.stops) == 2
    assert route.stops[1].leg.travel_s == 0
    assert len(route.stops[1].leg.line) == 2


def test_a_door_off_the_network_is_planned_and_says_so() -> None:
    planned = plan([case("near", "3,0"), case("away", "3,45", mandatory=True)], [collector("k1")])

    flags = {stop.case: stop.flags for route in planned.routes for stop in route.stops}
    assert flags == {"near": (), "away": ("far_from_road", "straight_line")}
    result = PlanDocument.of(planned).result
    assert {stop.case: stop.flags for stop in result.routes[0].stops}["away"] == ["far_from_road", "straight_line"]


def test_a_collector_who_lives_off_the_network_says_so() -> None:
    planned = plan([case("c1", "3,38")], [collector("k1", start={"address": "3,45"})])

    [route] = planned.routes
    assert (route.start_flags, route.end_flags) == (("far_from_road", "straight_line"), ())
    assert PlanDocument.of(planned).result.routes[0].start_flags == ["far_from_road", "straight_line"]


def test_points_are_snapped_with_the_streets_of_their_addresses() -> None:
    area = FlatArea()
    given = {"id": "c2", "location": {"lat": 0.1, "lon": 0.0}, "service_s": 600}

    plan([case("c1", "3,7"), given, case("c3", "3,7")], [collector("k1")], area=area)

    assert area.network("car").streets == ["7. street", None, "0. street"]


def test_cars_and_motorcycles_are_measured_by_their_own_roads() -> None:
    planned = plan(
        [case("c1", "3,0", required_skills=["rider"]), case("c2", "4,0", required_skills=["driver"])],
        [collector("k1", vehicle="motorcycle", skills=["rider"]), collector("k2", skills=["driver"])],
    )

    assert {(str(route.vehicle), stop.case) for route in planned.routes for stop in route.stops} == {
        ("motorcycle", "c1"),
        ("car", "c2"),
    }


def test_the_roads_of_the_day_are_measured_and_drawn_and_told() -> None:
    roads = {"season": "wet", "closed_ways": [8, 7, 5], "observed_speeds": [{"way": 9, "kmh": 20.0}]}
    usual = plan([case("c1", "3,0")], [collector("k1")])

    planned = plan([case("c1", "3,0")], [collector("k1")], roads=roads)

    assert planned.routes[0].stops[0].leg.travel_s == pytest.approx(2 * usual.routes[0].stops[0].leg.travel_s, abs=1)
    assert planned.roads == AppliedRoads(season="wet", closed_ways=(5, 7), observed_ways=(9,), unknown_ways=(8,))
    told = PlanDocument.of(planned).result.roads
    assert told is not None
    assert (told.season, told.closed_ways, told.observed_ways, told.unknown_ways) == ("wet", [5, 7], [9], [8])


def test_a_way_is_known_when_any_vehicle_in_use_may_drive_it() -> None:
    roads = {"closed_ways": [5, 6, 8]}
    riders = [collector("k1"), collector("k2", vehicle="motorcycle")]

    planned = plan([case("c1", "3,0")], riders, roads=roads)

    assert planned.roads is not None
    assert (planned.roads.closed_ways, planned.roads.unknown_ways) == ((5, 6), (8,))


def test_an_ordinary_day_says_nothing_of_its_roads() -> None:
    planned = plan([case("c1", "3,0")], [collector("k1")])

    assert planned.roads is None
    assert PlanDocument.of(planned).result.roads is None


def test_an_open_day_ends_at_the_last_door() -> None:
    planned = plan([case("c1", "3,0")], [collector("k1", end=None)])

    [route] = planned.routes
    assert route.return_leg is None
    assert route.arrival == route.stops[-1].departure


def test_progress_names_every_stage_and_carries_the_best_cost() -> None:
    stages: list[StageProgress] = []
    request = PlanRequest.model_validate({"cases": [case("c1", "3,0")], "collectors": [collector("k1")]})

    plan_day(
        day_of(resolve(request, area=flat_meta(), settings=Settings(), now=NOW)),
        area=FlatArea(),
        label=LABEL,
        solver=solve_here,
        on_progress=stages.append,
        should_stop=lambda: False,
    )

    assert list(dict.fromkeys(stage.stage for stage in stages)) == ["locating", "measuring", "solving", "tracing"]
    assert any(stage.cost is not None and stage.assigned == 1 for stage in stages)


def test_the_document_survives_being_stored_as_json() -> None:
    document = PlanDocument.of(plan([case("c1", "3,0"), case("c2", "nowhere")], [collector("k1")]))

    assert PlanDocument.load(document.model_dump(mode="json")) == document
    assert [len(lines) for lines in document.lines] == [2]


def test_every_case_without_a_visit_counts_in_the_cost_whatever_the_reason() -> None:
    planned = plan(
        [
            case("good", "3,0"),
            case("unknown", "nowhere", priority=10, mandatory=True),
            case("unlawful", "1,1", priority=20, windows=[{"start": "22:10", "end": "23:00"}]),
            case("unskilled", "1,1", priority=30, required_skills=["flying"]),
        ],
        [collector("k1")],
    )

    assert planned.cost.penalty_s == (10 + 20 + 30) * 60
    assert planned.cost.total_s == planned.cost.travel_s + planned.cost.penalty_s
    assert planned.cost.unserved_mandatory == 1


def test_a_plan_that_is_asked_how_good_it_is_proves_it_of_its_whole_cost() -> None:
    cases = [case("near", "3,0"), case("far", "9,0"), case("bad", "nowhere", priority=10)]

    planned = plan(cases, [collector("k1")], options={"bound": True, "bound_budget_s": 60})

    assert planned.bound is not None
    assert (planned.bound.lowest_s, planned.bound.gap_percent) == (planned.cost.total_s, 0.0)
    assert (planned.bound.reason, planned.bound.relaxed) == ("closed", ())


def test_nothing_is_proven_that_nobody_asked_for() -> None:
    assert plan([case("c1", "3,0")], [collector("k1")]).bound is None
