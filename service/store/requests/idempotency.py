"""Requests that may be sent twice: the first answer is kept, sealed, under the key that the caller gave."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast
from uuid import UUID, uuid4, uuid5

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from service.store.errors import KeyBusyError, KeyReusedError
from service.store.jobs.records import JsonObject
from service.store.privacy.tenant_keys import TenantKeys
from service.store.requests.request_tables import idempotency_keys

#: A process that says nothing for so long has died: the next request with the key takes over.
LEASE: Final = timedelta(seconds=10)
_KEY: Final = "idempotency key"
_BODY: Final = "idempotency body"
_table = idempotency_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An answer as it was given. `scopes` are those that its caller had: whoever has fewer may not see it any more."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The right to work under a key: `attempt` is the fence."""

    id: UUID
    attempt: int

    def resource_id(self, number: int = 0) -> UUID:
        """Return the id of the so-manieth thing that the request makes: the same however often it is begun."""
        return uuid5(self.id, str(number))


class IdempotencyStore:
    """The keys of one tenant's callers.

    Parameters
    ----------
    keys : what makes the HMACs and seals answers.
    hours : a key is forgotten so long after its first use.
    """

    def __init__(self, engine: Engine, keys: TenantKeys, *, tenant: str, hours: int) -> None:
        self._engine = engine
        self._keys = keys
        self._tenant = tenant
        self._kept_for = timedelta(hours=hours)

    def begin(self, *, scope: str, key: str, body: bytes) -> Held | KeptAnswer:
        """Take a key up, or return the answer that was given under it.

        Parameters
        ----------
        scope : whose key it is, and for what: the caller, the method and the path.
        body : all that must be the same when the key is used again.

        Raises
        ------
        KeyReusedError
            When it was used with another body.
        KeyBusyError
            When somebody works under it at this moment.
        """
        vault = self._keys.vault(self._tenant)
        index = vault.index(_KEY, f"{scope}\0{key}")
        row = {
            "id": uuid4(),
            "tenant": self._tenant,
            "key": index,
            "body": vault.index(_BODY, body.hex()),
            "held_until": func.now() + LEASE,
        }
        mine = (_table.c.tenant == self._tenant, _table.c.key == index)
        with self._engine.begin() as connection:
            connection.execute(delete(_table).where(*mine, _table.c.created_at < func.now() - self._kept_for))
            statement = insert(_table).values(row).on_conflict_do_nothing().returning(_table.c.id, _table.c.attempt)
            while (new := connection.execute(statement).one_or_none()) is None:
                there = connection.execute(
                    select(_table, (_table.c.held_until > func.clock_timestamp()).label("is_held"))
                    .where(*mine)
                    .with_for_update()
                ).one_or_none()
                if there is None:  # let go between the two statements
                    continue
                if there.body != row["body"]:
                    msg = "The Idempotency-Key was used with another request."
                    raise KeyReusedError(msg)
                if there.sealed is not None:
                    return self._opened(there.sealed)
                if there.is_held:
                    msg = "A request with this Idempotency-Key is being answered."
                    raise KeyBusyError(msg)
                return self._taken_over(connection, there.id)
        return Held(id=new.id, attempt=new.attempt)

    def extend(self, held: Held) -> bool:
        """Say that the work goes on; False when somebody else has taken over."""
        with self._engine.begin() as connection:
            values = {"held_until": func.now() + LEASE}
            return connection.execute(update(_table).where(*self._fence(held)).values(values)).rowcount == 1

    def keep(self, held: Held, answer: KeptAnswer) -> None:
        """Keep the answer for those who ask again."""
        value: JsonObject = {
            "status": answer.status,
            "headers": [list(pair) for pair in answer.headers],
            **_told(answer.body),
            "scopes": list(answer.scopes),
        }
        sealed = self._keys.vault(self._tenant).seal(value)
        with self._engine.begin() as connection:
            connection.execute(update(_table).where(*self._fence(held)).values(sealed=sealed))

    def forget(self, held: Held) -> None:
        """Forget the key: nothing was made under it, and the next request may be another one."""
        with self._engine.begin() as connection:
            connection.execute(delete(_table).where(*self._fence(held)))

    def let_go(self, held: Held) -> None:
        """End the work without an answer: the same request may begin again at once, and makes the same things."""
        with self._engine.begin() as connection:
            connection.execute(update(_table).where(*self._fence(held)).values(held_until=func.now()))

    def _taken_over(self, connection: Connection, of: UUID) -> Held:
        values = {"attempt": _table.c.attempt + 1, "held_until": func.now() + LEASE}
        statement = update(_table).where(_table.c.id == of, _table.c.tenant == self._tenant).values(values)
        return Held(id=of, attempt=connection.execute(statement.returning(_table.c.attempt)).scalar_one())

    def _fence(self, held: Held) -> tuple[ColumnElement[bool], ...]:
        return (_table.c.id == held.id, _table.c.tenant == self._tenant, _table.c.attempt == held.attempt)

    def _opened(self, sealed: bytes) -> KeptAnswer:
        value = self._keys.vault(self._tenant).open(sealed)
        pairs = cast("list[list[str]]", value["headers"])
        return KeptAnswer(
            status=cast("int", value["status"]),
            headers=tuple((name, text) for name, text in pairs),
            body=str(value["text"]).encode() if "text" in value else b64decode(str(value["base64"])),
            scopes=tuple(cast("list[str]", value["scopes"])),
        )


def _told(body: bytes) -> JsonObject:
    """Return a body as text where it is one: the search for a person looks into it."""
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": b64encode(body).decode("ascii")}


def erase_old_keys(engine: Engine, *, hours: int) -> int:
    """Delete every tenant's keys that were first used so many hours ago; returns how many."""
    with engine.begin() as connection:
        old = _table.c.created_at < func.now() - timedelta(hours=hours)
        return connection.execute(delete(_table).where(old)).rowcount
