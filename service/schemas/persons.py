"""What is asked about one person, and the answers."""

from datetime import datetime
from typing import Annotated, Any, Self, cast

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from service.schemas.base import ExternalId, Schema
from service.schemas.stored_case import PersonName, Phone
from service.store.person_search import Wanted
from service.store.persons import Erasure
from service.store.records import JsonObject


class PersonRequest(Schema):
    """Who is meant: whoever fits all that is given. In a body, so that no name stands in a log."""

    case: Annotated[ExternalId | None, Field(description="Id of one of the person's cases.")] = None
    phone: Phone | None = None
    name: PersonName | None = None

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if self.case is None and self.phone is None and self.name is None:
            code, rule = "person_missing", "Give a case, a phone, a name, or several of them."
            raise PydanticCustomError(code, rule)
        return self

    def to_domain(self) -> Wanted:
        """As the store's value."""
        return Wanted(case=self.case, phone=self.phone, name=self.name)


class AuditProof(Schema):
    """The entry of the audit log that tells of it, by which it can be shown later."""

    seq: int
    hash: Annotated[str, Field(description="SHA-256 in hexadecimal: of this entry and of all before it.")]


class ErasureOut(Schema):
    """What was erased, and the proof that nothing is left. No name is in it: it may be kept."""

    at: datetime
    cases: Annotated[list[str], Field(description="Ids of the person's cases.")]
    erased: Annotated[dict[str, int], Field(description="Rows that were deleted, by table.")]
    blanked: Annotated[
        dict[str, int], Field(description="Rows that stay for the others in them, without the person, by table.")
    ]
    left: Annotated[
        dict[str, int],
        Field(description="Rows in which the person was found afterwards, by reading every row of every table: all 0."),
    ]
    audit: AuditProof

    @classmethod
    def of(cls, erasure: Erasure) -> "ErasureOut":
        """From the store's value."""
        entry = erasure.entry
        return cls(
            at=entry.at,
            cases=list(erasure.cases),
            erased=dict(erasure.erased),
            blanked=dict(erasure.blanked),
            left=dict(erasure.left),
            audit=AuditProof(seq=entry.seq, hash=entry.hash.hex()),
        )


class PersonExport(Schema):
    """Everything that is kept about one person."""

    cases: Annotated[list[str], Field(description="Ids of the person's cases.")]
    kept: Annotated[
        dict[str, list[dict[str, Any]]],
        Field(description="What is kept, by table: each entry with its id, as it is stored."),
    ]

    @classmethod
    def of(cls, export: JsonObject) -> "PersonExport":
        """From the store's value."""
        return cls(
            cases=cast("list[str]", export["cases"]), kept=cast("dict[str, list[dict[str, Any]]]", export["kept"])
        )
