"""Preview links in PostgreSQL: each opens one route for a while; only a hash of its secret is stored."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Engine, Row, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from service.audit.entry import Action
from service.store.access.link_tables import preview_links
from service.store.audit.audit_log import note
from service.store.errors import LinkNotFoundError

#: Of the secret in a link's address.
_SECRET_BYTES: Final = 32
_NOW: Final = func.clock_timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLink:
    """A link to one route of a plan.

    Attributes
    ----------
    route : its position in the plan, from 1.
    created_by : id of the key or user.
    last_opened_at : None as long as nobody has opened it.
    """

    id: UUID
    tenant: str
    plan: UUID
    route: int
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_opened_at: datetime | None


class LinkStore:
    """The links of one tenant.

    Parameters
    ----------
    engine : an engine of `service.store.engine.open_engine`; whoever made it disposes of it.
    """

    def __init__(self, engine: Engine, *, tenant: str) -> None:
        self._engine = engine
        self._tenant = tenant

    def create(
        self, plan: UUID, route: int, *, expires_at: datetime, created_by: str, link_id: UUID | None = None
    ) -> tuple[PreviewLink, str]:
        """Make a link to a route of a plan of this tenant, and return it with its secret, which is nowhere kept.

        A request that begins anew finds the link of that id there: it gets another secret, as a key does.
        """
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        row = {
            "id": link_id or uuid4(),
            "tenant": self._tenant,
            "plan": plan,
            "route": route,
            "digest": _digest(secret),
            "created_by": created_by,
            "expires_at": expires_at,
        }
        with self._engine.begin() as connection:
            new = insert(preview_links).values(row)
            again = new.on_conflict_do_update(
                index_elements=[preview_links.c.id],
                set_={"digest": new.excluded.digest},
                where=preview_links.c.tenant == self._tenant,
            )
            made = connection.execute(again.returning(preview_links)).one()
            note(connection, self._tenant, Action.LINK_CREATED, "plan", plan, link=str(made.id), route=route)
        return _link(made), secret

    def list(self, plan: UUID, *, limit: int, after: tuple[datetime, UUID] | None = None) -> Sequence[PreviewLink]:
        """Return at most `limit` links of a plan, the newest first, beginning behind the one that `after` names."""
        statement = select(preview_links).where(*self._of(plan))
        if after is not None:
            statement = statement.where(tuple_(preview_links.c.created_at, preview_links.c.id) < tuple_(*after))
        statement = statement.order_by(preview_links.c.created_at.desc(), preview_links.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [_link(row) for row in connection.execute(statement)]

    def revoke(self, plan: UUID, link_id: UUID) -> None:
        """End a link at once; one that is over already stays so.

        Raises
        ------
        LinkNotFoundError
            When the plan has no such link.
        """
        of_id = (*self._of(plan), preview_links.c.id == link_id)
        with self._engine.begin() as connection:
            alive = update(preview_links).where(*of_id, preview_links.c.revoked_at.is_(None))
            if connection.execute(alive.values(revoked_at=_NOW)).rowcount:
                note(connection, self._tenant, Action.LINK_REVOKED, "plan", plan, link=str(link_id))
                return
            if connection.execute(select(preview_links.c.id).where(*of_id)).one_or_none() is None:
                msg = f"The plan has no link of the id {link_id}."
                raise LinkNotFoundError(msg)

    def _of(self, plan: UUID) -> tuple[Any, Any]:
        return (preview_links.c.tenant == self._tenant, preview_links.c.plan == plan)


class LinkFinder:
    """Finds links by their secrets, whosever they are.

    Parameters
    ----------
    engine : an engine of the tables' owner: who opens a link belongs to no tenant yet.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, secret: str, *, opening: bool = False) -> PreviewLink | None:
        """Return the link that has this secret; None when there is none, or none any more: nothing tells which.

        `opening` notes that it was opened now.
        """
        alive = (
            preview_links.c.digest == _digest(secret),
            preview_links.c.revoked_at.is_(None),
            preview_links.c.expires_at > _NOW,
        )
        with self._engine.begin() as connection:
            if opening:
                opened = update(preview_links).where(*alive).values(last_opened_at=_NOW).returning(preview_links)
                row = connection.execute(opened).one_or_none()
            else:
                row = connection.execute(select(preview_links).where(*alive)).one_or_none()
        return None if row is None else _link(row)


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _link(row: Row[Any]) -> PreviewLink:
    values = row._asdict()
    del values["digest"]
    return PreviewLink(**values)
