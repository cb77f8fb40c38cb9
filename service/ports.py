"""What the endpoints need of access, of the audit log, of preview links and of a tenant's settings."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from service.audit.chain import Head
from service.audit.entry import Entry, Recorded
from service.auth.caller import Caller
from service.auth.identity import ApiKey, User
from service.auth.scope import Role, Scope
from service.auth.secret import NewSecret
from service.persons.person import Person
from service.store.access.links import PreviewLink
from service.store.access.tenant_settings import Share, TenantSettings
from service.store.audit.audit_log import EVERYTHING, AuditFilter
from service.store.jobs.records import JsonObject
from service.store.people.erasure import Erasure
from service.store.people.person_search import Wanted


class Identities(Protocol):
    """service.store.access.tenant_identities.TenantIdentities: the keys and users of the tenant."""

    def add_key(
        self,
        *,
        name: str,
        role: Role,
        scopes: frozenset[Scope] | None = None,
        expires_at: datetime | None = None,
        created_by: str,
        key_id: UUID | None = None,
    ) -> tuple[ApiKey, str]:
        """Make a key and return it with its secret; raises InvalidIdentityError."""

    def list_keys(self, *, limit: int, after: tuple[datetime, UUID] | None = None) -> Sequence[ApiKey]:
        """Return the newest keys, behind the one that `after` names."""

    def get_key(self, key_id: UUID) -> ApiKey:
        """Return the key; raises UnknownKeyError."""

    def revoke_key(self, key_id: UUID) -> ApiKey:
        """End a key; raises UnknownKeyError."""

    def add_user(self, *, email: str, role: Role, user_id: UUID | None = None) -> User:
        """Let a person in; raises InvalidIdentityError, TakenIdentityError."""

    def list_users(self, *, limit: int, after: tuple[datetime, UUID] | None = None) -> Sequence[User]:
        """Return the newest users, behind the one that `after` names."""

    def get_user(self, user_id: UUID) -> User:
        """Return the user; raises UnknownUserError."""

    def change_user(self, user_id: UUID, *, role: Role | None, active: bool | None, version: int) -> User:
        """Change a user; raises UnknownUserError, VersionChangedError."""

    def remove_user(self, user_id: UUID) -> None:
        """Delete a user; raises UnknownUserError."""


class AdmitsCallers(Protocol):
    """service.access.gate.Gate."""

    def admit(self, carried: Any) -> Caller | None:
        """Return the caller; None when nothing was shown; raises CredentialsError."""


class KeepsSessions(Protocol):
    """service.store.access.identities.IdentityStore: the sessions of browsers."""

    def open_session(self, caller: Caller, *, lasts: timedelta) -> NewSecret:
        """Start a session of a caller that has just proved who it is."""

    def close_session(self, secret: str) -> None:
        """End a session."""


class LogsPeopleIn(Protocol):
    """service.access.provider.IdentityProvider, or several of them: service.access.providers.IdentityProviders."""

    @property
    def asks_for_bank(self) -> bool:
        """Whether people say which bank is theirs before a login begins."""

    def begin(self, back_to: str, *, bank: str = "") -> str:
        """Begin a login and return the URL to send the browser to; raises UnknownBankError, ProviderAwayError."""

    def finish(self, *, state: str, code: str, issuer: str = "") -> tuple[Caller, str]:
        """Return who has logged in, and where they wanted to go; raises CredentialsError, ProviderAwayError."""


class Audit(Protocol):
    """service.store.audit.audit_log.AuditLog: the log of the tenant."""

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
    """service.store.access.links.LinkStore: the links of the tenant."""

    def create(
        self, plan: UUID, route: int, *, expires_at: datetime, created_by: str, link_id: UUID | None = None
    ) -> tuple[PreviewLink, str]:
        """Make a link and return it with its secret."""

    def list(self, plan: UUID, *, limit: int, after: tuple[datetime, UUID] | None = None) -> Sequence[PreviewLink]:
        """Return the newest links of a plan, behind the one that `after` names."""

    def revoke(self, plan: UUID, link_id: UUID) -> None:
        """End a link; raises LinkNotFoundError."""


class Persons(Protocol):
    """service.store.people.persons.PersonStore: the people of the tenant."""

    def find(self, wanted: Wanted) -> Person:
        """Return the person that is meant; raises PersonNotFoundError, AmbiguousPersonError."""

    def erase(self, person: Person) -> Erasure:
        """Erase the person; raises PersonAtWorkError."""

    def export(self, person: Person) -> JsonObject:
        """Return everything that is kept about the person."""


class FindsLinks(Protocol):
    """service.store.access.links.LinkFinder: the links of all tenants."""

    def find(self, secret: str, *, opening: bool = False) -> PreviewLink | None:
        """Return the link that has this secret and is not over."""


class ChosenSettings(Protocol):
    """service.store.access.tenant_settings.TenantSettingsStore: what the tenant chose."""

    def get(self) -> tuple[TenantSettings, int]:
        """Return the settings with their version."""

    def put(self, settings: TenantSettings, *, version: int) -> int:
        """Store settings in place of those of `version`; raises VersionChangedError."""

    def share(self) -> Share:
        """Return what the operator gives the tenant."""


class NoLinks:
    """Where no link was ever made."""

    def find(self, secret: str, *, opening: bool = False) -> PreviewLink | None:  # noqa: ARG002 - of the protocol
        """Find none."""
        return None
