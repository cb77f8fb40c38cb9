"""One person across all tables: told from others, erased with a proof that a dump confirms, and shown."""

import json
from typing import cast
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin, normal_form
from geodata.geocoding.port import AddressQuery, Level
from service.cases.person import name_form, phone_form
from service.store.all_tables import metadata
from service.store.errors import AmbiguousPersonError, PersonAtWorkError, PersonNotFoundError
from service.store.people.person_search import Wanted
from service.store.requests.idempotency import Held, IdempotencyStore, KeptAnswer
from tests.service.store.bank import (
    ADDRESS,
    CASE,
    DAY,
    DOUBT,
    NAME,
    OTHER,
    PHONE,
    Bank,
    dumped,
    everything_opened,
)
from tests.service.web.days import day_document


@pytest.fixture
def bank(engine: Engine) -> Bank:
    return Bank(engine)


def fill(bank: Bank) -> UUID:
    """Put the person, and somebody else, wherever a person can be; returns a plan with both."""
    bank.case(CASE, note=f"{NAME} is at home in the evening")
    bank.case(OTHER, name="Anna Muster", phone="+423 232 11 11", address="Im Pardiel 46, 9494 Schaan")
    bank.cases.add_visit(CASE, {"outcome": "promised", "note": f"spoke to {NAME}"}, visited_on=DAY)
    plan = bank.plan()
    bank.batches.create(request={"rows": [{"row": 1, "id": "r", "address": ADDRESS}]}, area="a", total=1)
    bank.batches.create(request={"rows": [{"row": 1, "id": "r", "address": "Im Pardiel 46"}]}, area="a", total=1)
    pin = Pin(location=LonLat(9.51, 47.16), level=Level.POINT, uncertainty_m=10)
    bank.books.pins.put("liechtenstein", ADDRESS, pin, source="planner", place="Schaan", door="zwetschgenweg 77")
    bank.books.reviews.note("liechtenstein", [AddressQuery(text=f"Zwetschgen-Weg 77 {NAME}")], [DOUBT])
    bank.books.reviews.note("liechtenstein", [AddressQuery(text=ADDRESS)], [DOUBT])
    return plan


def test_after_an_erasure_neither_a_dump_nor_the_key_tells_of_the_person(
    bank: Bank, engine: Engine, database_url: str
) -> None:
    fill(bank)
    vault = bank.keys.vault("main")
    blind = [
        vault.index(kind, form).hex()
        for kind, form in (
            ("name", name_form(NAME)),
            ("phone", phone_form(PHONE)),
            ("address", normal_form(ADDRESS)),
            ("door", "zwetschgenweg 77"),
        )
    ]
    before, before_opened = dumped(database_url), everything_opened(bank, engine)

    erasure = bank.persons.erase(bank.persons.find(Wanted(case=CASE)))

    after, after_opened = dumped(database_url), everything_opened(bank, engine)
    assert all(one in before for one in blind)
    assert not [one for one in blind if one in after]
    for secret in (NAME, PHONE, "Zwetschgenweg 77"):
        assert secret in before_opened
        assert secret not in before + after + after_opened
    assert f'"{CASE}"' in before_opened
    assert f'"{CASE}"' not in after_opened
    assert "Anna Muster" in after_opened
    assert set(erasure.left.values()) == {0}
    assert {name: count for name, count in erasure.erased.items() if count} == {
        "cases": 1,
        "case_visits": 1,
        "pins": 1,
        "reviews": 2,
        "geocode_batches": 1,
    }
    assert erasure.blanked == {"plans": 1, "schedules": 0}


def test_every_table_with_sealed_values_is_looked_through_afterwards(bank: Bank) -> None:
    fill(bank)

    left = bank.persons.erase(bank.persons.find(Wanted(case=CASE))).left

    sealed = {table.name for table in metadata.tables.values() if "sealed" in table.c or table.name == "plans"}
    assert set(left) >= sealed - {"users", "collectors", "branches", "webhooks"}


def test_others_keep_their_plan_and_nothing_else_changes(bank: Bank) -> None:
    plan = fill(bank)
    bank.persons.erase(bank.persons.find(Wanted(phone="00423 7773141")))

    record = bank.plans.get(plan)
    assert record.result is not None
    cases = [stop["case"] for route in record.result["result"]["routes"] for stop in route["stops"]]  # type: ignore[index]
    assert (CASE in cases, OTHER in cases, cases.count("erased")) == (False, True, 1)
    assert [resource.id for resource in bank.cases.page(limit=10)] == [OTHER]


def test_an_erasure_is_recorded_with_its_figures_and_without_the_person(bank: Bank) -> None:
    fill(bank)
    bank.persons.erase(bank.persons.find(Wanted(case=CASE)))

    entry = bank.log.list(limit=1)[0]
    assert (entry.action, entry.object_kind, entry.object_id) == ("person.erased", "case", CASE)
    assert (entry.details["erased_cases"], entry.details["blanked_plans"], entry.details["left"]) == (1, 1, 0)
    assert NAME not in str(entry)


def test_an_erasure_sent_again_finds_nothing_more_and_names_the_first(bank: Bank) -> None:
    fill(bank)
    first = bank.persons.erase(bank.persons.find(Wanted(case=CASE)))

    again = bank.persons.erase(bank.persons.find(Wanted(case=CASE)))

    assert not any([*again.erased.values(), *again.blanked.values(), *again.left.values()])
    assert again.earlier == first.entry
    with pytest.raises(PersonNotFoundError):
        bank.persons.find(Wanted(name=NAME))


def test_a_case_that_never_was_is_not_found_and_nothing_changes(bank: Bank) -> None:
    fill(bank)
    bank.persons.erase(bank.persons.find(Wanted(case=CASE)))
    entries = len(bank.log.list(limit=100))

    with pytest.raises(PersonNotFoundError):
        bank.persons.erase(bank.persons.find(Wanted(case=CASE + "0")))
    with pytest.raises(PersonNotFoundError):
        bank.persons.export(bank.persons.find(Wanted(case=CASE + "0")))

    assert len(bank.log.list(limit=100)) == entries


def test_where_a_collector_starts_stays_though_the_person_lives_there(bank: Bank) -> None:
    bank.case(CASE)
    request: dict[str, object] = {
        "cases": [{"id": CASE, "address": ADDRESS}, {"id": OTHER, "address": "Im Pardiel 46"}],
        "collectors": [{"id": "vaduz-1", "start": {"address": ADDRESS}, "end": {"address": ADDRESS}}],
    }
    plans = [bank.plans.create(request=request, area="a", plan_date=DAY) for _ in range(2)]
    claim = bank.plans.claim(plans[0])
    assert claim is not None
    document = day_document()
    located = {"pointer": "/collectors/0/start", "answer": {"label": ADDRESS}}
    cast("dict[str, object]", document["result"])["geocoding"] = [located]
    bank.plans.finish(plans[0], claim.attempt, document)

    erasure = bank.persons.erase(bank.persons.find(Wanted(case=CASE)))

    assert (erasure.erased["plans"], erasure.blanked["plans"], set(erasure.left.values())) == (0, 2, {0})
    assert {(one.kind, one.id, one.whole) for one in erasure.taken} == {("plan", id_, False) for id_ in plans}
    done, waits = (bank.plans.get(plan) for plan in plans)
    assert cast("dict[str, object]", done.result)["result"]["geocoding"] == [located]  # type: ignore[index]
    assert [one["id"] for one in done.request["cases"]] == ["erased", OTHER]  # type: ignore[attr-defined]
    assert [one["id"] for one in waits.request["cases"]] == [OTHER]  # type: ignore[attr-defined]
    assert (done.cases, waits.cases) == (2, 1)
    assert done.request["collectors"] == waits.request["collectors"] == request["collectors"]


def test_a_request_sent_again_after_an_erasure_makes_no_second_plan(bank: Bank, engine: Engine) -> None:
    store = IdempotencyStore(engine, bank.keys, tenant="main", hours=24)
    request: dict[str, object] = {"cases": [{"id": CASE, "address": ADDRESS}, {"id": OTHER, "address": "Elsewhere 1"}]}
    held = store.begin(scope="key POST /v1/plans", key="k", body=b"{}")
    assert isinstance(held, Held)
    plan = bank.plans.create(request=request, area="a", plan_date=DAY, plan_id=held.resource_id())
    store.keep(held, KeptAnswer(status=202, headers=(), body=ADDRESS.encode(), scopes=()))

    bank.persons.erase(bank.persons.find(Wanted(case=CASE)))
    again = store.begin(scope="key POST /v1/plans", key="k", body=b"{}")

    assert isinstance(again, Held)
    assert bank.plans.create(request=request, area="a", plan_date=DAY, plan_id=again.resource_id()) == plan
    assert [one.id for one in bank.plans.list_recent(10)] == [plan]
    assert ADDRESS not in str(bank.plans.get(plan))


def test_a_case_that_only_plans_know_is_erased_from_them_with_what_is_pinned_at_its_address(bank: Bank) -> None:
    plan = bank.plan()
    pin = Pin(location=LonLat(9.51, 47.16), level=Level.POINT, uncertainty_m=10)
    bank.books.pins.put("liechtenstein", ADDRESS, pin, source="planner", place="")

    erasure = bank.persons.erase(bank.persons.find(Wanted(case=CASE)))

    assert (erasure.blanked["plans"], erasure.erased["pins"]) == (1, 1)
    assert ADDRESS not in str(bank.plans.get(plan))


def test_a_plan_that_waits_is_made_without_the_person_and_one_of_nobody_else_not_at_all(bank: Bank) -> None:
    waits, alone = (
        bank.plan(done=False),
        bank.plans.create(request={"cases": [{"id": CASE, "address": ADDRESS}]}, area="a", plan_date=DAY),
    )

    erasure = bank.persons.erase(bank.persons.find(Wanted(case=CASE)))

    assert (erasure.blanked["plans"], erasure.erased["plans"]) == (1, 1)
    claim = bank.plans.claim(waits)
    assert claim is not None
    assert [one["id"] for one in claim.request["cases"]] == [OTHER]  # type: ignore[attr-defined]
    assert bank.plans.claim(alone) is None


def test_while_a_worker_has_the_person_in_hand_nothing_is_erased(bank: Bank) -> None:
    bank.case(CASE)
    bank.plans.claim(bank.plan(done=False))

    with pytest.raises(PersonAtWorkError):
        bank.persons.erase(bank.persons.find(Wanted(case=CASE)))

    assert bank.cases.get(CASE).document["name"] == NAME


def test_cases_of_one_name_and_number_are_one_person_and_of_one_name_alone_are_not(bank: Bank) -> None:
    bank.case("one")
    bank.case("two", address="Elsewhere 1")
    bank.case("namesake", phone="+423 000 99 99", address="Far away 3")

    assert bank.persons.find(Wanted(case="one")).cases == {"one", "two"}
    assert bank.persons.find(Wanted(phone=PHONE)).cases == {"one", "two"}
    assert bank.persons.find(Wanted(name=NAME, phone="+423 000 99 99")).cases == {"namesake"}
    with pytest.raises(AmbiguousPersonError):
        bank.persons.find(Wanted(name=NAME))


def test_who_shares_a_number_but_not_a_name_must_be_named_by_a_case(bank: Bank) -> None:
    bank.case("one")
    bank.case("wife", name="Berta Quaderer")

    with pytest.raises(AmbiguousPersonError):
        bank.persons.find(Wanted(phone=PHONE))
    assert bank.persons.find(Wanted(case="wife")).cases == {"wife"}


def test_what_is_known_of_an_address_stays_with_the_neighbours(bank: Bank) -> None:
    bank.case("one")
    bank.case("neighbour", name="Carl Other", phone="+423 111 22 33")
    pin = Pin(location=LonLat(9.51, 47.16), level=Level.POINT, uncertainty_m=10)
    bank.books.pins.put("liechtenstein", ADDRESS, pin, source="planner", place="")

    erasure = bank.persons.erase(bank.persons.find(Wanted(case="one")))

    assert (erasure.erased["cases"], erasure.erased["pins"]) == (1, 0)
    assert bank.books.pins.of_address("liechtenstein", ADDRESS) is not None


def test_another_tenants_people_are_neither_found_nor_erased(bank: Bank, engine: Engine) -> None:
    other = Bank(engine, "other")
    other.case(CASE)

    with pytest.raises(PersonNotFoundError):
        bank.persons.find(Wanted(phone=PHONE))
    with pytest.raises(PersonNotFoundError):
        bank.persons.erase(other.persons.find(Wanted(case=CASE)))

    assert other.cases.get(CASE).document["name"] == NAME


def test_an_export_has_everything_about_the_person_and_nothing_about_others(bank: Bank) -> None:
    fill(bank)

    export = bank.persons.export(bank.persons.find(Wanted(case=CASE)))

    whole = json.dumps(export, ensure_ascii=False)
    assert cast("dict[str, object]", export["kept"]).keys() == {
        "cases",
        "case_visits",
        "plans",
        "geocode_batches",
        "pins",
        "reviews",
    }
    assert all(known in whole for known in (NAME, PHONE, ADDRESS, "promised", "evening"))
    assert not any(other in whole for other in (OTHER, "Anna Muster", "Im Pardiel"))
    assert bank.log.list(limit=1)[0].action == "person.exported"


def test_an_export_shows_nothing_of_others_at_the_same_address(bank: Bank) -> None:
    bank.case(CASE)
    asked: list[dict[str, object]] = [{"id": CASE, "address": ADDRESS}, {"id": "of-a-neighbour", "address": ADDRESS}]
    bank.plans.create(request={"cases": asked}, area="liechtenstein", plan_date=DAY)
    rows = [{"row": 1, "id": "r", "address": ADDRESS}, {"row": 2, "id": "s", "address": "Im Pardiel 46"}]
    bank.batches.create(request={"rows": rows}, area="liechtenstein", total=2)
    for cases in (asked, asked[1:]):
        bank.schedules.create({"name": "daily", "request": {"cases": cases}}, enabled=False, next_run_at=None)

    export = bank.persons.export(bank.persons.find(Wanted(case=CASE)))

    kept = cast("dict[str, list[dict[str, object]]]", export["kept"])
    assert kept["plans"][0]["cases"] == asked[:1]
    assert kept["geocode_batches"][0]["rows"] == rows[:1]
    assert [one["cases"] for one in kept["schedules"]] == [asked[:1]]


def test_after_an_erasure_the_log_is_still_whole(bank: Bank, engine: Engine) -> None:
    fill(bank)
    bank.persons.erase(bank.persons.find(Wanted(case=CASE)))

    assert bank.log.verify() is None
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_log WHERE action = 'person.erased'")).scalar() == 1
