"""The tenants' keys: made when needed, wrapped with the service's secret, replaced, gone for good when deleted."""

import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, Engine, Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from service.store.errors import WrongSecretKeyError
from service.store.privacy.vault import KEY_BYTES, Vault, derived, index_key_of
from service.store.tables import tenant_keys

#: Seconds after which a process looks again which keys there are.
_FRESH_S: Final = 60.0
#: From then on every process knows a new key.
_KNOWN_AFTER: Final = timedelta(seconds=2 * _FRESH_S)
#: What the blind indices are made with, once it is kept by itself.
_INDEX: Final = 0
_FIRST: Final = 1


class TenantKeys:
    """Gives each tenant's vault.

    Parameters
    ----------
    engine : the database that has the keys.
    secrets : the service's own, DOORSTEP_SECRET_KEY: the first one wraps, the others still unwrap. Without any, keys
        stand in the database as they are, and whoever reads it can open what they seal.
    """

    def __init__(self, engine: Engine, *, secrets: Sequence[str] = ()) -> None:
        self._engine = engine
        self._wrappers = [Fernet(urlsafe_b64encode(derived(s.encode(), purpose=b"doorstep wrap"))) for s in secrets]
        self._vaults: dict[str, tuple[Vault, float]] = {}
        self._lock = threading.Lock()

    def vault(self, tenant: str) -> Vault:
        """Return the tenant's vault; its key is made when there is none. Take it anew for each piece of work.

        Raises
        ------
        WrongSecretKeyError
            When the key was wrapped with another secret.
        """
        with self._lock:
            vault, until = self._vaults.get(tenant, (None, 0.0))
            if vault is None or time.monotonic() > until:
                vault = self._read(tenant)
                self._vaults[tenant] = (vault, time.monotonic() + _FRESH_S)
            return vault

    def rotate(self, tenant: str, *, at_once: bool = False) -> None:
        """Make a new key. It opens at once, and seals as soon as every process knows it: in two minutes.

        What the earlier keys sealed is theirs until `service.store.privacy.resealing` has sealed it anew.

        Parameters
        ----------
        at_once : no other process runs, so that nobody need be waited for.
        """
        self.vault(tenant)
        with self._lock, self._engine.begin() as connection:
            rows = self._rows(connection, tenant, lock=True)
            if all(row.number != _INDEX for row in rows):
                first = next(row for row in rows if row.number == _FIRST)
                self._add(connection, tenant, _INDEX, index_key_of(self._opened(first)))
            number = max(row.number for row in rows) + 1
            since = func.now() - _KNOWN_AFTER if at_once else func.now() + _KNOWN_AFTER
            self._add(connection, tenant, number, secrets.token_bytes(KEY_BYTES), seals_from=since)
            self._vaults.pop(tenant, None)

    def replaced(self, tenant: str) -> Sequence[int]:
        """Return the numbers of the keys that no process seals with any more."""
        table = tenant_keys.c
        latest = select(func.max(table.number)).where(
            table.tenant == tenant, table.number >= _FIRST, table.seals_from < func.now() - _KNOWN_AFTER
        )
        statement = select(table.number).where(
            table.tenant == tenant, table.number >= _FIRST, table.number < latest.scalar_subquery()
        )
        with self._engine.connect() as connection:
            return connection.scalars(statement).all()

    def retire(self, tenant: str, numbers: Sequence[int]) -> None:
        """Delete keys that seal nothing any more: what is left of their seals, in a copy say, nobody opens."""
        of_tenant = (tenant_keys.c.tenant == tenant, tenant_keys.c.number >= _FIRST, tenant_keys.c.number.in_(numbers))
        with self._lock, self._engine.begin() as connection:
            connection.execute(delete(tenant_keys).where(*of_tenant))
            self._vaults.pop(tenant, None)

    def erase(self, tenant: str) -> None:
        """Delete the keys: nothing that they sealed can be read any more, by anyone who has no older copy."""
        with self._lock, self._engine.begin() as connection:
            connection.execute(delete(tenant_keys).where(tenant_keys.c.tenant == tenant))
            self._vaults.pop(tenant, None)

    def _read(self, tenant: str) -> Vault:
        with self._engine.begin() as connection:
            rows = self._rows(connection, tenant)
            if not rows:
                self._add(connection, tenant, _FIRST, secrets.token_bytes(KEY_BYTES))
                rows = self._rows(connection, tenant)
            keys = {row.number: self._opened(row) for row in rows}
            if self._wrappers:
                self._wrap_anew(connection, rows, keys)
        index_key = keys.pop(_INDEX, None)
        sealing = max((row.number for row in rows if row.number in keys and row.seals), default=max(keys))
        others = [keys[number] for number in sorted(keys, reverse=True) if number != sealing]
        if index_key is None:
            index_key = index_key_of(keys[_FIRST])
        return Vault(keys[sealing], *others, index_key=index_key)

    @staticmethod
    def _rows(connection: Connection, tenant: str, *, lock: bool = False) -> Sequence[Row[Any]]:
        seals = (tenant_keys.c.seals_from <= func.now()).label("seals")
        statement = select(tenant_keys, seals).where(tenant_keys.c.tenant == tenant).order_by(tenant_keys.c.number)
        return connection.execute(statement.with_for_update() if lock else statement).all()

    def _add(self, connection: Connection, tenant: str, number: int, key: bytes, **values: object) -> None:
        row = {"tenant": tenant, "number": number, "key": self._wrapped(key), "wrapped": bool(self._wrappers)}
        connection.execute(insert(tenant_keys).values({**row, **values}).on_conflict_do_nothing())

    def _wrap_anew(self, connection: Connection, rows: Sequence[Row[Any]], keys: dict[int, bytes]) -> None:
        """Wrap with the first secret what another one wrapped, or none."""
        for row in rows:
            if not self._is_wrapped_by_first(row.key):
                this = update(tenant_keys).where(tenant_keys.c.tenant == row.tenant, tenant_keys.c.number == row.number)
                connection.execute(this.values(key=self._wrapped(keys[row.number]), wrapped=True))

    def _opened(self, row: Row[Any]) -> bytes:
        return self._unwrapped(bytes(row.key)) if row.wrapped else bytes(row.key)

    def _wrapped(self, key: bytes) -> bytes:
        return self._wrappers[0].encrypt(key) if self._wrappers else key

    def _unwrapped(self, wrapped: bytes) -> bytes:
        msg = "The keys in this database were wrapped with another DOORSTEP_SECRET_KEY. Set that one, or add it."
        if not self._wrappers:
            raise WrongSecretKeyError(msg)
        try:
            return MultiFernet(self._wrappers).decrypt(wrapped)
        except InvalidToken:
            raise WrongSecretKeyError(msg) from None

    def _is_wrapped_by_first(self, wrapped: bytes) -> bool:
        try:
            self._wrappers[0].decrypt(wrapped)
        except InvalidToken:
            return False
        return True
