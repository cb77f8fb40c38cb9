"""Map areas over the wire."""

from typing import Annotated

from pydantic import Field

from geodata.area.meta import AreaMeta
from service.schemas.base import Schema


class AreaOut(Schema):
    """A region whose roads and addresses the service knows."""

    name: Annotated[str, Field(description="What a request gives as its area.")]
    version: Annotated[str, Field(description="Changes whenever its map does.")]
    default: Annotated[bool, Field(description="Whether it is the area of a request that names none.")]
    time_zone: Annotated[str | None, Field(description="IANA time zone of its branches.")]
    bbox: Annotated[list[float], Field(min_length=4, max_length=4, description="West, south, east, north; degrees.")]
    attribution: Annotated[str, Field(description="To be shown with every map of it.")]
    vehicles: Annotated[list[str], Field(description="The vehicles whose roads it knows.")]
    seasons: Annotated[
        dict[str, list[str]], Field(description="For each vehicle the seasons that a plan's roads may name.")
    ]

    @classmethod
    def of(cls, meta: AreaMeta, *, default: bool) -> "AreaOut":
        """From geodata's value."""
        return cls(
            name=meta.name,
            version=meta.version,
            default=default,
            time_zone=meta.time_zone,
            bbox=[meta.bbox.west, meta.bbox.south, meta.bbox.east, meta.bbox.north],
            attribution=meta.attribution,
            vehicles=list(meta.profiles),
            seasons={vehicle: list(meta.seasons.get(vehicle, {})) for vehicle in meta.profiles},
        )


class AreaList(Schema):
    """All areas that can be used."""

    areas: list[AreaOut]
