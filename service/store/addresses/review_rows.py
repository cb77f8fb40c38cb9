"""Rows of reviews: what is in them, and when a new answer is news."""

from collections.abc import Mapping
from dataclasses import dataclass
from json import dumps
from typing import Any, Final

from sqlalchemy import Row

from geodata.geocoding.pins import without_people
from geodata.geocoding.port import GeocodeAnswer, MatchType, Status
from service.reviews.review import Review, ReviewSource, ReviewStatus
from service.reviews.stored_answer import dump_answer, load_answer, load_pin
from service.store.jobs.records import JsonObject
from service.store.privacy.vault import Vault

#: What may change with the map while the answer does not.
_OF_THE_BUILD: Final = frozenset({"dataset_version", "door"})
#: An address in such a review is located; when it is asked for again, that is so no more.
_LOCATED: Final = frozenset({ReviewStatus.ACCEPTED, ReviewStatus.MOVED, ReviewStatus.RESOLVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An address that is to be reviewed, as it is stored."""

    fingerprint: bytes
    content: JsonObject


def asked_of(vault: Vault, text: str, answer: GeocodeAnswer) -> Asked:
    """Return what is stored of an address as it was typed and of its answer. Another build of the map is no news."""
    dumped = dump_answer(answer)
    lasting = {name: value for name, value in dumped.items() if name not in _OF_THE_BUILD}
    return Asked(
        fingerprint=vault.index("answer", dumps(lasting, sort_keys=True)),
        content={"address": without_people(text), "answer": dumped},
    )


def is_news(row: Row[Any], news: Asked, *, source: ReviewSource, has_pin: bool) -> bool:
    """Whether a planner should see the new answer: it replaces another one, or the address has lost its place."""
    is_same = bytes(row.fingerprint) == news.fingerprint
    if source is ReviewSource.GPS:
        return not is_same
    if row.status == ReviewStatus.OPEN:
        return not is_same and row.source == source.value  # what a visit told is not overwritten by the map
    return ReviewStatus(row.status) in _LOCATED and not has_pin


def settles(answer: GeocodeAnswer) -> bool:
    """Whether the address is located by itself now; a coordinate that came with it says nothing of its text."""
    return answer.status is Status.ACCEPTED and answer.match_type is not MatchType.GIVEN


def may_unpin(row: Row[Any]) -> bool:
    """Whether to reject is to take the pin away. Who rejects the fix of a visit keeps the pin that was there before."""
    return row.source == ReviewSource.GEOCODE.value or row.status in {ReviewStatus.ACCEPTED, ReviewStatus.MOVED}


def review_of(row: Row[Any], vault: Vault) -> Review:
    """Return the review that a row holds."""
    content: Mapping[str, Any] = vault.open(row.sealed)
    pin = content.get("pin")
    return Review(
        id=row.id,
        area=row.area,
        address=str(content["address"]),
        source=ReviewSource(row.source),
        status=ReviewStatus(row.status),
        answer=load_answer(content["answer"]),
        version=row.version,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        pin=None if pin is None else load_pin(pin),
    )
