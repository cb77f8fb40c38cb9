"""Branches, cases and collectors as values: what is stored of them, and what became of storing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Row, Table

from service.audit.entry import Action
from service.store.jobs.records import JsonObject
from service.store.privacy.vault import Vault

Outcome = Literal["created", "updated", "unchanged"]
#: A change of whatever version is there.
ANY: Final = "any"
Expected = int | Literal["any"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceKind:
    """A kind of resource.

    Attributes
    ----------
    name : what messages call it.
    table : one of service.store.resources.resource_tables.
    clear : the columns that stand in clear.
    blind : what it is found by without being read; the table has the column `{name}_key` for each.
    """

    name: str
    table: Table
    clear: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()

    @property
    def changed(self) -> Action:
        """What the audit log calls a change of one."""
        return Action(f"{self.name}.changed")

    @property
    def erased(self) -> Action:
        """What the audit log calls the end of one."""
        return Action(f"{self.name}.erased")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A resource to be stored: its document, and of it the values of the columns.

    `blind` has the texts in the form in which they are looked for; None or "" for none.
    """

    id: str
    document: JsonObject
    clear: Mapping[str, object] = field(default_factory=dict)
    blind: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of an entry. In a dry run it is the version that it would have."""

    id: str
    outcome: Outcome
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource as stored. Instants are aware, in UTC."""

    id: str
    version: int
    created_at: datetime
    changed_at: datetime
    document: JsonObject


def resource_of(row: Row[Any], vault: Vault) -> Resource:
    """Return a row as a value."""
    return Resource(
        id=row.id,
        version=row.version,
        created_at=row.created_at,
        changed_at=row.changed_at,
        document=vault.open(row.sealed),
    )
