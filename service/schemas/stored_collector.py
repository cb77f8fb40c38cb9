"""Stored collectors over the wire."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from service.schemas.base import ExternalId, Schema, StoredId
from service.schemas.collector_request import CollectorFields
from service.schemas.place import Place
from service.schemas.stored_case import Note, PersonName, Phone
from service.schemas.window import Window

CollectorStatus = Literal["active", "inactive"]


class StoredCollector(CollectorFields):
    """A collector of the bank. A plan takes one by the id, or all active ones of a branch."""

    branch: Annotated[ExternalId | None, Field(description="Id of the branch that sends out the collector.")] = None
    status: Annotated[CollectorStatus, Field(description="Plans of the branch leave inactive ones out.")] = "active"
    start: Annotated[Place | None, Field(description="Without it, the branch's start, and its end.")] = None
    end: Annotated[
        Place | None,
        Field(description="Where the day ends; beside a start of one's own, without it, at the last door."),
    ] = None
    shift: Annotated[Window | None, Field(description="Without it, the branch's shift of the day.")] = None
    name: PersonName | None = None
    phone: Phone | None = None
    note: Note | None = None

    @model_validator(mode="after")
    def _fits_its_shift(self) -> Self:
        if self.shift is not None:
            self.fits(self.shift)
        return self


class CollectorOut(StoredCollector):
    """A collector as stored. Its ETag is its version."""

    id: StoredId
    version: int
    created_at: datetime
    changed_at: datetime


class CollectorPage(Schema):
    """Some collectors, by their ids."""

    collectors: list[CollectorOut]
    next: Annotated[str | None, Field(description="Where the next ones are; null behind the last.")]
