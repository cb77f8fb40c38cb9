"""The audit log over the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from service.audit.chain import Head
from service.audit.entry import Recorded
from service.schemas.base import Schema


class ActorOut(Schema):
    """Who did it."""

    kind: Annotated[str, Field(description="key, user, link, local (on the machine itself), cli or service.")]
    id: Annotated[str, Field(description="Of the key, user or link.")]
    role: str | None


class ObjectOut(Schema):
    """What it was done to."""

    kind: Annotated[str, Field(description="plan, case, review and so on.")]
    id: str | None


class AuditEntryOut(Schema):
    """One thing that was done. Ids only: no name, no telephone number, no address."""

    seq: Annotated[int, Field(description="Its number in your log, from 1, without gaps.")]
    at: datetime
    actor: ActorOut
    action: Annotated[str, Field(description="As thing.what, such as plan.created.")]
    object: ObjectOut | None
    reason: Annotated[str | None, Field(description="The Audit-Reason of the request.")]
    request: Annotated[str | None, Field(description="The X-Request-Id of the answer.")]
    details: dict[str, str | int | bool]
    hash: Annotated[
        str,
        Field(description="SHA-256 of the hash before it and of the entry, in hexadecimal: see docs/audit.md."),
    ]

    @classmethod
    def of(cls, entry: Recorded) -> "AuditEntryOut":
        """From the store's value."""
        return cls(
            seq=entry.seq,
            at=entry.at,
            actor=ActorOut(kind=entry.actor_kind, id=entry.actor, role=entry.role),
            action=entry.action,
            object=None if entry.object_kind is None else ObjectOut(kind=entry.object_kind, id=entry.object_id),
            reason=entry.reason,
            request=entry.request,
            details=dict(entry.details),
            hash=entry.hash.hex(),
        )


class AuditPage(Schema):
    """Some entries, the latest first."""

    entries: list[AuditEntryOut]
    next: Annotated[str | None, Field(description="Where the next ones are; null behind the last.")]


class AuditHead(Schema):
    """The end of the log."""

    seq: Annotated[int, Field(description="The number of the last entry, 0 when there is none.")]
    hash: Annotated[str, Field(description="Its hash, in hexadecimal.")]
    head: Annotated[
        str,
        Field(description="Both in one, for `doorstep audit verify --head`: keep it where nobody can change it."),
    ]

    @classmethod
    def of(cls, head: Head) -> "AuditHead":
        """From the store's value."""
        return cls(seq=head.seq, hash=head.hash.hex(), head=str(head))
