"""The resources that a bank keeps here, as endpoints, files and commands treat them: one way for all kinds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from geodata.geocoding.pins import normal_form
from service.cases.person import name_form, phone_form
from service.imports.columns import CASE_COLUMNS, COLLECTOR_COLUMNS, Column
from service.schemas.bulk import BranchRow, CaseRow, CollectorRow
from service.schemas.stored_case import StoredCase
from service.schemas.stored_collector import StoredCollector
from service.store.resources.registry import Registry
from service.store.resources.resource_records import Entry, Resource
from service.store.resources.resources import ResourceStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of resource.

    Attributes
    ----------
    name, plural : as paths and messages have it.
    row : its schema with the id, as in a bulk call.
    store_of : where it is kept.
    columns_of : the values of its table's columns in clear, and the texts that it is found by.
    columns : of its spreadsheets; none for a kind that is not kept in any.
    """

    name: str
    plural: str
    row: type[BaseModel]
    store_of: Callable[[Registry], ResourceStore]
    columns_of: Callable[[Any], tuple[Mapping[str, object], Mapping[str, str | None]]]
    columns: tuple[Column, ...] = ()

    def entry(self, id_: str, resource: BaseModel) -> Entry:
        """Return what is stored of a resource."""
        clear, blind = self.columns_of(resource)
        document = resource.model_dump(mode="json", exclude_none=True, exclude={"id"})
        return Entry(id=id_, document=document, clear=clear, blind=blind)


def shown(resource: Resource) -> dict[str, Any]:
    """Return a stored resource as its `…Out` schema reads it."""
    return {
        **resource.document,
        "id": resource.id,
        "version": resource.version,
        "created_at": resource.created_at,
        "changed_at": resource.changed_at,
    }


def blind_forms(*, name: str | None, phone: str | None, address: str | None = None) -> dict[str, str]:
    """Return the forms by which a person is found, without what is not known."""
    forms = {
        "name": name_form(name or ""),
        "phone": phone_form(phone or ""),
        "address": normal_form(address or ""),
    }
    return {kind: form for kind, form in forms.items() if form}


def _of_case(case: StoredCase) -> tuple[Mapping[str, object], Mapping[str, str | None]]:
    clear = {
        "branch": case.branch,
        "status": case.status,
        "priority": case.priority,
        "days_past_due": case.days_past_due,
        "due_on": case.due_on,
    }
    return clear, blind_forms(name=case.name, phone=case.phone, address=case.address)


def _of_collector(collector: StoredCollector) -> tuple[Mapping[str, object], Mapping[str, str | None]]:
    clear = {"branch": collector.branch, "status": collector.status}
    return clear, blind_forms(name=collector.name, phone=collector.phone)


BRANCH: Final = Kind(
    name="branch",
    plural="branches",
    row=BranchRow,
    store_of=lambda registry: registry.branches,
    columns_of=lambda _branch: ({}, {}),
)
CASE: Final = Kind(
    name="case",
    plural="cases",
    row=CaseRow,
    store_of=lambda registry: registry.cases,
    columns_of=_of_case,
    columns=CASE_COLUMNS,
)
COLLECTOR: Final = Kind(
    name="collector",
    plural="collectors",
    row=CollectorRow,
    store_of=lambda registry: registry.collectors,
    columns_of=_of_collector,
    columns=COLLECTOR_COLUMNS,
)
