"""Tenants, users and keys as they are stored: what a rule says of them is checked here, once."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from service.auth.errors import InvalidIdentityError
from service.auth.scope import SCOPES_OF, Role, Scope, granted

_TENANT: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One bank. `id` is in no URL but stands in exports and logs: let it name no person."""

    id: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A program's key, without its secret. `scopes` None: all of its role."""

    id: UUID
    name: str
    hint: str
    role: Role
    scopes: frozenset[Scope] | None
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    @property
    def granted(self) -> frozenset[Scope]:
        """What it may do."""
        return granted(self.role, self.scopes)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person of the bank, who logs in with the bank's identity provider. `linked` once they have."""

    id: UUID
    email: str
    role: Role
    active: bool
    linked: bool
    version: int
    created_at: datetime
    last_login_at: datetime | None


def check_tenant_id(value: str) -> str:
    """Return the id when it may be one; raises InvalidIdentityError."""
    if not _TENANT.fullmatch(value):
        raise InvalidIdentityError(field="id", rule="1 to 32 lower-case letters, digits and inner hyphens.")
    return value


def check_name(value: str) -> str:
    """Return the name without surrounding space when it may be one; raises InvalidIdentityError."""
    name = value.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidIdentityError(field="name", rule=f"A name has 1 to {LONGEST_NAME} printable characters.")
    return name


def check_email(value: str) -> str:
    """Return the e-mail address in lower case when it looks like one; raises InvalidIdentityError."""
    email = value.strip().lower()
    if not _EMAIL.fullmatch(email) or not email.isprintable():
        raise InvalidIdentityError(field="email", rule="An e-mail address looks like name@example.org.")
    return email


def check_scopes(role: Role, scopes: frozenset[Scope] | None) -> frozenset[Scope] | None:
    """Return the scopes when the role has them all; raises InvalidIdentityError."""
    if scopes is not None and (beyond := sorted(scopes - SCOPES_OF[role])):
        raise InvalidIdentityError(field="scopes", rule=f"The role {role} does not have {', '.join(beyond)}.")
    if scopes is not None and not scopes:
        raise InvalidIdentityError(field="scopes", rule="Name at least one, or leave it out for all of the role's.")
    return scopes


def check_expiry(expires_at: datetime | None, *, now: datetime) -> datetime | None:
    """Return the instant when it is still to come; raises InvalidIdentityError."""
    if expires_at is not None and (expires_at.tzinfo is None or expires_at <= now):
        raise InvalidIdentityError(field="expires_at", rule="expires_at is an instant with an offset, later than now.")
    return expires_at
