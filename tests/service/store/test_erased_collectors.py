"""One collector across all tables: erased from old plans with the home, and shown without the customers."""

import json
from dataclasses import replace
from typing import cast
from uuid import UUID

import pytest
from sqlalchemy import Engine

from geodata.geocoding.port import AddressQuery
from service.cases.person import phone_form
from service.schemas.document import PlanDocument
from service.schemas.geocoding import GeocodeResult
from service.store.errors import PersonAtWorkError
from service.store.people.person_search import Wanted
from service.store.resources.resource_records import ANY, Entry
from tests.service.store.bank import (
    ADDRESS,
    CASE,
    DAY,
    DOUBT,
    NAME,
    PHONE,
    Bank,
    dumped,
    everything_opened,
)
from tests.service.web.days import day_document

HOME = "Quaderweg 9, 9490 Vaduz"
#: Who drives the first route of the stored day.
COLLECTOR = "vaduz-1"


@pytest.fixture
def bank(engine: Engine) -> Bank:
    return Bank(engine)


def employ(bank: Bank) -> UUID:
    """Put a collector wherever one can be; returns a plan that has others too."""
    document: dict[str, object] = {"name": NAME, "phone": PHONE, "start": {"address": HOME}, "status": "active"}
    bank.collectors.put(Entry(id=COLLECTOR, document=document, clear={"status": "active"}), expected=ANY)
    bank.case(CASE, name="Anna Muster", phone="+423 232 11 11")
    bank.cases.add_visit(CASE, {"outcome": "met", "collector": COLLECTOR}, visited_on=DAY)
    request: dict[str, object] = {
        "cases": [{"id": CASE, "address": ADDRESS, "allowed_collectors": [COLLECTOR, "vaduz-2"]}],
        "collectors": [
            {"id": COLLECTOR, "start": {"address": HOME}},
            {"id": "vaduz-2", "start": {"address": "Städtle 1, 9490 Vaduz"}},
        ],
    }
    plan = bank.plans.create(request=request, area="a", plan_date=DAY)
    claim = bank.plans.claim(plan)
    assert claim is not None
    located = [
        {
            "pointer": f"/collectors/{at}/start",
            "answer": GeocodeResult.of(replace(DOUBT, label=label)).model_dump(mode="json"),
        }
        for at, label in enumerate((HOME, "Städtle 1"))
    ]
    document = day_document()
    cast("dict[str, object]", document["result"])["geocoding"] = located
    bank.plans.finish(plan, claim.attempt, document)
    bank.books.reviews.note("liechtenstein", [AddressQuery(text=HOME)], [DOUBT])
    return plan


def test_an_erased_collector_leaves_the_routes_and_neither_name_nor_home(
    bank: Bank, engine: Engine, database_url: str
) -> None:
    plan = employ(bank)
    before = bank.plans.get(plan).result
    assert before is not None
    home = PlanDocument.load(before).result.routes[0].start

    erasure = bank.persons.erase(bank.persons.find(Wanted(collector=COLLECTOR)))

    opened = everything_opened(bank, engine)
    assert not [one for one in (NAME, PHONE, HOME, COLLECTOR) if one in opened]
    assert bank.keys.vault("main").index("phone", phone_form(PHONE)).hex() not in dumped(database_url)
    after = bank.plans.get(plan)
    assert after.result is not None
    document = PlanDocument.load(after.result)
    first, *others = document.result.routes
    assert (first.collector, first.start) == ("erased", first.stops[0].location)
    assert (home.lon, home.lat) not in [point for line in document.lines[0] for point in line]
    assert [one.pointer for one in document.result.geocoding] == ["/collectors/1/start"]
    assert others == PlanDocument.load(before).result.routes[1:]
    assert document.lines[1:] == PlanDocument.load(before).lines[1:]
    assert (erasure.erased["collectors"], erasure.erased["reviews"], erasure.erased["cases"]) == (1, 1, 0)
    assert erasure.blanked == {"plans": 1, "schedules": 0, "case_visits": 1}
    assert set(erasure.left.values()) == {0}
    assert bank.cases.get(CASE).document["name"] == "Anna Muster"
    entry = bank.log.list(limit=1)[0]
    assert (entry.action, entry.object_kind, entry.object_id) == ("person.erased", "collector", COLLECTOR)


def test_a_collector_is_exported_without_those_who_were_visited(bank: Bank) -> None:
    employ(bank)
    request = {
        "cases": [{"id": CASE, "address": ADDRESS, "allowed_collectors": [COLLECTOR]}],
        "collectors": [{"id": COLLECTOR, "start": {"address": HOME}}, {"id": "vaduz-2"}],
    }
    bank.schedules.create({"name": "daily", "request": request}, enabled=False, next_run_at=None)

    export = bank.persons.export(bank.persons.find(Wanted(collector=COLLECTOR)))

    kept = cast("dict[str, list[dict[str, object]]]", export["kept"])
    assert kept.keys() == {"collectors", "plans", "schedules", "reviews", "case_visits"}
    assert kept["schedules"][0]["collectors"] == [{"id": COLLECTOR, "start": {"address": HOME}}]
    assert (kept["collectors"][0]["name"], kept["plans"][0]["collectors"]) == (
        NAME,
        [{"id": COLLECTOR, "start": {"address": HOME}}],
    )
    assert not [other for other in (CASE, "Anna Muster", ADDRESS, "vaduz-2") if other in json.dumps(export)]


def test_a_branchs_own_start_is_nobodys_home(bank: Bank) -> None:
    employ(bank)
    bank.branches.put(Entry(id="b", document={"start": {"address": HOME}}), expected=ANY)

    assert bank.persons.find(Wanted(collector=COLLECTOR)).addresses == frozenset()


def test_a_collector_with_a_plan_that_waits_is_at_work(bank: Bank) -> None:
    employ(bank)
    request: dict[str, object] = {"cases": [], "collectors": [{"id": COLLECTOR, "start": {"address": HOME}}]}
    bank.plans.create(request=request, area="a", plan_date=DAY)

    with pytest.raises(PersonAtWorkError):
        bank.persons.erase(bank.persons.find(Wanted(collector=COLLECTOR)))
