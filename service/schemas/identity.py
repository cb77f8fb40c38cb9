"""Keys, users and the caller over the wire."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from service.auth.caller import Caller, CallerKind
from service.auth.identity import LONGEST_NAME, ApiKey, User
from service.auth.scope import Role, Scope
from service.schemas.base import Schema, printable_text

_Role = Annotated[Role, Field(strict=False, description="What it may do; scopes narrow it.")]
_Scopes = Annotated[
    list[Annotated[Scope, Field(strict=False)]],
    Field(min_length=1, max_length=len(Scope), description="Only these of the role's scopes; left out: all of them."),
]
_Instant = Annotated[AwareDatetime, Field(strict=False)]


class KeyRequest(Schema):
    """A key to make."""

    name: Annotated[
        str,
        Field(min_length=1, max_length=LONGEST_NAME, description="What uses it; no person's name."),
        printable_text,
    ]
    role: _Role
    scopes: _Scopes | None = None
    expires_at: Annotated[_Instant | None, Field(description="When it ends; left out: when it is revoked.")] = None


class KeyOut(Schema):
    """A key without its secret."""

    id: UUID
    name: str
    hint: Annotated[str, Field(description="The first characters of the secret.")]
    role: Role
    scopes: Annotated[list[Scope], Field(description="What it may do.")]
    created_at: datetime
    created_by: Annotated[str, Field(description="Id of the key or the user that made it; `local`, `init`.")]
    expires_at: datetime | None
    last_used_at: Annotated[datetime | None, Field(description="To the minute.")]
    revoked_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        """From the stored key."""
        return cls(
            id=key.id,
            name=key.name,
            hint=key.hint,
            role=key.role,
            scopes=sorted(key.granted),
            created_at=key.created_at,
            created_by=key.created_by,
            expires_at=key.expires_at,
            last_used_at=key.last_used_at,
            revoked_at=key.revoked_at,
        )


class NewKey(Schema):
    """A new key, with the secret that is shown this once."""

    key: KeyOut
    secret: Annotated[str, Field(description="Send it as `Authorization: Bearer …`. Nobody can read it again.")]


class KeyPage(Schema):
    """A page of keys."""

    keys: list[KeyOut]
    next: str | None


class UserRequest(Schema):
    """A person to let in."""

    email: Annotated[str, Field(min_length=3, max_length=255, description="As the identity provider verifies it.")]
    role: _Role


class UserChange(Schema):
    """What changes of a user; what is left out stays."""

    role: _Role | None = None
    active: Annotated[bool | None, Field(description="False shuts them out at once.")] = None


class UserOut(Schema):
    """A person who may log in."""

    id: UUID
    email: str
    role: Role
    active: bool
    linked: Annotated[bool, Field(description="Whether they have logged in before.")]
    created_at: datetime
    last_login_at: datetime | None

    @classmethod
    def of(cls, user: User) -> Self:
        """From the stored user."""
        return cls(
            id=user.id,
            email=user.email,
            role=user.role,
            active=user.active,
            linked=user.linked,
            created_at=user.created_at,
            last_login_at=user.last_login_at,
        )


class UserPage(Schema):
    """A page of users."""

    users: list[UserOut]
    next: str | None


class Me(Schema):
    """Who is asking."""

    tenant: str
    kind: CallerKind
    subject: Annotated[str, Field(description="Id of the key or the user; `local` on the machine itself.")]
    role: Role
    scopes: list[Scope]

    @classmethod
    def of(cls, caller: Caller) -> Self:
        """From the caller."""
        return cls(
            tenant=caller.tenant,
            kind=caller.kind,
            subject=caller.subject,
            role=caller.role,
            scopes=sorted(caller.scopes),
        )
