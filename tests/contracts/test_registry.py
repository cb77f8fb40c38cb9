"""What keeps branches, cases and collectors, in PostgreSQL and in memory: one set of rules."""

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest

from service.store.engine import open_engine
from service.store.errors import (
    BranchInUseError,
    ResourceChangedError,
    ResourceExistsError,
    ResourceNotFoundError,
    UnknownBranchError,
)
from service.store.privacy.tenant_keys import TenantKeys
from service.store.resources.case_store import CaseFilter
from service.store.resources.registry import Registry, registry
from service.store.resources.resource_records import ANY, Entry
from service.store.tenancy import tenant_engine
from tests.postgres import PostgresForTests
from tests.service.api.fake_registry import fake_registry


@pytest.fixture(params=["postgresql", "memory"])
def stores(request: pytest.FixtureRequest) -> Iterator[Registry]:
    if request.param == "memory":
        yield fake_registry()
        return
    postgres: PostgresForTests = request.getfixturevalue("postgres")
    with postgres.migrated() as url:
        engine = open_engine(url)
        yield registry(tenant_engine(engine, "main"), TenantKeys(engine), tenant="main")
        engine.dispose()


def case(id_: str, *, name: str | None = None, priority: int = 50, **more: object) -> Entry:
    clear: dict[str, object] = {"status": "open", "priority": priority, **more}
    document: dict[str, object] = {"priority": priority, "name": name, **{key: str(more[key]) for key in more}}
    return Entry(id=id_, document=document, clear=clear, blind={"name": name})


def test_what_is_put_is_there_with_a_version_that_counts_its_changes(stores: Registry) -> None:
    first = stores.cases.put(case("a"), expected=None)
    second = stores.cases.put(case("a", priority=70), expected=1)

    there = stores.cases.get("a")
    assert (first.outcome, second.outcome) == ("created", "updated")
    assert (there.version, there.document["priority"]) == (2, 70)
    assert there.created_at <= there.changed_at


def test_the_same_once_more_changes_nothing_whatever_version_is_named(stores: Registry) -> None:
    stores.cases.put(case("a"), expected=None)

    again = [stores.cases.put(case("a"), expected=expected) for expected in (None, 1, 7, ANY)]

    assert {(one.outcome, one.version) for one in again} == {("unchanged", 1)}


def test_a_change_must_name_the_version_that_is_there(stores: Registry) -> None:
    stores.cases.put(case("a"), expected=None)

    with pytest.raises(ResourceExistsError):
        stores.cases.put(case("a", priority=1), expected=None)
    with pytest.raises(ResourceChangedError):
        stores.cases.put(case("a", priority=1), expected=2)
    with pytest.raises(ResourceChangedError):
        stores.cases.put(case("b"), expected=1)
    assert stores.cases.put(case("a", priority=1), expected=ANY).version == 2


def test_what_is_deleted_is_gone(stores: Registry) -> None:
    stores.cases.put(case("a"), expected=None)

    with pytest.raises(ResourceChangedError):
        stores.cases.delete("a", expected=2)
    stores.cases.delete("a", expected=1)

    with pytest.raises(ResourceNotFoundError):
        stores.cases.get("a")
    with pytest.raises(ResourceNotFoundError):
        stores.cases.delete("a", expected=ANY)


def test_many_are_stored_in_one_call_and_a_second_call_changes_nothing(stores: Registry) -> None:
    stores.cases.put_many([case("b", priority=1), case("c")])
    entries = [case("c"), case("a"), case("b", priority=2)]

    dry = stores.cases.put_many(entries, dry_run=True)
    first = stores.cases.put_many(entries)
    second = stores.cases.put_many(entries)

    assert [(one.id, one.outcome, one.version) for one in first] == [
        ("c", "unchanged", 1),
        ("a", "created", 1),
        ("b", "updated", 2),
    ]
    assert dry == first
    assert [(one.outcome, one.version) for one in second] == [("unchanged", 1), ("unchanged", 1), ("unchanged", 2)]
    assert stores.cases.get("b").document["priority"] == 2


def test_pages_follow_each_other_in_the_order_of_the_bytes_of_ids(stores: Registry) -> None:
    stores.cases.put_many([case(id_) for id_ in ("b", "案件-1", "A", "a", "B-1")])

    first = stores.cases.find(CaseFilter(), limit=3)
    second = stores.cases.find(CaseFilter(), limit=3, after="a")

    assert [one.id for one in (*first, *second)] == ["A", "B-1", "a", "b", "案件-1"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CaseFilter(), ["a-1", "a-2", "b%1", "b_1"]),
        (CaseFilter(branch="north"), ["a-1", "a-2"]),
        (CaseFilter(status="closed"), ["b_1"]),
        (CaseFilter(id_prefix="a-"), ["a-1", "a-2"]),
        (CaseFilter(id_prefix="b_"), ["b_1"]),
        (CaseFilter(id_prefix="b%"), ["b%1"]),
        (CaseFilter(min_priority=40, max_priority=60), ["a-2"]),
        (CaseFilter(min_days_past_due=30), ["a-1"]),
        (CaseFilter(max_days_past_due=30), ["a-1"]),
        (CaseFilter(due_by=date(2026, 5, 1)), ["a-1", "a-2", "b_1"]),
        (CaseFilter(blind={"name": "anna"}), ["a-1", "b_1"]),
        (CaseFilter(blind={"name": "anna"}, branch="north"), ["a-1"]),
        (CaseFilter(blind={"name": "ann"}), []),
        (CaseFilter(branch="no such"), []),
    ],
)
def test_cases_are_found_by_each_filter(stores: Registry, wanted: CaseFilter, found: list[str]) -> None:
    stores.branches.put(Entry(id="north", document={}), expected=None)
    stores.cases.put_many(
        [
            case("a-1", name="anna", priority=10, branch="north", days_past_due=30),
            case("a-2", priority=50, branch="north", due_on=date(2026, 5, 1)),
            case("b_1", name="anna", priority=90, status="closed"),
            case("b%1", priority=61, due_on=date(2026, 5, 2)),
        ]
    )

    assert [one.id for one in stores.cases.find(wanted, limit=10)] == found
    assert stores.cases.count(wanted) == len(found)


def test_the_due_cases_of_a_branch_come_by_priority(stores: Registry) -> None:
    stores.branches.put(Entry(id="north", document={}), expected=None)
    day = date(2026, 5, 1)
    stores.cases.put_many(
        [
            case("low", priority=10, branch="north"),
            case("high", priority=90, branch="north", due_on=day),
            case("later", priority=99, branch="north", due_on=date(2026, 5, 2)),
            case("closed", priority=99, branch="north", status="closed"),
            case("elsewhere", priority=99),
        ]
    )

    assert [one.id for one in stores.cases.due("north", day, limit=10)] == ["high", "low"]
    assert [one.id for one in stores.cases.due("north", day, limit=1)] == ["high"]


def test_a_branch_must_be_there_and_stays_while_it_is_used(stores: Registry) -> None:
    with pytest.raises(UnknownBranchError):
        stores.cases.put(case("a", branch="north"), expected=None)
    with pytest.raises(UnknownBranchError):
        stores.cases.put_many([case("a", branch="north")])
    stores.branches.put(Entry(id="north", document={}), expected=None)
    stores.cases.put(case("a", branch="north"), expected=None)

    with pytest.raises(BranchInUseError):
        stores.branches.delete("north", expected=ANY)
    stores.cases.delete("a", expected=ANY)
    stores.branches.delete("north", expected=ANY)

    assert stores.branches.known(["north"]) == set()


def test_a_visit_that_is_sent_again_is_one_visit(stores: Registry) -> None:
    stores.cases.put(case("a"), expected=None)
    visit_id = uuid4()

    first, second = (
        stores.cases.add_visit("a", {"outcome": "met"}, visited_on=date(2026, 5, 1), visit_id=visit_id) for _ in "12"
    )

    assert first == second
    assert len(stores.cases.visits(["a"])["a"]) == 1


def test_visits_come_in_pages_those_of_one_day_as_they_were_recorded(stores: Registry) -> None:
    stores.cases.put(case("a"), expected=None)
    recorded = [stores.cases.add_visit("a", {"n": day}, visited_on=date(2026, 5, day)) for day in (2, 1, 2)]

    first = stores.cases.page_of_visits("a", limit=2)
    behind = (first[-1].visited_on, first[-1].created_at, first[-1].id)
    second = stores.cases.page_of_visits("a", limit=2, after=behind)

    assert {visit.id for visit in first} == {recorded[0].id, recorded[2].id}
    assert [visit.id for visit in second] == [recorded[1].id]
    assert first == sorted(first, key=lambda visit: (visit.created_at, visit.id), reverse=True)


def test_visits_are_kept_with_their_case(stores: Registry) -> None:
    stores.cases.put_many([case("a"), case("b")])
    stores.cases.add_visit("a", {"outcome": "met"}, visited_on=date(2026, 5, 1))
    stores.cases.add_visit("a", {"outcome": "paid"}, visited_on=date(2026, 5, 9))
    stores.cases.put(case("a", priority=1), expected=1)

    found = stores.cases.visits(["a", "b"])

    assert [visit.document["outcome"] for visit in found["a"]] == ["paid", "met"]
    assert "b" not in found
    with pytest.raises(ResourceNotFoundError):
        stores.cases.remove_visit("b", found["a"][0].id)
    stores.cases.remove_visit("a", found["a"][0].id)
    assert [visit.document["outcome"] for visit in stores.cases.visits(["a"])["a"]] == ["met"]
    with pytest.raises(ResourceNotFoundError):
        stores.cases.add_visit("c", {"outcome": "met"}, visited_on=date(2026, 5, 1))
