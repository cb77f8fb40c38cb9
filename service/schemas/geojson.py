"""A plan as GeoJSON (RFC 7946), for maps: positions are longitude, latitude."""

from typing import Annotated, Literal

from pydantic import Field

from service.schemas.base import Schema

Position = Annotated[list[float], Field(min_length=2, max_length=2, description="Longitude, latitude; WGS-84.")]


class PointGeometry(Schema):
    """A place."""

    type: Literal["Point"] = "Point"
    coordinates: Position


class LineGeometry(Schema):
    """A way."""

    type: Literal["LineString"] = "LineString"
    coordinates: Annotated[list[Position], Field(min_length=2)]


class LegProperties(Schema):
    """The way to a stop, or back: `stop` is null for the way back."""

    kind: Literal["leg"] = "leg"
    collector: str
    stop: int | None
    travel_s: int
    length_m: int


class StopProperties(Schema):
    """A visit."""

    kind: Literal["stop"] = "stop"
    collector: str
    number: int
    case: str
    arrival: str
    priority: int


class DepotProperties(Schema):
    """Where a collector's day starts or ends."""

    kind: Literal["depot"] = "depot"
    collector: str
    role: Literal["start", "end"]


class UnassignedProperties(Schema):
    """A case on no route; `reason` is the code that /problems explains."""

    kind: Literal["unassigned"] = "unassigned"
    case: str
    priority: int
    reason: str


class Feature(Schema):
    """One thing on the map."""

    type: Literal["Feature"] = "Feature"
    geometry: PointGeometry | LineGeometry
    properties: LegProperties | StopProperties | DepotProperties | UnassignedProperties


class FeatureCollection(Schema):
    """All that is on the map of a plan. Cases without a location are only in the plan itself."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    attribution: Annotated[str, Field(description="To be shown with every map made of this.")]
    features: list[Feature]
