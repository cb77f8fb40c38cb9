"""What the endpoints need of the audit log, of preview links and of a tenant's settings."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from service.audit.chain import Head
from service.audit.entry import Entry, Recorded
from service.persons.person import Person
from service.store.audit_log import EVERYTHING, AuditFilter
from service.store.links import PreviewLink
from service.store.person_search import Wanted
from service.store.persons import Erasure
from service.store.records import JsonObject
from service.store.tenant_settings import TenantSettings


class Audit(Protocol):
    """service.store.audit_log.AuditLog: the log of the tenant."""

    def add(self, *entries: Entry) -> None:
        """Add entries."""

    def reading(self, entry: Entry) -> None:
        """Add that somebody reads something, once in a while."""

    def list(self, which: AuditFilter = EVERYTHING, *, limit: int, before: int | None = None) -> Sequence[Recorded]:
        """Return the latest entries, before the number `before`."""

    def walk(self, which: AuditFilter = EVERYTHING) -> Iterator[Recorded]:
        """Yield all entries, the first one first."""

    def head(self) -> Head:
        """Return the end of the log."""


class Links(Protocol):
    """service.store.links.LinkStore: the links of the tenant."""

    def create(self, plan: UUID, route: int, *, expires_at: datetime, created_by: str) -> tuple[PreviewLink, str]:
        """Make a link and return it with its secret."""

    def list(self, plan: UUID, *, limit: int, after: tuple[datetime, UUID] | None = None) -> Sequence[PreviewLink]:
        """Return the newest links of a plan, behind the one that `after` names."""

    def revoke(self, plan: UUID, link_id: UUID) -> None:
        """End a link; raises LinkNotFoundError."""


class Persons(Protocol):
    """service.store.persons.PersonStore: the people of the tenant."""

    def find(self, wanted: Wanted) -> Person:
        """Return the person that is meant; raises PersonNotFoundError, AmbiguousPersonError."""

    def erase(self, person: Person) -> Erasure:
        """Erase the person; raises PersonAtWorkError."""

    def export(self, person: Person) -> JsonObject:
        """Return everything that is kept about the person."""


class FindsLinks(Protocol):
    """service.store.links.LinkFinder: the links of all tenants."""

    def find(self, secret: str, *, opening: bool = False) -> PreviewLink | None:
        """Return the link that has this secret and is not over."""


class ChosenSettings(Protocol):
    """service.store.tenant_settings.TenantSettingsStore: what the tenant chose."""

    def get(self) -> tuple[TenantSettings, int]:
        """Return the settings with their version."""

    def put(self, settings: TenantSettings, *, version: int) -> int:
        """Store settings in place of those of `version`; raises VersionChangedError."""


class NoLinks:
    """Where no link was ever made."""

    def find(self, secret: str, *, opening: bool = False) -> PreviewLink | None:  # noqa: ARG002 - of the protocol
        """Find none."""
        return None
