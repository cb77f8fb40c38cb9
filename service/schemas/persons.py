"""What is asked about one person, and the answers."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self, cast
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from service.audit.entry import Recorded
from service.schemas.base import ExternalId, Schema
from service.schemas.stored_case import PersonName, Phone
from service.store.jobs.records import JsonObject
from service.store.people.erasure import Erasure
from service.store.people.person_search import Wanted


class PersonRequest(Schema):
    """Who is meant: whoever fits all that is given, or one collector. In a body, so that no name stands in a log."""

    case: Annotated[ExternalId | None, Field(description="Id of one of the person's cases.")] = None
    phone: Phone | None = None
    name: PersonName | None = None
    collector: Annotated[ExternalId | None, Field(description="Id of a collector of yours; stands alone.")] = None

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        of_customer = self.case is not None or self.phone is not None or self.name is not None
        if not of_customer and self.collector is None:
            code, rule = "person_missing", "Give a case, a phone, a name, or several of them; or a collector."
            raise PydanticCustomError(code, rule)
        if of_customer and self.collector is not None:
            code, rule = "person_contradiction", "Leave the rest out: a collector is meant by the id alone."
            raise PydanticCustomError(code, rule, {"field": ["collector"]})
        return self

    def to_domain(self) -> Wanted:
        """As the store's value."""
        return Wanted(case=self.case, phone=self.phone, name=self.name, collector=self.collector)


class AuditProof(Schema):
    """The entry of the audit log that tells of it, by which it can be shown later."""

    seq: int
    hash: Annotated[str, Field(description="SHA-256 in hexadecimal: of this entry and of all before it.")]

    @classmethod
    def of(cls, entry: Recorded) -> "AuditProof":
        """From the log's value."""
        return cls(seq=entry.seq, hash=entry.hash.hex())


class TakenOut(Schema):
    """A plan or a schedule that the person was in."""

    kind: Literal["plan", "schedule"]
    id: UUID
    whole: Annotated[bool, Field(description="It is deleted: nobody else was in it.")]
    paused: Annotated[bool, Field(description="The schedule is disabled: it would send others than it did.")]


class ErasureOut(Schema):
    """What was erased, and the proof that nothing is left. No name is in it: it may be kept."""

    at: datetime
    found: Annotated[
        bool,
        Field(description="Whether anything was there; false when an earlier erasure left nothing: see `earlier`."),
    ]
    cases: Annotated[list[str], Field(description="Ids of the person's cases.")]
    collectors: Annotated[list[str], Field(description="The id of the collector who was erased.")]
    taken: Annotated[list[TakenOut], Field(description="Plans and schedules that the person was taken out of.")]
    erased: Annotated[dict[str, int], Field(description="Rows that were deleted, by table.")]
    blanked: Annotated[
        dict[str, int], Field(description="Rows that stay for the others in them, without the person, by table.")
    ]
    left: Annotated[
        dict[str, int],
        Field(description="Rows in which the person was found afterwards, by reading every row of every table: all 0."),
    ]
    audit: AuditProof
    earlier: Annotated[AuditProof | None, Field(description="The last erasure before, when nothing was found.")]

    @classmethod
    def of(cls, erasure: Erasure) -> "ErasureOut":
        """From the store's value."""
        return cls(
            at=erasure.entry.at,
            found=erasure.earlier is None,
            cases=list(erasure.cases),
            collectors=list(erasure.collectors),
            taken=[TakenOut.model_validate(one, from_attributes=True) for one in erasure.taken],
            erased=dict(erasure.erased),
            blanked=dict(erasure.blanked),
            left=dict(erasure.left),
            audit=AuditProof.of(erasure.entry),
            earlier=None if erasure.earlier is None else AuditProof.of(erasure.earlier),
        )


class PersonExport(Schema):
    """Everything that is kept about one person."""

    cases: Annotated[list[str], Field(description="Ids of the person's cases.")]
    collectors: Annotated[list[str], Field(description="The id of the collector who was asked for.")]
    kept: Annotated[
        dict[str, list[dict[str, Any]]],
        Field(description="What is kept, by table: each entry with its id, as it is stored."),
    ]

    @classmethod
    def of(cls, export: JsonObject) -> "PersonExport":
        """From the store's value."""
        return cls(
            cases=cast("list[str]", export["cases"]),
            collectors=cast("list[str]", export["collectors"]),
            kept=cast("dict[str, list[dict[str, Any]]]", export["kept"]),
        )
