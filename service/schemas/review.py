"""Reviews and pins over the wire."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field

from geodata.geocoding.pins import Pin
from geodata.geocoding.port import Level
from service.reviews.review import Review, ReviewSource, ReviewStatus
from service.schemas.base import Address, Location, Schema
from service.schemas.geocoding import GeocodeResult
from service.schemas.place import GivenLocation
from service.store.jobs.records import PinRecord


class PinPlace(Schema):
    """Where a pin is, and how precisely."""

    location: Location
    level: Annotated[Level, Field(description="How precisely it says where the door is; `point` is the door itself.")]
    uncertainty_m: int

    @classmethod
    def of(cls, pin: Pin) -> Self:
        """From geodata's value."""
        return cls(location=Location.of(pin.location), level=pin.level, uncertainty_m=pin.uncertainty_m)


class ReviewLinks(Schema):
    """Where to go from a review."""

    self: str
    accept: str
    move: str
    reject: str
    page: Annotated[str, Field(description="The page for people.")]


class ReviewOut(Schema):
    """An address whose answer is not sure enough, and what was decided about it. Its ETag is its version."""

    id: UUID
    area: str
    address: Annotated[str, Field(description="As it was typed, without addressee and telephone number.")]
    source: Annotated[ReviewSource, Field(description="`gps`: the GPS of a visit disagrees with what is known.")]
    status: ReviewStatus
    answer: Annotated[GeocodeResult, Field(description="What is to be decided on: a place and its alternatives.")]
    version: int
    asked_at: datetime
    decided_at: datetime | None
    pin: Annotated[PinPlace | None, Field(description="Where it was decided that the address is.")]
    links: ReviewLinks

    @classmethod
    def of(cls, review: Review) -> Self:
        """From the domain's value."""
        path = f"/v1/geocode/reviews/{review.id}"
        return cls(
            id=review.id,
            area=review.area,
            address=review.address,
            source=review.source,
            status=review.status,
            answer=GeocodeResult.of(review.answer),
            version=review.version,
            asked_at=review.asked_at,
            decided_at=review.decided_at,
            pin=None if review.pin is None else PinPlace.of(review.pin),
            links=ReviewLinks(
                self=path,
                accept=f"{path}/accept",
                move=f"{path}/move",
                reject=f"{path}/reject",
                page=f"/reviews#{review.id}",
            ),
        )


class ReviewPage(Schema):
    """Some reviews, the latest asked first."""

    reviews: list[ReviewOut]
    next: Annotated[str | None, Field(description="Where the next ones are; null behind the last.")]


class AcceptRequest(Schema):
    """Which of the places that a review offers is the right one."""

    alternative: Annotated[
        int | None,
        Field(ge=0, le=1000, description="Its index among the alternatives, from 0; null: the answer's own."),
    ] = None


class MoveRequest(Schema):
    """Where the address is, as a planner sees it."""

    location: GivenLocation


class PinRequest(Schema):
    """An address, and where a visit or a planner found it."""

    area: Annotated[str | None, Field(min_length=1, max_length=63)] = None
    address: Annotated[Address, Field(min_length=1)]
    location: GivenLocation
    source: Annotated[
        Literal["gps", "planner"],
        Field(description="`gps`: pinned when accurate and near what is known, else reviewed. `planner`: pinned."),
    ] = "gps"
    accuracy_m: Annotated[
        int | None, Field(ge=0, le=100_000, description="Radius of the fix, as the telephone tells it. Needed for gps.")
    ] = None


class PinOut(PinPlace):
    """An address whose place somebody confirmed. Its ETag is its version."""

    id: UUID
    area: str
    address: Annotated[str, Field(description="As it was typed, without addressee and telephone number.")]
    source: Annotated[Literal["review", "planner", "gps"], Field(description="Who set it.")]
    version: int
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of_record(cls, record: PinRecord) -> Self:
        """From the store's value."""
        return cls(
            id=record.id,
            area=record.area,
            address=record.address,
            source=record.source,
            version=record.version,
            created_at=record.created_at,
            changed_at=record.changed_at,
            **dict(PinPlace.of(record.pin)),
        )


class PinPage(Schema):
    """Some pins, the latest change first."""

    pins: list[PinOut]
    next: Annotated[str | None, Field(description="Where the next ones are; null behind the last.")]


class PinResult(Schema):
    """What became of a fix: `pinned`, `kept` when the pin there is as good, `review` when a planner must look."""

    outcome: Literal["pinned", "kept", "review"]
    pin: PinOut | None
    review: ReviewOut | None
