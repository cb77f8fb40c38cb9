"""Branches, cases and collectors in PostgreSQL: documents, sealed, found by the bank's own ids and by blind indices."""

import json
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, delete, select
from sqlalchemy.exc import IntegrityError

from service.audit.entry import Entry as LogEntry
from service.store.audit.audit_log import acted, note, record
from service.store.errors import (
    BranchInUseError,
    ResourceChangedError,
    ResourceExistsError,
    ResourceNotFoundError,
    UnknownBranchError,
    UnstorableValueError,
)
from service.store.privacy.sealing import UNSTORABLE
from service.store.privacy.tenant_keys import TenantKeys
from service.store.privacy.vault import Vault
from service.store.resources.resource_records import ANY, Entry, Expected, Resource, ResourceKind, Stored, resource_of
from service.store.upsert import upsert

#: So many rows are locked, sealed and written at a time: all of them in one transaction.
_AT_A_TIME: Final = 2000


class ResourceStore:
    """The resources of one kind and one tenant.

    Parameters
    ----------
    engine : an engine of `service.store.engine.open_engine`; whoever made it disposes of it.
    keys : what seals them.
    """

    def __init__(self, engine: Engine, keys: TenantKeys, kind: ResourceKind, *, tenant: str) -> None:
        self._engine = engine
        self._keys = keys
        self.kind = kind
        self._table = kind.table
        self._tenant = tenant

    def get(self, id_: str) -> Resource:
        """Return the resource.

        Raises
        ------
        ResourceNotFoundError
            When there is none of that id.
        """
        found = self.get_many([id_])
        if id_ not in found:
            raise self._not_found()
        return found[id_]

    def get_many(self, ids: Collection[str]) -> dict[str, Resource]:
        """Return those of the resources that there are."""
        statement = select(self._table).where(self._mine, self._table.c.id.in_(list(ids)))
        vault = self._vault
        with self._engine.connect() as connection:
            return {row.id: resource_of(row, vault) for row in connection.execute(statement)}

    def known(self, ids: Collection[str]) -> set[str]:
        """Return those of the ids that there are."""
        statement = select(self._table.c.id).where(self._mine, self._table.c.id.in_(list(ids)))
        with self._engine.connect() as connection:
            return set(connection.scalars(statement))

    def page(self, *, limit: int, after: str | None = None) -> list[Resource]:
        """Return at most `limit` resources in the order of their ids, those behind `after`."""
        statement = select(self._table).where(self._mine)
        if after is not None:
            statement = statement.where(self._table.c.id > after)
        vault = self._vault
        with self._engine.connect() as connection:
            rows = connection.execute(statement.order_by(self._table.c.id).limit(limit))
            return [resource_of(row, vault) for row in rows]

    def put(self, entry: Entry, *, expected: Expected) -> Stored:
        """Store one resource. What is there already, exactly so, is left as it is, whatever version is expected.

        Parameters
        ----------
        expected : the version that is changed, ANY for whatever is there, None when there must be none.

        Raises
        ------
        ResourceExistsError, ResourceChangedError
            When there is one though None is expected; when the version is another one, or there is none.
        UnknownBranchError, UnstorableValueError
            When it names a branch that is not there; when it holds what JSON cannot say.
        """
        with self._writing() as connection:
            row = self._locked(connection, [entry.id]).get(entry.id)
            if row is not None and bytes(row.fingerprint) == self._fingerprint(entry):
                return Stored(id=entry.id, outcome="unchanged", version=row.version)
            if row is not None and expected is None:
                msg = f"There is a {self.kind.name} of this id: say which version is to be changed."
                raise ResourceExistsError(msg)
            if isinstance(expected, int) and (row is None or row.version != expected):
                msg = f"The {self.kind.name} is not of version {expected} any more."
                raise ResourceChangedError(msg)
            (stored,) = self._write(connection, [entry])
            note(connection, self._tenant, self.kind.changed, self.kind.name, entry.id, version=stored.version)
        return stored

    def put_many(self, entries: Sequence[Entry], *, dry_run: bool = False) -> list[Stored]:
        """Store many resources in one transaction, whatever is there; returns what became of each, in their order.

        Parameters
        ----------
        entries : each of an id of its own.
        dry_run : only look what would become of them.

        Raises
        ------
        UnknownBranchError, UnstorableValueError
            As of `put`.
        """
        in_order = sorted(entries, key=lambda entry: entry.id.encode())  # two calls never wait for each other
        stored: dict[str, Stored] = {}
        told: list[LogEntry] = []
        with self._writing() as connection:
            for start in range(0, len(in_order), _AT_A_TIME):
                part = in_order[start : start + _AT_A_TIME]
                there = self._locked(connection, [entry.id for entry in part])
                changed: list[Entry] = []
                for entry in part:
                    row = there.get(entry.id)
                    if row is not None and bytes(row.fingerprint) == self._fingerprint(entry):
                        stored[entry.id] = Stored(id=entry.id, outcome="unchanged", version=row.version)
                    elif not dry_run:
                        changed.append(entry)
                    elif row is None:
                        stored[entry.id] = Stored(id=entry.id, outcome="created", version=1)
                    else:
                        stored[entry.id] = Stored(id=entry.id, outcome="updated", version=row.version + 1)
                written = {one.id: one for one in self._write(connection, changed)}
                told += [
                    acted(self.kind.changed, self.kind.name, one.id, version=one.version) for one in written.values()
                ]
                stored |= written
            record(connection, self._tenant, told)
        return [stored[entry.id] for entry in entries]

    def delete(self, id_: str, *, expected: Expected) -> None:
        """Delete a resource, a case with its visits.

        Raises
        ------
        ResourceNotFoundError, ResourceChangedError
            When there is none of that id, or not of that version any more.
        BranchInUseError
            When it is a branch that has cases or collectors.
        """
        table = self._table
        try:
            with self._engine.begin() as connection:
                row = self._locked(connection, [id_]).get(id_)
                if row is None:
                    raise self._not_found()
                if expected not in {ANY, row.version}:
                    msg = f"The {self.kind.name} is not of version {expected} any more."
                    raise ResourceChangedError(msg)
                connection.execute(delete(table).where(self._mine, table.c.id == id_))
                note(connection, self._tenant, self.kind.erased, self.kind.name, id_)
        except IntegrityError:
            msg = "Cases or collectors belong to this branch."
            raise BranchInUseError(msg) from None

    @property
    def _mine(self) -> Any:
        return self._table.c.tenant == self._tenant

    @property
    def _vault(self) -> Vault:
        return self._keys.vault(self._tenant)

    def _writing(self) -> "_Writing":
        return _Writing(self._engine)

    def _locked(self, connection: Connection, ids: Collection[str]) -> dict[str, Row[Any, Any, Any]]:
        columns = (self._table.c.id, self._table.c.version, self._table.c.fingerprint)
        statement = select(*columns).where(self._mine, self._table.c.id.in_(list(ids)))
        return {row.id: row for row in connection.execute(statement.order_by(self._table.c.id).with_for_update())}

    def _fingerprint(self, entry: Entry) -> bytes:
        try:
            text = json.dumps(entry.document, ensure_ascii=False, allow_nan=False, sort_keys=True)
            return self._vault.index(f"fingerprint of {self.kind.name}", text)
        except ValueError:  # a lone surrogate, NaN
            raise UnstorableValueError(UNSTORABLE) from None

    def _write(self, connection: Connection, entries: Sequence[Entry]) -> list[Stored]:
        vault = self._vault
        rows = [
            {
                "tenant": self._tenant,
                "id": entry.id,
                "fingerprint": self._fingerprint(entry),
                "sealed": vault.seal(entry.document),
                **{name: entry.clear.get(name) for name in self.kind.clear},
                **{
                    f"{name}_key": vault.index(name, text) if (text := entry.blind.get(name)) else None
                    for name in self.kind.blind
                },
            }
            for entry in entries
        ]
        return [
            Stored(id=one.id, outcome="created" if one.created else "updated", version=one.version)
            for one in upsert(connection, self._table, rows)
        ]

    def _not_found(self) -> ResourceNotFoundError:
        msg = f"There is no {self.kind.name} of this id."
        return ResourceNotFoundError(msg, kind=self.kind.name)


class _Writing:
    """A transaction in which a broken foreign key is a branch that is not there."""

    def __init__(self, engine: Engine) -> None:
        self._transaction = engine.begin()

    def __enter__(self) -> Connection:
        return self._transaction.__enter__()

    def __exit__(self, kind: Any, exc: BaseException | None, trace: Any) -> None:
        self._transaction.__exit__(kind, exc, trace)
        if isinstance(exc, IntegrityError):
            msg = "No branch has this id."
            raise UnknownBranchError(msg) from None
