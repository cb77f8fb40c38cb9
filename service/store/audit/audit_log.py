"""The audit log in PostgreSQL: written in the transaction of what it tells, read in pages, checked from its start."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Connection, Engine, Row, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from service.audit.acting import acting
from service.audit.chain import GENESIS, Break, Head, first_break, linked
from service.audit.entry import Action, Entry, Recorded
from service.store.access.seen_lately import SeenLately
from service.store.audit.audit_tables import audit_heads, audit_log

#: Rows that are read at a time where all are.
_CHUNK: Final = 2000
_READ_AGAIN_S: Final = 300.0


def record(connection: Connection, tenant: str, entries: Sequence[Entry]) -> Sequence[Recorded]:
    """Add entries to a tenant's log, within a transaction, and return them as they stand there.

    Call it last in the transaction: until that ends, others who write this log wait.
    """
    if not entries:
        return ()
    new = insert(audit_heads).values(tenant=tenant, seq=0, hash=GENESIS)
    connection.execute(new.on_conflict_do_nothing())
    of_tenant = audit_heads.c.tenant == tenant
    end = select(audit_heads.c.seq, audit_heads.c.hash, func.clock_timestamp().label("now"))
    row = connection.execute(end.where(of_tenant).with_for_update()).one()
    last, written = bytes(row.hash), []
    for seq, entry in enumerate(entries, start=row.seq + 1):
        one = linked(_recorded(tenant, seq, row.now, entry), last)
        last = one.hash
        written.append(one)
    connection.execute(audit_log.insert(), [asdict(one) for one in written])
    connection.execute(update(audit_heads).where(of_tenant).values(seq=row.seq + len(written), hash=last))
    return written


def note(
    connection: Connection,
    tenant: str,
    action: Action,
    object_kind: str | None = None,
    object_id: object = None,
    **details: str | int | bool,
) -> Recorded:
    """Add what whoever acts does now, within the transaction that does it; call it last in that."""
    (written,) = record(connection, tenant, [acted(action, object_kind, object_id, **details)])
    return written


def acted(
    action: Action, object_kind: str | None = None, object_id: object = None, **details: str | int | bool
) -> Entry:
    """Return the entry of what whoever acts does now. No value may be a name, a telephone number or an address."""
    by = acting()
    by.told.append(action)
    return Entry(
        actor=by.actor,
        action=action,
        object_kind=object_kind,
        object_id=None if object_id is None else str(object_id),
        reason=by.reason,
        request=by.request,
        details=details,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries: those that fit all that is given."""

    actions: Sequence[str] = ()
    object_kind: str | None = None
    object_id: str | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING: Final = AuditFilter()


class AuditLog:
    """The log of one tenant.

    Parameters
    ----------
    engine : an engine of `service.store.engine.open_engine`; whoever made it disposes of it.
    """

    def __init__(self, engine: Engine, *, tenant: str) -> None:
        self._engine = engine
        self._tenant = tenant
        self._read = SeenLately(seconds=_READ_AGAIN_S)

    def add(self, *entries: Entry) -> None:
        """Add entries in a transaction of their own: of what changes nothing in the database."""
        with self._engine.begin() as connection:
            record(connection, self._tenant, entries)

    def reading(self, entry: Entry) -> None:
        """Add that somebody reads something; once in five minutes, however often a page asks for it again."""
        details = tuple(sorted(entry.details.items()))
        key = (entry.actor, entry.action, entry.object_kind, entry.object_id, entry.reason, details)
        if not self._read.is_new(key):
            return
        try:
            self.add(entry)
        except Exception:
            self._read.forget(key)
            raise

    def list(self, which: AuditFilter = EVERYTHING, *, limit: int, before: int | None = None) -> Sequence[Recorded]:
        """Return at most `limit` entries, the latest first, beginning before the number `before`."""
        statement = self._select(which).order_by(audit_log.c.seq.desc()).limit(limit)
        if before is not None:
            statement = statement.where(audit_log.c.seq < before)
        with self._engine.connect() as connection:
            return [_of_row(row) for row in connection.execute(statement)]

    def walk(self, which: AuditFilter = EVERYTHING) -> Iterator[Recorded]:
        """Yield all entries, the first one first, a part at a time: no transaction is open in between."""
        last = 0
        while True:
            statement = self._select(which).where(audit_log.c.seq > last).order_by(audit_log.c.seq).limit(_CHUNK)
            with self._engine.connect() as connection:
                part = [_of_row(row) for row in connection.execute(statement)]
            yield from part
            if len(part) < _CHUNK:
                return
            last = part[-1].seq

    def head(self) -> Head:
        """Return the end of the log: kept elsewhere, it shows later that nothing was cut off."""
        with self._engine.connect() as connection:
            return _head(connection, self._tenant)

    def verify(self, seen: Sequence[Head] = ()) -> Break | None:
        """Return the first place where the log is not what was written, None for none.

        Parameters
        ----------
        seen : ends that were kept elsewhere.
        """
        # One snapshot: what is written meanwhile is no break.
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            end = _head(connection, self._tenant)
            every = self._select(EVERYTHING).order_by(audit_log.c.seq).execution_options(yield_per=_CHUNK)
            with connection.execute(every) as rows:
                return first_break((_of_row(row) for row in rows), end=end, seen=seen)

    def _select(self, which: AuditFilter) -> Select[Any]:
        columns = audit_log.c
        statement = select(audit_log).where(columns.tenant == self._tenant)
        if which.actions:
            statement = statement.where(columns.action.in_(which.actions))
        for column, value in (
            (columns.object_kind, which.object_kind),
            (columns.object_id, which.object_id),
            (columns.actor, which.actor),
        ):
            if value is not None:
                statement = statement.where(column == value)
        if which.since is not None:
            statement = statement.where(columns.at >= which.since)
        if which.until is not None:
            statement = statement.where(columns.at < which.until)
        return statement


def logged_tenants(engine: Engine) -> Sequence[str]:
    """Return the tenants that have a log, in the order of their names; for the owner of the database alone."""
    statement = select(audit_heads.c.tenant).union(select(audit_log.c.tenant)).order_by("tenant")
    with engine.connect() as connection:
        return list(connection.scalars(statement))


def _head(connection: Connection, tenant: str) -> Head:
    statement = select(audit_heads.c.seq, audit_heads.c.hash).where(audit_heads.c.tenant == tenant)
    row = connection.execute(statement).one_or_none()
    return Head() if row is None else Head(seq=row.seq, hash=bytes(row.hash))


def _recorded(tenant: str, seq: int, at: datetime, entry: Entry) -> Recorded:
    return Recorded(
        tenant=tenant,
        seq=seq,
        at=at,
        actor_kind=entry.actor.kind,
        actor=entry.actor.id,
        role=entry.actor.role,
        action=entry.action.value,
        object_kind=entry.object_kind,
        object_id=entry.object_id,
        reason=entry.reason,
        request=entry.request,
        details=dict(entry.details),
        hash=b"",
    )


def _of_row(row: Row[Any]) -> Recorded:
    values = row._asdict()
    values["hash"] = bytes(cast("bytes", values["hash"]))
    return Recorded(**values)
