"""Reviews in PostgreSQL: sealed, one for each address of an area; a decision is one transaction with its pin."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, Row, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from geodata.geocoding.pins import normal_form
from geodata.geocoding.port import AddressQuery, GeocodeAnswer
from service.audit.entry import Action
from service.reviews.review import (
    REVIEWED,
    Decision,
    Review,
    ReviewSource,
    ReviewStatus,
    door_of,
    pin_of,
    status_of,
)
from service.reviews.stored_answer import dump_decision, dump_pin, load_answer
from service.store.addresses.address_rows import ADDRESS, remove_pin, resolve_open, write_pin
from service.store.addresses.review_rows import Asked, asked_of, is_news, may_unpin, review_of, settles
from service.store.audit.audit_log import note
from service.store.errors import ReviewChangedError, ReviewNotFoundError
from service.store.privacy.tenant_keys import TenantKeys
from service.store.privacy.vault import Vault
from service.store.tables import pins, reviews

_OPEN: Final = ReviewStatus.OPEN.value


class ReviewStore:
    """The reviews of one tenant.

    Parameters
    ----------
    engine : an engine of `service.store.engine.open_engine`; whoever made it disposes of it.
    keys : what seals them.
    """

    def __init__(self, engine: Engine, keys: TenantKeys, *, tenant: str) -> None:
        self._engine = engine
        self._keys = keys
        self._tenant = tenant

    def note(self, area: str, queries: Sequence[AddressQuery], answers: Sequence[GeocodeAnswer]) -> list[UUID | None]:
        """Queue the addresses whose answers need a person, and return the review of each, None for the others.

        An address is one review, however often it is asked. It is opened again when its pin is gone, and stays
        rejected when it was. An open review is resolved when its address is accepted meanwhile.
        """
        vault = self._keys.vault(self._tenant)
        forms = [normal_form(query.text or "") for query in queries]
        keys = [vault.index(ADDRESS, form) if form else b"" for form in forms]
        asked = {
            key: asked_of(vault, query.text or "", answer)
            for key, query, answer in zip(keys, queries, answers, strict=True)
            if key and answer.status in REVIEWED
        }
        settled = {
            key for key, answer in zip(keys, answers, strict=True) if key and key not in asked and settles(answer)
        }
        if not asked and not settled:
            return [None] * len(keys)
        with self._engine.begin() as connection:
            resolve_open(connection, tenant=self._tenant, area=area, keys=settled, source=ReviewSource.GEOCODE)
            ids = self._queue(connection, vault, area, asked, source=ReviewSource.GEOCODE) if asked else {}
        return [ids.get(key) for key in keys]

    def note_fix(self, area: str, address: str, answer: GeocodeAnswer) -> Review:
        """Queue an address for the GPS of a visit that disagrees with what is known of it."""
        vault = self._keys.vault(self._tenant)
        key = vault.index(ADDRESS, normal_form(address))
        asked = {key: asked_of(vault, address, answer)}
        with self._engine.begin() as connection:
            ids = self._queue(connection, vault, area, asked, source=ReviewSource.GPS)
        return self.get(ids[key])

    def get(self, review_id: UUID) -> Review:
        """Return the review.

        Raises
        ------
        ReviewNotFoundError
            When there is none of that id.
        """
        statement = select(reviews).where(*self._of_id(review_id))
        with self._engine.connect() as connection:
            row = connection.execute(statement).one_or_none()
        return review_of(_found(row, review_id), self._keys.vault(self._tenant))

    def list(
        self,
        *,
        statuses: Collection[ReviewStatus] = (),
        area: str | None = None,
        limit: int,
        after: tuple[datetime, UUID] | None = None,
    ) -> Sequence[Review]:
        """Return at most `limit` reviews, the latest asked first, beginning behind the one that `after` names.

        Parameters
        ----------
        statuses : only reviews in one of them; none for all.
        """
        statement = select(reviews).where(reviews.c.tenant == self._tenant)
        if statuses:
            statement = statement.where(reviews.c.status.in_([status.value for status in statuses]))
        if area is not None:
            statement = statement.where(reviews.c.area == area)
        if after is not None:
            statement = statement.where(tuple_(reviews.c.asked_at, reviews.c.id) < tuple_(*after))
        statement = statement.order_by(reviews.c.asked_at.desc(), reviews.c.id.desc()).limit(limit)
        vault = self._keys.vault(self._tenant)
        with self._engine.connect() as connection:
            return [review_of(row, vault) for row in connection.execute(statement)]

    def decide(self, review_id: UUID, decision: Decision, *, version: int) -> Review:
        """Store a decision with its pin. The same decision on the same version, once more, changes nothing.

        Parameters
        ----------
        version : the version that the planner saw. A decision may be changed by deciding again on its version.

        Raises
        ------
        ReviewNotFoundError, ReviewChangedError
            When there is no such review, or somebody else was faster.
        DecisionError
            When the place that is to be accepted was not offered, or is too wide.
        """
        vault = self._keys.vault(self._tenant)
        with self._engine.begin() as connection:
            locked = select(reviews).where(*self._of_id(review_id)).with_for_update()
            row = _found(connection.execute(locked).one_or_none(), review_id)
            content = vault.open(row.sealed)
            if row.version == version + 1 and content.get("decision") == dump_decision(decision):
                return review_of(row, vault)
            if row.version != version:
                msg = f"Review {review_id} has changed since version {version}."
                raise ReviewChangedError(msg)
            answer = load_answer(cast("Mapping[str, Any]", content["answer"]))
            pin = pin_of(decision, answer)
            if pin is None and may_unpin(row):
                remove_pin(connection, tenant=self._tenant, area=row.area, key=row.key)
            if pin is not None:
                write_pin(
                    connection,
                    vault,
                    tenant=self._tenant,
                    area=row.area,
                    key=row.key,
                    address=str(content["address"]),
                    pin=pin,
                    source="review",
                    place=answer.components.get("place", ""),
                    door=door_of(decision, answer),
                )
            decided = content | {"decision": dump_decision(decision), "pin": None if pin is None else dump_pin(pin)}
            change = update(reviews).where(*self._of_id(review_id)).returning(reviews)
            row = connection.execute(
                change.values(
                    status=status_of(decision).value,
                    decided_at=func.now(),
                    version=version + 1,
                    sealed=vault.seal(decided),
                )
            ).one()
            note(connection, self._tenant, Action.REVIEW_DECIDED, "review", review_id, decision=row.status)
        return review_of(row, vault)

    def erase(self, review_id: UUID) -> None:
        """Delete a review with its pin: nothing is left of the address.

        Raises
        ------
        ReviewNotFoundError
            When there is none of that id.
        """
        with self._engine.begin() as connection:
            gone = delete(reviews).where(*self._of_id(review_id)).returning(reviews)
            row = _found(connection.execute(gone).one_or_none(), review_id)
            remove_pin(connection, tenant=self._tenant, area=row.area, key=row.key)
            note(connection, self._tenant, Action.REVIEW_ERASED, "review", review_id)

    def _queue(
        self, connection: Connection, vault: Vault, area: str, asked: Mapping[bytes, Asked], *, source: ReviewSource
    ) -> dict[bytes, UUID]:
        """Insert what is new and open again what has to be; returns the id of each address's review."""
        rows = [
            {
                "id": uuid4(),
                "tenant": self._tenant,
                "area": area,
                "key": key,
                "source": source.value,
                "status": _OPEN,
                "fingerprint": asked[key].fingerprint,
                "sealed": vault.seal(asked[key].content),
            }
            for key in sorted(asked)  # in one order, so that two transactions never wait for each other
        ]
        connection.execute(insert(reviews).on_conflict_do_nothing(constraint="uq_reviews_address"), rows)
        of_area = (reviews.c.tenant == self._tenant, reviews.c.area == area, reviews.c.key.in_(asked))
        queued = connection.execute(select(reviews).where(*of_area).order_by(reviews.c.key).with_for_update()).all()
        pinned = connection.scalars(
            select(pins.c.key).where(pins.c.tenant == self._tenant, pins.c.area == area, pins.c.key.in_(asked))
        )
        has_pin = {bytes(key) for key in pinned}
        for row in queued:
            news = asked[bytes(row.key)]
            if is_news(row, news, source=source, has_pin=bytes(row.key) in has_pin):
                change = update(reviews).where(reviews.c.id == row.id)
                opened = {} if row.status == _OPEN else {"status": _OPEN, "asked_at": func.now(), "decided_at": None}
                connection.execute(
                    change.values(
                        source=source.value,
                        version=reviews.c.version + 1,
                        fingerprint=news.fingerprint,
                        sealed=vault.seal(news.content),
                        **opened,
                    )
                )
        return {bytes(row.key): row.id for row in queued}

    def _of_id(self, review_id: UUID) -> tuple[Any, Any]:
        return (reviews.c.tenant == self._tenant, reviews.c.id == review_id)


def _found(row: Row[Any] | None, review_id: UUID) -> Row[Any]:
    if row is None:
        msg = f"No review has the id {review_id}."
        raise ReviewNotFoundError(msg)
    return row
