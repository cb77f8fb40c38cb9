"""Reachable areas over the wire."""

from typing import Annotated, Literal

from pydantic import Field

from geodata.area.meta import AreaMeta
from service.planning.reach import MAX_MINUTES, Reach
from service.schemas.base import Schema
from service.schemas.geojson import Position
from service.schemas.place import GivenLocation
from service.schemas.roads import RoadsOut, RoadsRequest
from service.schemas.route import Flags

Vehicle = Annotated[str, Field(min_length=1, max_length=64, description="One of the area's vehicles.")]
Minutes = Annotated[int, Field(ge=1, le=MAX_MINUTES, description="From door to door, the ways on foot included.")]


class ReachRequest(Schema):
    """Where somebody starts, in which vehicle, and how long the way may take."""

    location: GivenLocation
    vehicle: Vehicle = "car"
    minutes: Minutes
    roads: Annotated[
        RoadsRequest | None, Field(description="What is different on the roads, as in a plan; nothing without it.")
    ] = None


class MultiPolygonGeometry(Schema):
    """An area: polygons, each with its outer ring first (counterclockwise) and then its holes."""

    type: Literal["MultiPolygon"] = "MultiPolygon"
    coordinates: list[list[list[Position]]]


class ReachProperties(Schema):
    """What the area is."""

    kind: Literal["reachable"] = "reachable"
    minutes: int
    vehicle: str
    area_m2: Annotated[int, Field(description="Square metres.")]
    access_s: Annotated[int, Field(description="Seconds between the location and its road, which are counted.")]
    flags: Flags
    at_edge: Annotated[
        bool,
        Field(description="Whether the area comes to the edge of the map: what is reached beyond is not known."),
    ]
    roads: Annotated[RoadsOut | None, Field(description="What was different on the roads; null on an ordinary day.")]
    area: str
    area_version: str


class ReachableFeature(Schema):
    """The doors that are reached in time, as one feature of GeoJSON."""

    type: Literal["Feature"] = "Feature"
    attribution: Annotated[str, Field(description="To be shown with every map made of this.")]
    geometry: MultiPolygonGeometry
    properties: ReachProperties

    @classmethod
    def of(cls, reached: Reach, *, asked: ReachRequest, meta: AreaMeta) -> "ReachableFeature":
        """From the planner's value."""
        polygons = [[[[lon, lat] for lon, lat in ring] for ring in polygon] for polygon in reached.polygons]
        return cls(
            attribution=meta.attribution,
            geometry=MultiPolygonGeometry(coordinates=polygons),
            properties=ReachProperties(
                minutes=asked.minutes,
                vehicle=asked.vehicle,
                area_m2=reached.area_m2,
                access_s=reached.access_s,
                flags=list(map(str, reached.flags)),
                at_edge=reached.is_at_edge,
                roads=None if reached.roads is None else RoadsOut.of(reached.roads),
                area=meta.name,
                area_version=meta.version,
            ),
        )
