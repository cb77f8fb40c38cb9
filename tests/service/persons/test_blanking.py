"""A plan without one person: valid, true for the others, and silent about who was left out."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.persons.blanking import (
    ERASED,
    document_without,
    positions_in,
    request_without,
    visits_in,
    waiting_request_without,
)
from service.persons.person import Person
from service.schemas.document import PlanDocument
from tests.service.web.days import day_document, day_with_turns, parsed_day, stored

VISITED = [stop.case for route in parsed_day().result.routes for stop in route.stops]
LEFT_OUT = [one.case for one in parsed_day().result.unassigned]


def of(*cases: str) -> Person:
    return Person(cases=frozenset(cases))


@given(st.sets(st.sampled_from(VISITED + LEFT_OUT), min_size=1, max_size=6))
def test_nothing_tells_of_the_person_and_the_plan_is_still_a_plan(cases: set[str]) -> None:
    whole = day_document()
    stops = [stop for route in parsed_day().result.routes for stop in route.stops]
    places = {str(stop.location) for stop in stops if stop.case in cases}
    others = {str(stop.location) for stop in stops if stop.case not in cases}

    without = document_without(whole, of(*cases), positions=frozenset())

    read = PlanDocument.load(without)
    assert not of(*cases).is_in(without)
    assert len(read.lines) == len(whole["lines"])  # type: ignore[arg-type]
    shown = {str(stop.location) for route in read.result.routes for stop in route.stops}
    assert not (places - others) & shown


@given(st.sampled_from(VISITED))
def test_the_others_keep_their_visits_and_everybody_the_sums(case: str) -> None:
    without = PlanDocument.load(document_without(day_document(), of(case), positions=frozenset()))

    for before, after in zip(parsed_day().result.routes, without.result.routes, strict=True):
        assert (after.length_m, after.travel_s, after.arrival) == (before.length_m, before.travel_s, before.arrival)
        for stop, now in zip(before.stops, after.stops, strict=True):
            assert now == stop if stop.case != case else (now.case, now.arrival) == (ERASED, stop.arrival)


@given(st.sampled_from(VISITED))
def test_the_ways_to_and_from_the_door_are_straight_and_the_others_as_they_were(case: str) -> None:
    document = day_with_turns()
    without = PlanDocument.load(document_without(stored(document), of(case), positions=frozenset()))

    for at, route in enumerate(document.result.routes):
        touched = {way for stop in route.stops if stop.case == case for way in (stop.number - 1, stop.number)}
        for way, (line, now) in enumerate(zip(document.lines[at], without.lines[at], strict=True)):
            assert len(now) == 2 if way in touched else now == line
            assert without.sheets[at][way] == ([] if way in touched else document.sheets[at][way])


REQUEST: dict[str, Any] = {
    "cases": [{"id": "a", "address": "Mill Lane 7"}, {"id": "b", "address": "Mill Lane 8"}, {"id": "c"}],
    "options": {"start": {"routes": [{"collector": "k", "cases": ["a", "b"]}]}},
}


def test_a_request_keeps_the_positions_of_the_others() -> None:
    assert request_without(REQUEST, of("a")) == {
        "cases": [{"id": ERASED}, REQUEST["cases"][1], {"id": "c"}],
        "options": {"start": {"routes": [{"collector": "k", "cases": [ERASED, "b"]}]}},
    }


def test_a_request_that_waits_has_the_others_alone_and_is_none_without_any() -> None:
    kept = waiting_request_without(REQUEST, of("a"))

    assert kept is not None
    assert kept["cases"] == REQUEST["cases"][1:]
    assert waiting_request_without(REQUEST, of("a", "b", "c")) is None


def test_a_case_at_the_persons_address_is_the_persons_unless_it_is_a_neighbours() -> None:
    person = Person(cases=frozenset({"x"}), addresses=frozenset({"mill lane 7"}))
    beside = Person(cases=frozenset({"x"}), addresses=frozenset({"mill lane 7"}), neighbours=frozenset({"a"}))

    assert positions_in(REQUEST, person) == {0}
    assert positions_in(REQUEST, beside) == frozenset()


@pytest.mark.parametrize("case", [VISITED[0], LEFT_OUT[0]])
def test_the_visits_of_a_person_are_shown(case: str) -> None:
    (visit,) = visits_in(day_document(), of(case))

    assert visit["case"] == case


def test_what_was_found_for_the_persons_address_goes_with_its_position() -> None:
    document = json.loads(json.dumps(day_document()))
    document["result"]["geocoding"] = [{"pointer": f"/cases/{n}/address", "answer": n} for n in (1, 11, 2)]

    without: Any = document_without(document, of("nobody"), positions=frozenset({1}))

    assert [one["answer"] for one in without["result"]["geocoding"]] == [11, 2]
