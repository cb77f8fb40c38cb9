"""The keys and users of one tenant, as its administrator manages them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Engine, Row, Table, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from service.audit.entry import Action
from service.auth.errors import AuthError, InvalidIdentityError, TakenIdentityError, UnknownKeyError, UnknownUserError
from service.auth.identity import ApiKey, User, check_email, check_expiry, check_name, check_scopes
from service.auth.scope import Role, Scope
from service.auth.secret import new_key
from service.store.access.identity_tables import api_keys, sessions, users
from service.store.audit.audit_log import note
from service.store.errors import VersionChangedError
from service.store.privacy.tenant_keys import TenantKeys

#: The kind of a user's blind index.
EMAIL: Final = "user email"
_After = tuple[datetime, UUID] | None


class TenantIdentities:
    """Makes and ends the keys of one tenant, and says who of its people may log in.

    Parameters
    ----------
    engine : an engine bound to the tenant (`service.store.tenancy.tenant_engine`).
    keys : what users' addresses are sealed with.
    tenant : whose they are.
    """

    def __init__(self, engine: Engine, keys: TenantKeys, *, tenant: str) -> None:
        self._engine = engine
        self._keys = keys
        self._tenant = tenant

    # --- keys --------------------------------------------------------------------------------------------

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
        """Make a key and return it with its secret, which nobody can read again; raises InvalidIdentityError.

        A request that begins anew finds the key of that id there: it gets another secret, since nobody can tell the
        first one, and that one opens nothing any more.
        """
        secret = new_key()
        chosen = check_scopes(role, scopes)
        values = {
            "id": key_id or uuid4(),
            "tenant": self._tenant,
            "name": check_name(name),
            "hint": secret.hint,
            "digest": secret.digest,
            "role": role.value,
            "scopes": None if chosen is None else sorted(one.value for one in chosen),
            "created_by": created_by,
            "expires_at": check_expiry(expires_at, now=datetime.now(UTC)),
        }
        with self._engine.begin() as connection:
            made = insert(api_keys).values(values)
            again = made.on_conflict_do_update(
                index_elements=[api_keys.c.id],
                set_={name: made.excluded[name] for name in ("hint", "digest")},
                where=api_keys.c.tenant == self._tenant,
            )
            row = connection.execute(again.returning(api_keys)).one()
            note(connection, self._tenant, Action.KEY_CREATED, "key", row.id, role=role.value)
        return _key(row), secret.text

    def list_keys(self, *, limit: int, after: _After = None) -> Sequence[ApiKey]:
        """Return the keys, the newest first, behind the one that `after` names; also those that are revoked."""
        return [_key(row) for row in self._page(api_keys, limit=limit, after=after)]

    def get_key(self, key_id: UUID) -> ApiKey:
        """Return the key; raises UnknownKeyError."""
        return _key(self._one(api_keys, key_id))

    def revoke_key(self, key_id: UUID) -> ApiKey:
        """End a key at once, with the sessions that it opened; raises UnknownKeyError."""
        ended = update(api_keys).where(*self._this(api_keys, key_id))
        with self._engine.begin() as connection:
            values = {"revoked_at": func.coalesce(api_keys.c.revoked_at, func.now())}
            row = connection.execute(ended.values(values).returning(api_keys)).one_or_none()
            connection.execute(delete(sessions).where(sessions.c.key_id == key_id, sessions.c.tenant == self._tenant))
            if row is not None:
                note(connection, self._tenant, Action.KEY_REVOKED, "key", key_id)
        return _key(_there(row, UnknownKeyError))

    # --- users -------------------------------------------------------------------------------------------

    def add_user(self, *, email: str, role: Role, user_id: UUID | None = None) -> User:
        """Let a person in, who will log in with this address; raises InvalidIdentityError, TakenIdentityError.

        A user of that id who is there already stays as they are: a request that begins anew has made them before.
        """
        address, vault = check_email(email), self._keys.vault(self._tenant)
        new_id = user_id or uuid4()
        values = {
            "id": new_id,
            "tenant": self._tenant,
            "email_key": vault.index(EMAIL, address),
            "sealed": vault.seal({"email": address}),
            "role": role.value,
        }
        with self._engine.begin() as connection:
            new = insert(users).values(values).on_conflict_do_nothing().returning(users)
            row = connection.execute(new).one_or_none()
            if row is not None:
                note(connection, self._tenant, Action.USER_CHANGED, "user", row.id, role=row.role, active=row.active)
            else:
                made_before = select(users).where(*self._this(users, new_id))
                row = connection.execute(made_before).one_or_none()
        if row is None:
            msg = "Somebody with this e-mail address is a user already."
            raise TakenIdentityError(msg)
        return self._user(row)

    def list_users(self, *, limit: int, after: _After = None) -> Sequence[User]:
        """Return the users, the newest first, behind the one that `after` names."""
        return [self._user(row) for row in self._page(users, limit=limit, after=after)]

    def get_user(self, user_id: UUID) -> User:
        """Return the user; raises UnknownUserError."""
        return self._user(self._one(users, user_id))

    def change_user(self, user_id: UUID, *, role: Role | None, active: bool | None, version: int) -> User:
        """Give a user another role, or shut them out with their sessions.

        Raises
        ------
        UnknownUserError, VersionChangedError
            When there is no such user; when somebody was faster.
        """
        if role is None and active is None:
            raise InvalidIdentityError(field="role", rule="Say role, active or both.")
        changes: dict[str, object] = {"version": users.c.version + 1}
        changes |= {} if role is None else {"role": role.value}
        if active is not None:
            since = None if active else func.coalesce(users.c.shut_out_at, func.now())
            changes |= {"active": active, "shut_out_at": since}
        statement = update(users).where(*self._this(users, user_id), users.c.version == version)
        with self._engine.begin() as connection:
            row = connection.execute(statement.values(changes).returning(users)).one_or_none()
            if row is not None and active is False:
                mine = sessions.c.tenant == self._tenant
                connection.execute(delete(sessions).where(sessions.c.user_id == user_id, mine))
            if row is not None:
                note(connection, self._tenant, Action.USER_CHANGED, "user", user_id, role=row.role, active=row.active)
        if row is None:
            self._one(users, user_id)
            msg = "The user was changed meanwhile."
            raise VersionChangedError(msg)
        return self._user(row)

    def remove_user(self, user_id: UUID) -> None:
        """Delete a user with address and sessions; raises UnknownUserError."""
        with self._engine.begin() as connection:
            if not connection.execute(delete(users).where(*self._this(users, user_id))).rowcount:
                raise UnknownUserError
            note(connection, self._tenant, Action.USER_REMOVED, "user", user_id)

    def _this(self, table: Table, row_id: UUID) -> tuple[ColumnElement[bool], ...]:
        return (table.c.id == row_id, table.c.tenant == self._tenant)

    def _one(self, table: Table, row_id: UUID) -> Row[tuple[object, ...]]:
        with self._engine.connect() as connection:
            row = connection.execute(select(table).where(*self._this(table, row_id))).one_or_none()
        return _there(row, UnknownKeyError if table is api_keys else UnknownUserError)

    def _page(self, table: Table, *, limit: int, after: _After) -> Sequence[Row[tuple[object, ...]]]:
        statement = select(table).where(table.c.tenant == self._tenant)
        if after is not None:
            statement = statement.where(tuple_(table.c.created_at, table.c.id) < after)
        statement = statement.order_by(table.c.created_at.desc(), table.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return connection.execute(statement).all()

    def _user(self, row: Row[tuple[object, ...]]) -> User:
        opened = self._keys.vault(self._tenant).open(row.sealed)
        return User(
            id=row.id,
            email=str(opened["email"]),
            role=Role(row.role),
            active=row.active,
            linked=row.subject is not None,
            version=row.version,
            created_at=row.created_at,
            last_login_at=row.last_login_at,
        )


def _there(row: Row[tuple[object, ...]] | None, missing: type[AuthError]) -> Row[tuple[object, ...]]:
    if row is None:
        raise missing
    return row


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    chosen = row.scopes
    return ApiKey(
        id=row.id,
        name=row.name,
        hint=row.hint,
        role=Role(row.role),
        scopes=None if chosen is None else frozenset(Scope(one) for one in chosen if one in set(Scope)),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
