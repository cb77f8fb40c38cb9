"""Where something is, as a request says it."""

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from service.cases.case import Whereabouts
from service.schemas.base import Address, Location, Schema


class Place(Schema):
    """An address, a location, or both: the location is used, and checked against the address."""

    address: Address | None = None
    location: Location | None = None

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.address is None and self.location is None:
            code, rule = "place_missing", "Give an address, a location, or both."
            raise PydanticCustomError(code, rule)
        return self

    def whereabouts(self) -> Whereabouts:
        """As the planner's value."""
        return Whereabouts(address=self.address, location=None if self.location is None else self.location.to_lonlat())
