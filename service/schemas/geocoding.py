"""Geocoding over the wire."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from geodata.geocoding.port import Candidate, GeocodeAnswer, Level, MatchType, ReverseAnswer, Status
from service.schemas.base import Location, Schema
from service.schemas.place import GivenLocation, Place


class GeocodeQuery(Place):
    """An address to locate, a location to check, or both. A blank address says nothing, and alone is refused."""

    @model_validator(mode="after")
    def _is_not_blank(self) -> Self:
        if self.location is None and self.address is not None and not self.address.strip():
            code, rule = "blank", "Must not be blank: write the address, or give a location."
            raise PydanticCustomError(code, rule, {"field": ["address"]})
        return self


class GeocodeRequest(Schema):
    """Addresses to locate, each answered by itself and in order."""

    area: Annotated[str | None, Field(min_length=1, max_length=63)] = None
    queries: Annotated[list[GeocodeQuery], Field(min_length=1, max_length=1000)]
    review: Annotated[
        bool,
        Field(description="Whether addresses that are not sure enough are queued for review; false keeps nothing."),
    ] = True


class ReverseRequest(Schema):
    """Points whose addresses are asked for, each answered by itself and in order."""

    area: Annotated[str | None, Field(min_length=1, max_length=63)] = None
    locations: Annotated[list[GivenLocation], Field(min_length=1, max_length=1000)]


class ReverseResult(Schema):
    """Which address is at a point: the nearest door or named thing, else the street, else the village."""

    level: Annotated[
        Level,
        Field(description="house_number, poi, street, place, of a pin also point; none where nothing is near."),
    ]
    label: Annotated[str | None, Field(description="Of a pin, the address as it was typed.")]
    location: Annotated[Location | None, Field(description="Where that is.")]
    distance_m: Annotated[int | None, Field(description="How far that is from the point.")]
    components: Annotated[dict[str, str], Field(description="house_number, street, poi, postcode, place, region.")]
    dataset_version: str
    pin: Annotated[UUID | None, Field(description="The pin that says so; null where the map does.")] = None

    @classmethod
    def of(cls, answer: ReverseAnswer, *, pin: UUID | None = None) -> "ReverseResult":
        """From geodata's value."""
        return cls(
            level=answer.level,
            label=answer.label,
            location=None if answer.location is None else Location.of(answer.location),
            distance_m=answer.distance_m,
            components=dict(answer.components),
            dataset_version=answer.dataset_version,
            pin=pin,
        )


class ReverseResponse(Schema):
    """One result for each location, in the order of the locations."""

    area: str
    area_version: str
    results: list[ReverseResult]


class GeocodeAlternative(Schema):
    """Another place that the text may mean."""

    label: str
    location: Location
    level: Level
    confidence: float
    uncertainty_m: Annotated[int | None, Field(description="Radius in which the door is expected, metres.")] = None
    reasons: Annotated[list[str], Field(description="What speaks against this place.")] = []

    @classmethod
    def of(cls, candidate: Candidate) -> "GeocodeAlternative":
        """From geodata's value."""
        return cls(
            label=candidate.label,
            location=Location.of(candidate.location),
            level=candidate.level,
            confidence=round(candidate.confidence, 4),
            uncertainty_m=candidate.uncertainty_m,
            reasons=list(candidate.reasons),
        )

    def to_candidate(self) -> Candidate:
        """As geodata's value."""
        return Candidate(
            label=self.label,
            location=self.location.to_lonlat(),
            level=self.level,
            confidence=self.confidence,
            uncertainty_m=self.uncertainty_m or 0,
            reasons=tuple(self.reasons),
        )


class GeocodeResult(Schema):
    """Where an address is, how sure that is, and of what. Only `accepted` ones are planned."""

    status: Status
    location: Location | None
    label: str | None
    match_level: Annotated[Level, Field(description="What was identified.")]
    location_level: Annotated[Level, Field(description="How precisely it is located.")]
    uncertainty_m: int | None
    confidence: float
    match_type: MatchType
    components: dict[str, str]
    unmatched_text: str
    alternatives: list[GeocodeAlternative]
    margin: float
    reasons: list[str]
    provider: str
    dataset_version: str
    review: Annotated[UUID | None, Field(description="The review in which a planner decides on the address.")] = None

    @classmethod
    def of(cls, answer: GeocodeAnswer, *, review: UUID | None = None) -> "GeocodeResult":
        """From geodata's value."""
        return cls(
            status=answer.status,
            location=None if answer.location is None else Location.of(answer.location),
            label=answer.label,
            match_level=answer.match_level,
            location_level=answer.location_level,
            uncertainty_m=answer.uncertainty_m,
            confidence=round(answer.confidence, 4),
            match_type=answer.match_type,
            components=dict(answer.components),
            unmatched_text=answer.unmatched_text,
            alternatives=[GeocodeAlternative.of(candidate) for candidate in answer.alternatives],
            margin=round(answer.margin, 4),
            reasons=list(answer.reasons),
            provider=answer.provider,
            dataset_version=answer.dataset_version,
            review=review,
        )

    def to_answer(self) -> GeocodeAnswer:
        """As geodata's value."""
        return GeocodeAnswer(
            status=self.status,
            location=None if self.location is None else self.location.to_lonlat(),
            label=self.label,
            match_level=self.match_level,
            location_level=self.location_level,
            uncertainty_m=self.uncertainty_m,
            confidence=self.confidence,
            match_type=self.match_type,
            components=dict(self.components),
            unmatched_text=self.unmatched_text,
            alternatives=tuple(alternative.to_candidate() for alternative in self.alternatives),
            margin=self.margin,
            reasons=tuple(self.reasons),
            provider=self.provider,
            dataset_version=self.dataset_version,
        )


class GeocodeResponse(Schema):
    """One result for each query, in the order of the queries."""

    area: str
    area_version: str
    results: list[GeocodeResult]
