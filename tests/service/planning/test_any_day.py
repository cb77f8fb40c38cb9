"""Whatever a day asks for, its plan keeps what was asked, and the law: properties over days with every rule."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from service.cases.policy import PACKS
from service.planning.errors import UndrivablePrefixError
from tests.service.planning.test_rules_of_a_day import plan, why

_SKILLS = ["german", "armed"]
_COLLECTORS = ["k1", "k2"]
_SKILLED: list[dict[str, Any]] = [{}, {"required_skills": ["german"]}, {"excluded_skills": ["armed"]}]
_PEOPLE: list[dict[str, Any]] = [
    {},
    {},
    {"allowed_collectors": ["k2"]},
    {"pin": {"collector": "k1"}},
    {"pin": {"position": 1}},
]


def clock_of(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def windows(latest: int = 23 * 60) -> st.SearchStrategy[dict[str, Any]]:
    """Windows of any hour: lawful, partly lawful, or not at all."""
    starts, lengths = st.integers(5 * 60, latest - 60), st.integers(5, 300)
    return st.builds(
        lambda start, length, grace: {
            "start": clock_of(start),
            "end": clock_of(min(start + length, 23 * 60 + 59)),
            "grace_s": grace,
        },
        starts,
        lengths,
        st.sampled_from([0, 0, 600, 7200]),
    )


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def cases(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [
        {
            "id": f"c{number}",
            "address": f"{draw(st.integers(0, 30))},{draw(st.integers(0, 9))}",
            "priority": draw(st.integers(0, 100)),
            "mandatory": draw(st.booleans()),
            "service_s": draw(st.integers(0, 3600)),
            "setup_s": draw(st.sampled_from([0, 300])),
            "windows": draw(st.lists(windows(), max_size=2)),
            **draw(st.sampled_from(_SKILLED)),
            **draw(st.sampled_from(_PEOPLE)),
        }
        for number in range(draw(st.integers(1, 7)))
    ]


@st.composite
def collectors(draw: st.DrawFn, ids: list[str]) -> list[dict[str, Any]]:
    frozen = draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)) if draw(st.integers(0, 4)) == 0 else []
    rests = [{"after_work_s": 7200, "duration_s": 900}, {"earliest": "11:30", "latest": "13:00", "duration_s": 1800}]
    return [
        {
            "id": id_,
            "start": {"address": "0,0"},
            "end": draw(st.sampled_from([None, {"address": "0,0"}, {"address": "5,5"}])),
            "shift": {"start": "07:00", "end": draw(st.sampled_from(["12:00", "18:00", "22:30"]))},
            "skills": draw(st.lists(st.sampled_from(_SKILLS), unique=True)),
            "pace_percent": draw(st.sampled_from([80, 100, 135])),
            "max_work_s": draw(some(st.integers(0, 30_000))),
            "max_driving_s": draw(some(st.integers(0, 15_000))),
            "overtime_after": draw(some(st.just("11:00"))),
            "breaks": draw(st.sampled_from([[], rests[:1], rests[1:], rests])),
            "prefix": frozen if id_ == "k1" else [],
        }
        for id_ in _COLLECTORS
    ]


@st.composite
def days(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    asked = draw(cases())
    # Who is frozen into k1's day may be visited by k1, at any position: the request would be refused otherwise.
    made = draw(collectors([case["id"] for case in asked]))
    frozen = made[0]["prefix"]
    for case in asked:
        if case["id"] in frozen:
            for rule in ("required_skills", "excluded_skills", "allowed_collectors", "pin"):
                case.pop(rule, None)
    return asked, made


@settings(max_examples=80)
@given(days(), st.sampled_from([{}, {"waiting": 1}, {"travel": 2, "lateness": 0}]))
def test_any_day_is_planned_as_it_was_asked_and_within_the_law(
    day: tuple[list[dict[str, Any]], list[dict[str, Any]]], weights: dict[str, int]
) -> None:
    asked, made = day
    lawful = PACKS["cn"]
    frozen = {f"/collectors/0/prefix/{at}" for at in range(len(made[0]["prefix"]))}

    try:
        result = plan(asked, *made, weights=weights)  # which the audit of the two documents has found sound
    except UndrivablePrefixError as failure:
        refused = set(failure.pointers)
    else:
        refused = set()
    assert refused <= frozen | {"/collectors/0/prefix"}
    if refused:
        return

    stops = [stop for route in result.routes for stop in route.stops]
    assert all(lawful.start <= stop.start.time() and stop.departure.time() <= lawful.end for stop in stops)
    assert {stop.case for stop in stops} | why(result).keys() == {case["id"] for case in asked}
    assert result.cost.lateness_s == sum(stop.lateness_s for stop in stops)
    assert result.cost.overtime_s == sum(route.overtime_s for route in result.routes)
    assert (
        result.cost.total_s
        == sum(
            getattr(result.cost, f"{kind}_s") * getattr(result.cost.weights, kind)
            for kind in ("travel", "waiting", "overtime", "lateness")
        )
        + result.cost.penalty_s
    )
