"""Cases in the database: nobody's name, telephone number or address is in it, and tenants are apart."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Engine

from service.api.kinds import CASE, COLLECTOR
from service.app import create_app
from service.cases.person import name_form, phone_form
from service.schemas.bulk import CaseRow, CollectorRow
from service.store.jobs.plans import PlanStore
from service.store.privacy.tenant_keys import TenantKeys
from service.store.resources.case_store import CaseFilter
from service.store.resources.registry import Registry, registry
from service.store.resources.resource_records import ANY
from tests.service.api.client import ApiClient
from tests.service.api.fakes import fake_deps, plan_body

PERSONAL = {"name": "王小明", "phone": "13800138000", "address": "森林路17号", "note": "一楼有狗"}


@pytest.fixture
def stores(engine: Engine) -> Registry:
    return registry(engine, TenantKeys(engine), tenant="main")


def dump(url: str) -> Iterator[str]:
    """Yield every table of the database as its rows stand in it."""
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in names:
            with connection.cursor().copy(f"COPY {name} TO STDOUT") as copy:
                yield b"".join(copy).decode()


def test_a_dump_of_the_database_tells_of_no_person(stores: Registry, database_url: str) -> None:
    row = CaseRow.model_validate({"id": "c-1", **PERSONAL, "location": {"lat": 47.1234567, "lon": 9.7654321}})
    stores.cases.put(CASE.entry("c-1", row), expected=None)
    collector = CollectorRow.model_validate({"id": "k-1", "name": "李雷", "start": {"address": "公园街3号"}})
    stores.collectors.put(COLLECTOR.entry("k-1", collector), expected=None)
    stores.cases.add_visit("c-1", {"outcome": "met", "note": PERSONAL["note"]}, visited_on=date(2026, 5, 1))

    everything = "\n".join(dump(database_url))

    assert "c-1" in everything
    for text in (*PERSONAL.values(), "47.1234567", "李雷", "公园街"):
        assert text not in everything
        assert text.encode().hex() not in everything
    assert stores.cases.get("c-1").document["name"] == PERSONAL["name"]


def test_a_plan_of_stored_cases_tells_of_no_person_either(stores: Registry, engine: Engine, database_url: str) -> None:
    row = CaseRow.model_validate({"id": "c-1", **PERSONAL})
    stores.cases.put(CASE.entry("c-1", row), expected=None)
    plans = PlanStore(engine, TenantKeys(engine), tenant="main")
    client = ApiClient(create_app(replace(fake_deps(plans=plans), registry=stores)))  # type: ignore[arg-type]

    accepted = client.post("/v1/plans", json=plan_body(case_ids=["c-1"]))

    plan_id = UUID(accepted.json()["id"])
    everything = "\n".join(dump(database_url))
    cases: Any = plans.get(plan_id).request["cases"]
    assert cases[1]["address"] == PERSONAL["address"]
    assert str(plan_id) in everything
    for text in (*PERSONAL.values(), "Im Pardiel"):
        assert text not in everything
    assert PERSONAL["name"] not in str(plans.get(plan_id).request)


def test_a_person_is_found_exactly_however_it_was_written(stores: Registry) -> None:
    stores.cases.put(CASE.entry("c-1", CaseRow.model_validate({"id": "c-1", **PERSONAL})), expected=None)

    def found(**blind: str) -> list[str]:
        return [one.id for one in stores.cases.find(CaseFilter(blind=blind), limit=5)]

    assert found(name=name_form("王 小 明"), phone=phone_form("+86 138-0013-8000")) == ["c-1"]
    assert found(name=name_form("王小")) == []
    assert found(phone=phone_form("1380013800")) == []


def test_tenants_have_cases_of_their_own(engine: Engine) -> None:
    keys = TenantKeys(engine)
    mine, other = registry(engine, keys, tenant="mine"), registry(engine, keys, tenant="other")
    entry = CASE.entry("c-1", CaseRow.model_validate({"id": "c-1", **PERSONAL}))
    mine.cases.put(entry, expected=None)

    seen_by_other = (
        other.cases.get_many(["c-1"]),
        other.cases.find(CaseFilter(blind={"name": PERSONAL["name"]}), limit=5),
        other.cases.visits(["c-1"]),
    )
    made = other.cases.put(entry, expected=None)
    other.cases.delete("c-1", expected=ANY)

    assert seen_by_other == ({}, [], {})
    assert made.outcome == "created"
    assert mine.cases.get("c-1").version == 1


def test_two_calls_with_the_same_rows_in_another_order_never_wait_for_each_other_for_good(stores: Registry) -> None:
    def rows(priority: int) -> list[CaseRow]:
        return [CaseRow.model_validate({"id": f"c-{i}", "address": "x", "priority": priority}) for i in range(300)]

    def put(priority: int) -> int:
        entries = [CASE.entry(row.id, row) for row in rows(priority)]
        return len(stores.cases.put_many(entries if priority % 2 else entries[::-1]))

    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(put, range(8)))

    assert counts == [300] * 8
    assert len({one.document["priority"] for one in stores.cases.page(limit=300)}) == 1
