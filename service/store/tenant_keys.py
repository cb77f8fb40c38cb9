"""The tenants' keys: made when they are first needed, wrapped with the service's secret, gone for good when deleted."""

import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from service.store.errors import WrongSecretKeyError
from service.store.tables import tenant_keys
from service.store.vault import KEY_BYTES, Vault, derived


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
        self._vaults: dict[str, Vault] = {}
        self._lock = threading.Lock()

    def vault(self, tenant: str) -> Vault:
        """Return the tenant's vault; its key is made when there is none.

        Raises
        ------
        WrongSecretKeyError
            When the key was wrapped with another secret.
        """
        with self._lock:
            if tenant not in self._vaults:
                self._vaults[tenant] = Vault(self._key(tenant))
            return self._vaults[tenant]

    def erase(self, tenant: str) -> None:
        """Delete the key: nothing that it sealed can be read any more, by anyone who has no older copy."""
        with self._lock, self._engine.begin() as connection:
            connection.execute(delete(tenant_keys).where(tenant_keys.c.tenant == tenant))
            self._vaults.pop(tenant, None)

    def _key(self, tenant: str) -> bytes:
        new = secrets.token_bytes(KEY_BYTES)
        row = {"tenant": tenant, "key": self._wrapped(new), "wrapped": bool(self._wrappers)}
        with self._engine.begin() as connection:
            connection.execute(insert(tenant_keys).values(row).on_conflict_do_nothing())
            stored = connection.execute(select(tenant_keys).where(tenant_keys.c.tenant == tenant)).one()
            key = self._unwrapped(stored.key) if stored.wrapped else stored.key
            if self._wrappers and not self._is_wrapped_by_first(stored.key):
                wrapped = update(tenant_keys).where(tenant_keys.c.tenant == tenant)
                connection.execute(wrapped.values(key=self._wrapped(key), wrapped=True))
        return bytes(key)

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
