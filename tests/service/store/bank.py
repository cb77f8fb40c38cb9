"""A bank in which somebody is wherever a person can be."""

import json
from datetime import date
from uuid import UUID

import psycopg
from sqlalchemy import Engine

from geodata.coords import LonLat
from geodata.geocoding.pins import normal_form
from geodata.geocoding.port import GeocodeAnswer, Level, MatchType, Status
from service.cases.person import name_form, phone_form
from service.persons.person import Person
from service.store.addresses.address_book import address_books
from service.store.audit.audit_log import AuditLog
from service.store.jobs.batches import BatchStore
from service.store.jobs.plans import PlanStore
from service.store.jobs.schedules import ScheduleStore
from service.store.people.person_rows import PersonRows, tables_about
from service.store.people.persons import PersonStore
from service.store.privacy.tenant_keys import TenantKeys
from service.store.resources.registry import registry
from service.store.resources.resource_records import ANY, Entry
from service.store.tenancy import tenant_engine
from tests.service.web.days import day_document

NAME, PHONE, ADDRESS = "Balthasar Quaderer-Xylander", "+423 777 31 41", "Zwetschgenweg 77, 9494 Schaan"
#: A case on a route of the stored day, and one that stands beside it.
CASE, OTHER = "C-1032", "C-1013"
DAY = date(2026, 11, 25)
DOUBT = GeocodeAnswer(
    status=Status.NEEDS_REVIEW,
    location=LonLat(9.5, 47.1),
    label="Zwetschgenweg, Schaan",
    match_level=Level.STREET,
    location_level=Level.STREET,
    uncertainty_m=300,
    confidence=0.5,
    match_type=MatchType.FALLBACK,
    components={},
    unmatched_text="",
    alternatives=(),
    reasons=(),
    dataset_version="v1",
)


class Bank:
    """The stores of one tenant."""

    def __init__(self, engine: Engine, tenant: str = "main") -> None:
        keys = TenantKeys(engine)
        self.keys = keys
        registered = registry(engine, keys, tenant=tenant)
        self.cases, self.collectors, self.branches = registered.cases, registered.collectors, registered.branches
        self.plans = PlanStore(engine, keys, tenant=tenant)
        self.schedules = ScheduleStore(engine, keys, tenant=tenant)
        self.batches = BatchStore(engine, keys, tenant=tenant)
        self.books = address_books(engine, keys, tenant=tenant)
        self.persons = PersonStore(tenant_engine(engine, tenant), keys, tenant=tenant)
        self.log = AuditLog(engine, tenant=tenant)

    def case(self, id_: str, *, name: str = NAME, phone: str = PHONE, address: str = ADDRESS, note: str = "") -> None:
        document: dict[str, object] = {"name": name, "phone": phone, "address": address, "note": note}
        blind = {"name": name_form(name), "phone": phone_form(phone), "address": normal_form(address)}
        clear = {"status": "open", "priority": 50}
        self.cases.put(Entry(id=id_, document=document, clear=clear, blind=blind), expected=ANY)

    def plan(self, *, done: bool = True) -> UUID:
        request: dict[str, object] = {
            "cases": [{"id": CASE, "address": ADDRESS}, {"id": OTHER, "address": "Im Pardiel 46, 9494 Schaan"}]
        }
        plan = self.plans.create(request=request, area="liechtenstein", plan_date=DAY)
        if done:
            claim = self.plans.claim(plan)
            assert claim is not None
            self.plans.finish(plan, claim.attempt, day_document())
        return plan


def dumped(database_url: str) -> str:
    """Return every row of every table, as COPY writes it."""
    parts = []
    with psycopg.connect(database_url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in names:
            with connection.cursor().copy(f'COPY "{name}" TO STDOUT') as copy:
                parts += [bytes(part).decode() for part in copy]
    return "".join(parts)


def everything_opened(bank: Bank, engine: Engine) -> str:
    """Return all that is sealed, opened."""
    tables = tables_about(Person(collectors=frozenset({"anybody"})))
    with engine.connect() as connection:
        rows = PersonRows(connection, bank.keys, tenant="main").opened(tables)
        return json.dumps([[row.table, str(row.id), row.value] for row in rows], ensure_ascii=False)
