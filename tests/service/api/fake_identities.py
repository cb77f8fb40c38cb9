"""Keys and users in memory, by the rules of the real ones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from service.auth.errors import InvalidIdentityError, TakenIdentityError, UnknownKeyError, UnknownUserError
from service.auth.identity import ApiKey, User, check_email, check_expiry, check_name, check_scopes
from service.auth.scope import Role, Scope
from service.auth.secret import new_key
from service.store.errors import VersionChangedError

NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


class FakeIdentities:
    """service.store.access.tenant_identities.TenantIdentities without a database."""

    def __init__(self) -> None:
        self.keys: dict[UUID, ApiKey] = {}
        self.users: dict[UUID, User] = {}

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
        secret = new_key()
        key = ApiKey(
            id=key_id or uuid4(),
            name=check_name(name),
            hint=secret.hint,
            role=role,
            scopes=check_scopes(role, scopes),
            created_at=NOW,
            created_by=created_by,
            expires_at=check_expiry(expires_at, now=NOW),
            last_used_at=None,
            revoked_at=None,
        )
        self.keys[key.id] = key
        return key, secret.text

    def list_keys(self, *, limit: int, after: tuple[datetime, UUID] | None = None) -> Sequence[ApiKey]:
        found = sorted(self.keys.values(), key=lambda key: (key.created_at, key.id), reverse=True)
        return [key for key in found if after is None or (key.created_at, key.id) < after][:limit]

    def get_key(self, key_id: UUID) -> ApiKey:
        if key_id not in self.keys:
            raise UnknownKeyError
        return self.keys[key_id]

    def revoke_key(self, key_id: UUID) -> ApiKey:
        self.keys[key_id] = replace(self.get_key(key_id), revoked_at=self.get_key(key_id).revoked_at or NOW)
        return self.keys[key_id]

    def add_user(self, *, email: str, role: Role, user_id: UUID | None = None) -> User:
        address = check_email(email)
        if address in {user.email for user in self.users.values()}:
            raise TakenIdentityError
        user = User(
            id=user_id or uuid4(),
            email=address,
            role=role,
            active=True,
            linked=False,
            version=1,
            created_at=NOW,
            last_login_at=None,
        )
        self.users[user.id] = user
        return user

    def list_users(self, *, limit: int, after: tuple[datetime, UUID] | None = None) -> Sequence[User]:
        found = sorted(self.users.values(), key=lambda user: (user.created_at, user.id), reverse=True)
        return [user for user in found if after is None or (user.created_at, user.id) < after][:limit]

    def get_user(self, user_id: UUID) -> User:
        if user_id not in self.users:
            raise UnknownUserError
        return self.users[user_id]

    def change_user(self, user_id: UUID, *, role: Role | None, active: bool | None, version: int) -> User:
        user = self.get_user(user_id)
        if role is None and active is None:
            raise InvalidIdentityError(field="role", rule="Say role, active or both.")
        if user.version != version:
            raise VersionChangedError
        self.users[user_id] = replace(
            user,
            role=role or user.role,
            active=user.active if active is None else active,
            version=version + 1,
        )
        return self.users[user_id]

    def remove_user(self, user_id: UUID) -> None:
        self.get_user(user_id)
        del self.users[user_id]
