"""Keys, users and sessions across all tenants: who carries this secret."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, Row, Table, delete, exists, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from service.audit.entry import Action, Actor, Entry
from service.auth.caller import Caller, CallerKind
from service.auth.errors import CredentialsError, TakenIdentityError
from service.auth.identity import Tenant, check_email, check_name, check_tenant_id
from service.auth.scope import Role, Scope, granted
from service.auth.secret import NewSecret, digest, new_session
from service.store.access.identity_tables import api_keys, login_attempts, sessions, tenants, users
from service.store.access.seen_lately import SeenLately
from service.store.access.tenant_identities import EMAIL
from service.store.access.tenant_settings import Share, TenantSettingsStore
from service.store.audit.audit_log import record
from service.store.privacy.tenant_keys import TenantKeys

#: A key's last use is noted at most this often: every request would otherwise write.
_NOTED_EVERY: Final = timedelta(minutes=1)
_ATTEMPT_LASTS: Final = timedelta(minutes=10)
_REFUSED_AGAIN_S: Final = 300.0
_NOW: Final = func.clock_timestamp()
_KEY_LIVES: Final = api_keys.c.revoked_at.is_(None) & or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > _NOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginAttempt:
    """What the answer of the identity provider must fit to, and where the browser wanted to go."""

    nonce: str
    verifier: str
    back_to: str


class IdentityStore:
    """Finds callers by what they carry.

    Parameters
    ----------
    engine : an engine of the tables' owner; row-level security would hide the other tenants.
    keys : what users' addresses are sealed with.
    """

    def __init__(self, engine: Engine, keys: TenantKeys) -> None:
        self._engine = engine
        self._keys = keys
        self._somebody = False
        self._refused = SeenLately(seconds=_REFUSED_AGAIN_S)

    def is_anybody_known(self) -> bool:
        """Whether there is a key or a user: from then on nobody is let in without one, for good."""
        if not self._somebody:
            statement = select(exists(select(api_keys.c.id)) | exists(select(users.c.id)))
            with self._engine.connect() as connection:
                self._somebody = connection.execute(statement).scalar_one()
        return self._somebody

    def by_key(self, secret: str) -> Caller:
        """Return whoever carries this API key; raises CredentialsError."""
        statement = select(api_keys).where(api_keys.c.digest == digest(secret), _KEY_LIVES)
        with self._engine.begin() as connection:
            row = connection.execute(statement).one_or_none()
            if row is not None:
                _note_use(connection, row)
        if row is None:
            self._note_refused(api_keys, api_keys.c.digest == digest(secret), CallerKind.KEY)
            msg = "No key is like this."
            raise CredentialsError(msg)
        return _caller_of_key(row)

    def by_session(self, secret: str) -> Caller:
        """Return whoever this session belongs to; raises CredentialsError when it is over or its owner is gone."""
        statement = select(sessions).where(sessions.c.digest == digest(secret), sessions.c.expires_at > _NOW)
        with self._engine.begin() as connection:
            session = connection.execute(statement).one_or_none()
            if session is not None and session.key_id is not None:
                of_key = select(api_keys).where(api_keys.c.id == session.key_id, _KEY_LIVES)
                if (row := connection.execute(of_key).one_or_none()) is not None:
                    _note_use(connection, row)
                    return _caller_of_key(row)
            elif session is not None:
                of_user = select(users).where(users.c.id == session.user_id, users.c.active)
                if (row := connection.execute(of_user).one_or_none()) is not None:
                    return _caller_of_user(row)
        msg = "No session is like this."
        raise CredentialsError(msg)

    def by_subject(self, issuer: str, subject: str, *, verified_email: str | None, tenant: str | None = None) -> Caller:
        """Return the user that an identity provider speaks for, of this bank or of any; raises CredentialsError.

        A user is known by issuer and subject; the first time by an address that the provider has verified and that
        exactly one bank has let in.
        """
        whose = (users.c.issuer == issuer) & (users.c.subject == subject) & _of_bank(users.c.tenant, tenant)
        known = select(users).where(whose, users.c.active)
        with self._engine.begin() as connection:
            row = connection.execute(known).one_or_none()
            if row is None and verified_email is not None:
                row = self._linked(connection, issuer, subject, check_email(verified_email), tenant)
            if row is not None:
                connection.execute(update(users).where(users.c.id == row.id).values(last_login_at=_NOW))
        if row is None:
            self._note_refused(users, whose, CallerKind.USER)
            msg = "The identity provider knows this person, but no bank has let them in."
            raise CredentialsError(msg)
        return _caller_of_user(row)

    def open_session(self, caller: Caller, *, lasts: timedelta) -> NewSecret:
        """Start a session for a caller that has just proved who it is."""
        secret = new_session()
        owner = "key_id" if caller.kind is CallerKind.KEY else "user_id"
        row = {"digest": secret.digest, "tenant": caller.tenant, owner: UUID(caller.subject)}
        with self._engine.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= _NOW))
            connection.execute(sessions.insert().values(**row, expires_at=_NOW + lasts))
            record(connection, caller.tenant, [Entry(actor=_actor(caller), action=Action.LOGIN)])
        return secret

    def close_session(self, secret: str) -> None:
        """End a session; one that is over already is none."""
        try:
            caller = self.by_session(secret)
        except CredentialsError:
            return
        with self._engine.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest(secret)))
            record(connection, caller.tenant, [Entry(actor=_actor(caller), action=Action.LOGOUT)])

    def begin_login(self, state: str, attempt: LoginAttempt) -> None:
        """Remember a login until the identity provider answers, for ten minutes."""
        row = {"nonce": attempt.nonce, "verifier": attempt.verifier, "back_to": attempt.back_to}
        with self._engine.begin() as connection:
            connection.execute(delete(login_attempts).where(login_attempts.c.expires_at <= _NOW))
            connection.execute(
                login_attempts.insert().values(state=digest(state), expires_at=_NOW + _ATTEMPT_LASTS, **row)
            )

    def take_login(self, state: str) -> LoginAttempt:
        """Return a login that was begun, once; raises CredentialsError."""
        statement = (
            delete(login_attempts)
            .where(login_attempts.c.state == digest(state), login_attempts.c.expires_at > _NOW)
            .returning(login_attempts.c.nonce, login_attempts.c.verifier, login_attempts.c.back_to)
        )
        with self._engine.begin() as connection:
            row = connection.execute(statement).one_or_none()
        if row is None:
            msg = "No login was begun like this, or it took longer than ten minutes."
            raise CredentialsError(msg)
        return LoginAttempt(**row._asdict())

    def add_tenant(self, tenant: str, name: str) -> Tenant:
        """Add a bank; raises InvalidIdentityError, TakenIdentityError."""
        values = {"id": check_tenant_id(tenant), "name": check_name(name)}
        try:
            with self._engine.begin() as connection:
                row = connection.execute(insert(tenants).values(values).returning(*_TENANT)).one()
        except IntegrityError:
            msg = f"There is a tenant {tenant!r} already."
            raise TakenIdentityError(msg) from None
        return Tenant(**row._asdict())

    def rename_tenant(self, tenant: str, name: str) -> Tenant | None:
        """Change a bank's name; None when there is no such bank."""
        statement = update(tenants).where(tenants.c.id == tenant).values(name=check_name(name)).returning(*_TENANT)
        with self._engine.begin() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else Tenant(**row._asdict())

    def limit_tenant(self, tenant: str, *, max_running: int | None, max_waiting: int | None) -> None:
        """Set a bank's share of the workers, as the operator; None: what the settings give each."""
        share = Share(max_running=max_running, max_waiting=max_waiting)
        TenantSettingsStore(self._engine, tenant=tenant).give(share)

    def list_tenants(self) -> tuple[Tenant, ...]:
        """Return all banks by their ids."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(*_TENANT).order_by(tenants.c.id)).all()
        return tuple(Tenant(**row._asdict()) for row in rows)

    def _note_refused(self, table: Table, found_by: ColumnElement[bool], kind: CallerKind) -> None:
        """Tell a bank's log, once in five minutes, of whoever knocks with what it has ended; others are no bank's."""
        with self._engine.begin() as connection:
            row = connection.execute(select(table.c.id, table.c.tenant, table.c.role).where(found_by)).one_or_none()
            if row is not None and self._refused.is_new(row.id):
                actor = Actor(kind=kind.value, id=str(row.id), role=row.role)
                entry = Entry(actor=actor, action=Action.LOGIN_REFUSED, object_kind=kind.value, object_id=str(row.id))
                record(connection, row.tenant, [entry])

    def _linked(
        self, connection: Connection, issuer: str, subject: str, email: str, bank: str | None
    ) -> Row[tuple[object, ...]] | None:
        """Link the one user that was let in by this address and has never logged in; None for none or several."""
        of_bank = [
            (users.c.tenant == tenant) & (users.c.email_key == self._keys.vault(tenant).index(EMAIL, email))
            for tenant in connection.scalars(select(tenants.c.id).where(_of_bank(tenants.c.id, bank))).all()
        ]
        invited = select(users.c.id).where(or_(False, *of_bank), users.c.subject.is_(None), users.c.active)
        found = connection.scalars(invited.with_for_update()).all()
        if len(found) != 1:
            return None
        linked = update(users).where(users.c.id == found[0]).values(issuer=issuer, subject=subject)
        return connection.execute(linked.returning(users)).one()


def erase_old_logins(engine: Engine) -> None:
    """Delete the sessions that are over, and the logins that were never answered."""
    with engine.begin() as connection:
        for table in (sessions, login_attempts):
            connection.execute(delete(table).where(table.c.expires_at <= _NOW))


_TENANT: Final = (tenants.c.id, tenants.c.name, tenants.c.created_at)


def _of_bank(column: ColumnElement[str], tenant: str | None) -> ColumnElement[bool]:
    return true() if tenant is None else column == tenant


def _actor(caller: Caller) -> Actor:
    return Actor(kind=caller.kind.value, id=caller.subject, role=caller.role.value)


def _note_use(connection: Connection, row: Row[tuple[object, ...]]) -> None:
    stale = or_(api_keys.c.last_used_at.is_(None), api_keys.c.last_used_at < _NOW - _NOTED_EVERY)
    connection.execute(update(api_keys).where(api_keys.c.id == row.id, stale).values(last_used_at=_NOW))


def _caller_of_key(row: Row[tuple[object, ...]]) -> Caller:
    role, chosen = Role(row.role), row.scopes
    return Caller(
        tenant=row.tenant,
        kind=CallerKind.KEY,
        subject=str(row.id),
        role=role,
        scopes=granted(role, None if chosen is None else {Scope(one) for one in chosen if one in set(Scope)}),
    )


def _caller_of_user(row: Row[tuple[object, ...]]) -> Caller:
    role = Role(row.role)
    return Caller(tenant=row.tenant, kind=CallerKind.USER, subject=str(row.id), role=role, scopes=granted(role, None))
