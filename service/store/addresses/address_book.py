"""What is confirmed and what is asked about the addresses of one area, as the planner uses it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import AddressQuery, GeocodeAnswer
from service.store.addresses.pins import PinStore
from service.store.addresses.reviews import ReviewStore
from service.store.privacy.tenant_keys import TenantKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaAddressBook:
    """The pins and the reviews of one area."""

    area: str
    pins: PinStore
    reviews: ReviewStore

    def find(self, forms: Sequence[str]) -> Sequence[Pin | None]:
        """Return the pin of each address, given in its normal form."""
        return self.pins.find(self.area, forms)

    def at_doors(self, doors: Sequence[str]) -> Sequence[Pin | None]:
        """Return the latest pin of each door, as the map writes it."""
        return self.pins.at_doors(self.area, doors)

    def doors_in(self, places: Collection[str]) -> dict[str, list[LonLat]]:
        """Return the pinned doors, by the name of the place that their address names."""
        return self.pins.doors_in(self.area, places)

    def note(self, queries: Sequence[AddressQuery], answers: Sequence[GeocodeAnswer]) -> Sequence[UUID | None]:
        """Queue the addresses whose answers need a person, and return their reviews."""
        return self.reviews.note(self.area, queries, answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBooks:
    """The address books of one tenant."""

    pins: PinStore
    reviews: ReviewStore

    def of_area(self, area: str) -> AreaAddressBook:
        """Return the book of an area, by its name; all versions of the area share it."""
        return AreaAddressBook(area=area, pins=self.pins, reviews=self.reviews)


def address_books(engine: Engine, keys: TenantKeys, *, tenant: str) -> AddressBooks:
    """Return the books of a tenant; nothing is read yet."""
    return AddressBooks(pins=PinStore(engine, keys, tenant=tenant), reviews=ReviewStore(engine, keys, tenant=tenant))
