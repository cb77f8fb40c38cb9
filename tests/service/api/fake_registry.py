"""Branches, cases and collectors in memory, with the rules of the real stores."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import cast
from uuid import UUID, uuid4

from service.store.errors import (
    BranchInUseError,
    ResourceChangedError,
    ResourceExistsError,
    ResourceNotFoundError,
    UnknownBranchError,
)
from service.store.jobs.records import JsonObject
from service.store.resources.case_store import CaseFilter, CaseStore, VisitPosition, VisitRecord
from service.store.resources.registry import CollectorStore, Registry
from service.store.resources.resource_records import ANY, Entry, Expected, Resource, Stored
from service.store.resources.resources import ResourceStore

AT = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


class FakeResources:
    """One kind of them. `branches` are those that entries may name; `of_branch` those that hold a branch."""

    def __init__(self, kind: str, branches: "FakeResources | None" = None) -> None:
        self.kind = kind
        self.branches = branches
        self.of_branch: list[FakeResources] = []
        self.entries: dict[str, Entry] = {}
        self.resources: dict[str, Resource] = {}
        self.visit_records: list[VisitRecord] = []
        if branches is not None:
            branches.of_branch.append(self)

    def get(self, id_: str) -> Resource:
        if id_ not in self.resources:
            raise ResourceNotFoundError("none", kind=self.kind)
        return self.resources[id_]

    def get_many(self, ids: Collection[str]) -> dict[str, Resource]:
        return {id_: self.resources[id_] for id_ in ids if id_ in self.resources}

    def known(self, ids: Collection[str]) -> set[str]:
        return set(ids) & set(self.resources)

    def page(self, *, limit: int, after: str | None = None) -> list[Resource]:
        ids = sorted(self.resources, key=str.encode)
        return [self.resources[id_] for id_ in ids if after is None or id_.encode() > after.encode()][:limit]

    def find(
        self,
        wanted: CaseFilter | None = None,
        *,
        branch: str | None = None,
        status: str | None = None,
        limit: int,
        after: str | None = None,
    ) -> list[Resource]:
        asked = wanted or CaseFilter(branch=branch, status=status)
        found = self.page(limit=len(self.resources), after=after)
        return [one for one in found if _matches(self.entries[one.id], asked)][:limit]

    def due(self, branch: str, day: date, *, limit: int) -> list[Resource]:
        found = self.find(CaseFilter(branch=branch, status="open", due_by=day), limit=len(self.resources))
        return sorted(found, key=lambda one: -cast("int", self.entries[one.id].clear["priority"]))[:limit]

    def count(self, wanted: CaseFilter) -> int:
        return len(self.find(wanted, limit=len(self.resources)))

    def put(self, entry: Entry, *, expected: Expected) -> Stored:
        there = self.resources.get(entry.id)
        if there is not None and there.document == entry.document:
            return Stored(id=entry.id, outcome="unchanged", version=there.version)
        if there is not None and expected is None:
            raise ResourceExistsError
        if isinstance(expected, int) and (there is None or there.version != expected):
            raise ResourceChangedError
        return self.put_many([entry])[0]

    def put_many(self, entries: Sequence[Entry], *, dry_run: bool = False) -> list[Stored]:
        return [self._put(entry, dry_run=dry_run) for entry in entries]

    def _put(self, entry: Entry, *, dry_run: bool) -> Stored:
        branch = cast("str | None", entry.clear.get("branch"))
        if branch is not None and self.branches is not None and branch not in self.branches.resources:
            raise UnknownBranchError
        there = self.resources.get(entry.id)
        if there is None:
            new = Resource(id=entry.id, version=1, created_at=AT, changed_at=AT, document=entry.document)
        elif there.document == entry.document:
            return Stored(id=entry.id, outcome="unchanged", version=there.version)
        else:
            new = replace(there, version=there.version + 1, document=entry.document)
        if not dry_run:
            self.resources[entry.id], self.entries[entry.id] = new, entry
        return Stored(id=entry.id, outcome="created" if there is None else "updated", version=new.version)

    def delete(self, id_: str, *, expected: Expected) -> None:
        if expected not in {ANY, self.get(id_).version}:
            raise ResourceChangedError
        if any(entry.clear.get("branch") == id_ for users in self.of_branch for entry in users.entries.values()):
            raise BranchInUseError
        del self.resources[id_], self.entries[id_]

    def add_visit(
        self, case_id: str, document: JsonObject, *, visited_on: date, visit_id: UUID | None = None
    ) -> VisitRecord:
        self.get(case_id)
        for visit in self.visit_records:
            if visit.id == visit_id:
                return visit
        made = VisitRecord(
            id=visit_id or uuid4(), case_id=case_id, visited_on=visited_on, created_at=AT, document=document
        )
        self.visit_records.append(made)
        return made

    def remove_visit(self, case_id: str, visit_id: UUID) -> None:
        kept = [visit for visit in self.visit_records if (visit.case_id, visit.id) != (case_id, visit_id)]
        if len(kept) == len(self.visit_records):
            raise ResourceNotFoundError("none", kind="visit")
        self.visit_records = kept

    def page_of_visits(self, case_id: str, *, limit: int, after: VisitPosition | None = None) -> list[VisitRecord]:
        keyed = sorted(
            ((one.visited_on, one.created_at, one.id, one) for one in self.visit_records if one.case_id == case_id),
            key=lambda entry: entry[:3],
            reverse=True,
        )
        return [entry[3] for entry in keyed if after is None or entry[:3] < after][:limit]

    def visits(self, case_ids: Collection[str]) -> dict[str, Sequence[VisitRecord]]:
        latest = sorted(self.visit_records, key=lambda visit: visit.visited_on, reverse=True)
        found = {id_: [visit for visit in latest if visit.case_id == id_] for id_ in case_ids}
        return {id_: visits for id_, visits in found.items() if visits}


def fake_registry() -> Registry:
    branches = FakeResources("branch")
    return Registry(
        branches=cast("ResourceStore", branches),
        cases=cast("CaseStore", FakeResources("case", branches)),
        collectors=cast("CollectorStore", FakeResources("collector", branches)),
    )


def _matches(entry: Entry, wanted: CaseFilter) -> bool:
    clear = entry.clear
    due_on = cast("date | None", clear.get("due_on"))
    return (
        wanted.branch in {None, clear.get("branch")}
        and wanted.status in {None, clear.get("status")}
        and entry.id.startswith(wanted.id_prefix or "")
        and _between(clear.get("priority"), wanted.min_priority, wanted.max_priority)
        and _between(clear.get("days_past_due"), wanted.min_days_past_due, wanted.max_days_past_due)
        and (wanted.due_by is None or due_on is None or due_on <= wanted.due_by)
        and all(entry.blind.get(name) == text for name, text in wanted.blind.items())
    )


def _between(value: object, least: int | None, most: int | None) -> bool:
    if least is None and most is None:
        return True
    return isinstance(value, int) and (least is None or value >= least) and (most is None or value <= most)
