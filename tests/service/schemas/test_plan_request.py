from time import process_time

import pytest
from pydantic import ValidationError

from service.schemas.plan_request import PlanRequest


def body(case: dict[str, object] | None = None, **more: object) -> dict[str, object]:
    base: dict[str, object] = {
        "cases": [{"id": "c", "address": "Dorf 1"} | (case or {})],
        "collectors": [{"id": "k", "start": {"address": "Dorf 2"}, "shift": {"start": "08:00", "end": "17:00"}}],
    }
    return base | more


def collector(vehicle: str) -> dict[str, object]:
    shift = {"start": "08:00", "end": "17:00"}
    return {"id": "k", "start": {"address": "Dorf 2"}, "shift": shift, "vehicle": vehicle}


def speed(**changes: object) -> dict[str, object]:
    return {"way": 7, "kmh": 20.0} | changes


def refused(bad: dict[str, object]) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refusal:
        PlanRequest.model_validate(bad)
    return [("/".join(str(part) for part in error["loc"]), error["type"]) for error in refusal.value.errors()]


@pytest.mark.parametrize(
    ("bad", "where", "rule"),
    [
        (body(cases=[]), "", "contradictions"),
        (body(collectors=[]), "", "contradictions"),
        (body(casez=[]), "casez", "extra_forbidden"),
        (body({"name": "somebody"}), "cases/0/name", "extra_forbidden"),
        (body({"priority": True}), "cases/0/priority", "int_type"),
        (body({"priority": "80"}), "cases/0/priority", "int_type"),
        (body({"priority": 101}), "cases/0/priority", "less_than_equal"),
        (body({"mandatory": 1}), "cases/0/mandatory", "bool_type"),
        (body({"service_s": -1}), "cases/0/service_s", "greater_than_equal"),
        (body({"address": None}), "cases/0", "place_missing"),
        (body({"address": "a" * 301}), "cases/0/address", "string_too_long"),
        (body({"address": "a\x00b"}), "cases/0/address", "control_character"),
        (body({"id": "Li Wei"}), "cases/0/id", "string_pattern_mismatch"),
        (body({"windows": [{"start": "9:00", "end": "10:00"}]}), "cases/0/windows/0/start", "local_time"),
        (body({"windows": [{"start": "10:00", "end": "10:00"}]}), "cases/0/windows/0", "window_order"),
        (body({"location": {"lat": 95.0, "lon": 9.5}}), "cases/0/location/lat", "less_than_equal"),
        (body({"location": {"lat": float("nan"), "lon": 9.5}}), "cases/0/location/lat", "finite_number"),
        (body(date="25.11.2026"), "date", "iso_date"),
        (body(date=20261125), "date", "iso_date"),
        (body(date="2026-02-30"), "date", "iso_date"),
        (body(options={"budget_s": 0}), "options/budget_s", "greater_than"),
        (body(options={"engine": "magic"}), "options/engine", "literal_error"),
        (body(collectors=[collector("A Boat")]), "collectors/0/vehicle", "string_pattern_mismatch"),
        (body(collectors=[collector("")]), "collectors/0/vehicle", "string_too_short"),
        (body(collectors=[collector("a" * 33)]), "collectors/0/vehicle", "string_too_long"),
        (body(roads={"season": ""}), "roads/season", "string_too_short"),
        (body(roads={"closures": []}), "roads/closures", "extra_forbidden"),
        (body(roads={"closed_ways": [0]}), "roads/closed_ways/0", "greater_than_equal"),
        (body(roads={"closed_ways": [2**63]}), "roads/closed_ways/0", "less_than_equal"),
        (body(roads={"closed_ways": ["24811350"]}), "roads/closed_ways/0", "int_type"),
        (body(roads={"closed_ways": [1] * 10_001}), "roads/closed_ways", "too_long"),
        (body(roads={"observed_speeds": [speed(kmh=0.5)]}), "roads/observed_speeds/0/kmh", "greater_than_equal"),
        (body(roads={"observed_speeds": [speed(kmh=201)]}), "roads/observed_speeds/0/kmh", "less_than_equal"),
        (body(roads={"observed_speeds": [speed(kmh=float("nan"))]}), "roads/observed_speeds/0/kmh", "finite_number"),
        (
            body(roads={"observed_speeds": [speed(direction="up")]}),
            "roads/observed_speeds/0/direction",
            "literal_error",
        ),
        (body(roads={"observed_speeds": [{"way": 7}]}), "roads/observed_speeds/0/kmh", "missing"),
        (
            body(roads={"observed_speeds": [speed(direction="forward"), speed(direction="both")]}),
            "roads",
            "duplicate_speed",
        ),
    ],
)
def test_each_broken_rule_is_named_with_its_field(bad: dict[str, object], where: str, rule: str) -> None:
    assert (where, rule) in refused(bad)


@pytest.mark.parametrize("kind", ["cases", "collectors"])
def test_an_id_may_stand_once_in_its_list(kind: str) -> None:
    twice = body()
    items = twice[kind]
    assert isinstance(items, list)

    assert refused(twice | {kind: items * 2}) == [("", "duplicate_id")]


def test_every_broken_rule_is_reported_at_once() -> None:
    errors = refused(body({"priority": -1, "service_s": "x"}, unknown=1))

    assert {where for where, _ in errors} == {"cases/0/priority", "cases/0/service_s", "unknown"}


@pytest.mark.parametrize("id_", ["案件-1", "三轮", "C-1001", "Ä.7", "ग्राहक:3"])
def test_ids_of_any_script_are_taken(id_: str) -> None:
    assert PlanRequest.model_validate(body({"id": id_})).cases[0].id == id_


@pytest.mark.parametrize(
    "id_", ["", "-1", "_a", "a b", "a/b", "a\n", "a\u0000", "案\u200d件", "a\u202eb", "a?b", "a#b", "a%b"]
)
def test_an_id_has_nothing_that_cannot_be_seen_or_stand_in_an_address(id_: str) -> None:
    ((where, _),) = refused(body({"id": id_}))

    assert where == "cases/0/id"


def test_a_flood_of_contradictions_is_read_in_no_time_and_the_first_are_named() -> None:
    ids = [f"c{number}" for number in range(5000)]
    cases = [{"id": id_, "address": "Dorf 1"} for id_ in ids]
    flood = [{**collector("car"), "id": f"k{number}", "prefix": [*ids[:4999], "c0"]} for number in range(100)]
    begun_s = process_time()

    with pytest.raises(ValidationError) as refusal:
        PlanRequest.model_validate({"cases": cases, "collectors": flood})

    [error] = refusal.value.errors()
    assert len(error["ctx"]["found"]) == 100
    assert process_time() - begun_s < 5
