"""Where something is, as a request says it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from geodata.coords import LonLat
from geodata.datum import Datum, to_wgs84
from service.cases.case import Whereabouts
from service.schemas.base import Address, Location, Schema


class GivenLocation(Location):
    """A point in degrees, of WGS-84 unless it says of which datum: what was copied from AMap is gcj02, from Baidu bd09.

    Answers are always of WGS-84.
    """

    datum: Annotated[
        Literal["wgs84", "gcj02", "bd09"],
        Field(description="What the degrees are measured against; the two Chinese ones are converted to WGS-84."),
    ] = "wgs84"

    def to_lonlat(self) -> LonLat:
        """As geodata's value, WGS-84."""
        return to_wgs84(super().to_lonlat(), Datum(self.datum))


class Place(Schema):
    """An address, a location, or both: the location is used, and checked against the address."""

    address: Address | None = None
    location: GivenLocation | None = None

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.address is None and self.location is None:
            code, rule = "place_missing", "Give an address, a location, or both."
            raise PydanticCustomError(code, rule)
        return self

    def whereabouts(self) -> Whereabouts:
        """As the planner's value."""
        return Whereabouts(address=self.address, location=None if self.location is None else self.location.to_lonlat())
