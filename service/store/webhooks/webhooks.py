"""Webhooks in PostgreSQL: where a tenant's events go. URL and secrets are sealed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Self, cast
from uuid import UUID

from sqlalchemy import Connection, Engine, Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from service.audit.entry import Action
from service.store.audit.audit_log import note
from service.store.errors import TooManyWebhooksError, VersionChangedError, WebhookNotFoundError
from service.store.jobs.records import JsonObject
from service.store.privacy.tenant_keys import TenantKeys
from service.store.webhooks.webhook_records import WebhookRecord
from service.store.webhooks.webhook_tables import webhooks
from service.webhooks.signing import new_secret

#: Every event is written once for each of them.
MAX_WEBHOOKS: Final = 20
#: So long an old secret goes on signing beside the new one, for receivers to change over.
_OLD_SECRET: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedWebhook:
    """What is sealed of a webhook: the secrets with the ends of those that are rotated out, the newest first."""

    url: str
    description: str
    secrets: tuple[tuple[str, datetime | None], ...]

    def keys(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets that sign now."""
        return tuple(secret for secret, until in self.secrets if until is None or until > now)

    def dump(self) -> JsonObject:
        """As JSON."""
        secrets = [[secret, None if until is None else until.isoformat()] for secret, until in self.secrets]
        return {"url": self.url, "description": self.description, "secrets": secrets}

    @classmethod
    def load(cls, stored: JsonObject) -> Self:
        """From what `dump` made."""
        pairs = cast("list[tuple[str, str | None]]", stored["secrets"])
        return cls(
            url=str(stored["url"]),
            description=str(stored["description"]),
            secrets=tuple((secret, None if at is None else datetime.fromisoformat(at)) for secret, at in pairs),
        )


class WebhookStore:
    """The webhooks of one tenant."""

    def __init__(self, engine: Engine, keys: TenantKeys, *, tenant: str) -> None:
        self._engine = engine
        self._keys = keys
        self._tenant = tenant

    def create(
        self, webhook_id: UUID, *, url: str, events: Collection[str], description: str
    ) -> tuple[WebhookRecord, str]:
        """Store a webhook and return it with its secret; one of that id that is there already gets a new secret.

        Raises
        ------
        TooManyWebhooksError
            When the tenant has as many as it may.
        """
        secret = new_secret()
        sealed = SealedWebhook(url=url, description=description, secrets=((secret, None),))
        row = {"id": webhook_id, "tenant": self._tenant, "events": sorted(events), "sealed": self._seal(sealed)}
        with self._engine.begin() as connection:
            mine = webhooks.c.tenant == self._tenant
            others = select(func.count()).select_from(webhooks).where(mine, webhooks.c.id != webhook_id)
            if connection.execute(others).scalar_one() >= MAX_WEBHOOKS:
                msg = f"At most {MAX_WEBHOOKS} webhooks: delete one that is not needed."
                raise TooManyWebhooksError(msg)
            statement = insert(webhooks).values(row)
            again = statement.on_conflict_do_update(
                index_elements=["id"], set_={"sealed": row["sealed"], "events": row["events"]}, where=mine
            )
            stored = connection.execute(again.returning(webhooks)).one()
            note(connection, self._tenant, Action.WEBHOOK_CHANGED, "webhook", webhook_id, version=stored.version)
        return self._record(stored), secret

    def list(self) -> Sequence[WebhookRecord]:
        """Return all webhooks of the tenant, the oldest first."""
        statement = (
            select(webhooks).where(webhooks.c.tenant == self._tenant).order_by(webhooks.c.created_at, webhooks.c.id)
        )
        with self._engine.connect() as connection:
            return [self._record(row) for row in connection.execute(statement)]

    def get(self, webhook_id: UUID) -> WebhookRecord:
        """Return the webhook; raises WebhookNotFoundError."""
        with self._engine.connect() as connection:
            return self._record(self._row(connection, webhook_id))

    def change(
        self,
        webhook_id: UUID,
        *,
        version: int,
        url: str | None = None,
        events: Collection[str] | None = None,
        description: str | None = None,
        enabled: bool | None = None,
    ) -> WebhookRecord:
        """Change what is given, on the version that was seen; None leaves a thing as it is.

        Raises
        ------
        WebhookNotFoundError, VersionChangedError
        """
        with self._engine.begin() as connection:
            row = self._row(connection, webhook_id, lock=True)
            if row.version != version:
                msg = "Somebody else changed the webhook first."
                raise VersionChangedError(msg)
            sealed = self._open(row.sealed)
            sealed = replace(
                sealed,
                url=sealed.url if url is None else url,
                description=sealed.description if description is None else description,
            )
            values: dict[str, object] = {"sealed": self._seal(sealed)}
            if events is not None:
                values["events"] = sorted(events)
            if enabled is not None:
                values |= {"enabled": enabled, "disabled_reason": None}
            return self._record(self._write(connection, webhook_id, values))

    def rotate(self, webhook_id: UUID) -> tuple[WebhookRecord, str]:
        """Give the webhook a new secret; the one before signs for another day, older ones no more."""
        secret, now = new_secret(), datetime.now(UTC)
        with self._engine.begin() as connection:
            sealed = self._open(self._row(connection, webhook_id, lock=True).sealed)
            before = sealed.secrets[0][0]
            sealed = replace(sealed, secrets=((secret, None), (before, now + _OLD_SECRET)))
            return self._record(self._write(connection, webhook_id, {"sealed": self._seal(sealed)})), secret

    def delete(self, webhook_id: UUID) -> None:
        """Delete the webhook with its deliveries; raises WebhookNotFoundError."""
        mine = (webhooks.c.id == webhook_id, webhooks.c.tenant == self._tenant)
        with self._engine.begin() as connection:
            if connection.execute(delete(webhooks).where(*mine)).rowcount == 0:
                raise _unknown(webhook_id)
            note(connection, self._tenant, Action.WEBHOOK_REMOVED, "webhook", webhook_id)

    def _row(self, connection: Connection, webhook_id: UUID, *, lock: bool = False) -> Row[tuple[object, ...]]:
        statement = select(webhooks).where(webhooks.c.id == webhook_id, webhooks.c.tenant == self._tenant)
        row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
        if row is None:
            raise _unknown(webhook_id)
        return row

    def _write(self, connection: Connection, webhook_id: UUID, values: JsonObject) -> Row[tuple[object, ...]]:
        mine = (webhooks.c.id == webhook_id, webhooks.c.tenant == self._tenant)
        values = {**values, "version": webhooks.c.version + 1, "changed_at": func.now()}
        row = connection.execute(update(webhooks).where(*mine).values(values).returning(webhooks)).one()
        note(connection, self._tenant, Action.WEBHOOK_CHANGED, "webhook", webhook_id, version=row.version)
        return row

    def _record(self, row: Row[tuple[object, ...]]) -> WebhookRecord:
        sealed = self._open(row.sealed)
        return WebhookRecord(
            id=row.id,
            version=row.version,
            created_at=row.created_at,
            changed_at=row.changed_at,
            enabled=row.enabled,
            disabled_reason=row.disabled_reason,
            events=tuple(row.events),
            url=sealed.url,
            description=sealed.description,
        )

    def _seal(self, sealed: SealedWebhook) -> bytes:
        return self._keys.vault(self._tenant).seal(sealed.dump())

    def _open(self, sealed: bytes) -> SealedWebhook:
        return SealedWebhook.load(self._keys.vault(self._tenant).open(sealed))


def _unknown(webhook_id: UUID) -> WebhookNotFoundError:
    msg = f"No webhook has the id {webhook_id}."
    return WebhookNotFoundError(msg)
