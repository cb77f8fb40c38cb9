"""The demonstration's audit notices every rule that a plan can break."""

import pytest

from service.demo.audit import faults
from service.schemas.plan import PlanResult
from service.schemas.plan_request import PlanRequest

_HOME = {"lat": 47.14, "lon": 9.52}
_DOOR = {"lat": 47.15, "lon": 9.51}


def _request() -> PlanRequest:
    window = {"start": "09:00", "end": "10:00"}
    return PlanRequest.model_validate(
        {
            "cases": [
                {
                    "id": "A",
                    "location": _DOOR,
                    "service_s": 1200,
                    "windows": [window, {"start": "15:00", "end": "16:00"}],
                    "required_skills": ["senior"],
                },
                {"id": "B", "location": _DOOR},
            ],
            "collectors": [
                {
                    "id": "K",
                    "start": {"location": _HOME},
                    "end": {"location": _HOME},
                    "shift": {"start": "08:30", "end": "17:00"},
                    "skills": ["senior"],
                },
                {"id": "L", "start": {"location": _HOME}, "shift": {"start": "08:30", "end": "17:00"}},
            ],
        }
    )


def _at(clock: str) -> str:
    return f"2026-11-24T{clock}:00+01:00"


def _leg(seconds: int) -> dict[str, object]:
    return {"travel_s": seconds, "length_m": 900, "access_s": 0}


def _stop(**changes: object) -> dict[str, object]:
    stop: dict[str, object] = {
        "number": 1,
        "case": "A",
        "location": _DOOR,
        "priority": 50,
        "mandatory": False,
        "arrival": _at("08:50"),
        "start": _at("09:00"),
        "departure": _at("09:20"),
        "service_s": 1200,
        "waiting_s": 600,
        "leg": _leg(300),
    }
    return stop | changes


def _route(**changes: object) -> dict[str, object]:
    route: dict[str, object] = {
        "collector": "K",
        "vehicle": "car",
        "start": _HOME,
        "end": _HOME,
        "departure": _at("08:45"),
        "arrival": _at("09:25"),
        "travel_s": 600,
        "length_m": 1800,
        "service_s": 1200,
        "waiting_s": 600,
        "stops": [_stop()],
        "return_leg": _leg(300),
    }
    return route | changes


def _left_out(case: str) -> dict[str, object]:
    reason = {"type": "/problems/x", "title": "x", "detail": "x", "code": "no_time_left", "pointer": "", "rule": None}
    return {"case": case, "priority": 50, "mandatory": False, "location": None, "reason": reason}


def _result(routes: list[dict[str, object]], left_out: list[dict[str, object]]) -> PlanResult:
    return PlanResult.model_validate(
        {
            "date": "2026-11-24",
            "time_zone": "Europe/Vaduz",
            "area": "liechtenstein",
            "area_version": "1",
            "attribution": "x",
            "policy_version": "cn-2025-1",
            "engine": "or_tools",
            "seed": 0,
            "cost": {"travel_s": 600, "penalty_s": 0, "total_s": 600, "unserved_mandatory": 0},
            "routes": routes,
            "unassigned": left_out,
            "unavailable_collectors": [],
            "geocoding": [],
        },
        strict=False,
    )


def test_a_sound_plan_has_no_faults() -> None:
    result = _result([_route()], [_left_out("B")])

    assert faults(_request(), result) == []


@pytest.mark.parametrize(
    ("route", "fault"),
    [
        (_route(collector="M"), "M was never asked for."),
        (_route(collector="L"), "A needs a skill that L does not have."),
        (_route(arrival=_at("17:01")), "K is under way outside the shift."),
        (_route(departure=_at("08:29")), "K is under way outside the shift."),
        (_route(departure=_at("08:44")), "A: the arrival is not the last departure plus the travel and the breaks."),
        (_route(stops=[_stop(waiting_s=0)]), "A: the start is not the arrival plus the waiting and the breaks."),
        (_route(stops=[_stop(departure=_at("09:10"))]), "A: the departure is not the start plus setup and service."),
        (_route(arrival=_at("09:30")), "K: the end of the route is not the last departure plus the way back."),
        (_route(stops=[_stop(service_s=600)]), "A does not get the service time that was asked."),
        (_route(stops=[_stop(start=_at("08:50"), waiting_s=0)]), "A is visited outside its windows."),
        (_route(stops=[_stop(departure=_at("10:01"))]), "A is visited outside its windows."),
        (_route(stops=[_stop(case="Z")]), "Z was never asked for."),
    ],
)
def test_a_broken_rule_is_named(route: dict[str, object], fault: str) -> None:
    result = _result([route], [_left_out("B")])

    assert fault in faults(_request(), result)


def test_a_case_that_is_missing_and_one_that_is_there_twice_are_named() -> None:
    missing = _result([_route()], [])
    twice = _result([_route()], [_left_out("A"), _left_out("B")])

    assert faults(_request(), missing) == ["B is in the plan 0 times."]
    assert faults(_request(), twice) == ["A is in the plan 2 times."]


def test_a_second_route_of_one_collector_is_named() -> None:
    result = _result([_route(), _route(stops=[], return_leg=None)], [_left_out("B")])

    assert faults(_request(), result) == ["K has 2 routes."]
