"""What the endpoints need of areas, and of what is known about their addresses: reviews and pins."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from geodata.area.meta import AreaMeta
from geodata.coords import LonLat
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import GeocodeAnswer, Geocoder, ReverseAnswer
from service.planning.addresses import AddressBook
from service.planning.reach import ReachArea
from service.reviews.review import Decision, Review, ReviewStatus
from service.store.jobs.records import PinRecord, PinSource


class Reviews(Protocol):
    """The HTTP side of service.store.addresses.reviews.ReviewStore."""

    def list(
        self,
        *,
        statuses: Collection[ReviewStatus] = (),
        area: str | None = None,
        limit: int,
        after: tuple[datetime, UUID] | None = None,
    ) -> Sequence[Review]:
        """Return the latest reviews, behind the one that `after` names."""

    def get(self, review_id: UUID) -> Review:
        """Return the review; raises ReviewNotFoundError."""

    def decide(self, review_id: UUID, decision: Decision, *, version: int) -> Review:
        """Store a decision with its pin; raises ReviewNotFoundError, ReviewChangedError, DecisionError."""

    def erase(self, review_id: UUID) -> None:
        """Delete a review with its pin; raises ReviewNotFoundError."""

    def note_fix(self, area: str, address: str, answer: GeocodeAnswer) -> Review:
        """Queue an address for the GPS of a visit."""


class PinBook(Protocol):
    """The HTTP side of service.store.addresses.pins.PinStore."""

    def list(
        self, *, area: str | None = None, limit: int, after: tuple[datetime, UUID] | None = None
    ) -> Sequence[PinRecord]:
        """Return the pins that were changed last, behind the one that `after` names."""

    def get(self, pin_id: UUID) -> PinRecord:
        """Return the pin; raises PinNotFoundError."""

    def of_address(self, area: str, address: str) -> PinRecord | None:
        """Return the pin of an address."""

    def of_door(self, area: str, known: GeocodeAnswer) -> PinRecord | None:
        """Return the pin of the door that the map reads in an address."""

    def near(self, area: str, points: Sequence[LonLat]) -> Sequence[PinRecord | None]:
        """Return the pinned door at each point."""

    def put(
        self,
        area: str,
        address: str,
        pin: Pin,
        *,
        source: PinSource,
        place: str,
        door: str,
        instead_of: PinRecord | None,
    ) -> PinRecord:
        """Pin an address in place of the pin that was seen; raises PinChangedError."""

    def delete(self, pin_id: UUID, *, version: int) -> None:
        """Take a pin away; raises PinNotFoundError, PinChangedError."""


class Books(Protocol):
    """service.store.addresses.address_book.AddressBooks."""

    @property
    def reviews(self) -> Reviews:
        """Addresses that a planner decides on."""

    @property
    def pins(self) -> PinBook:
        """Places that somebody confirmed."""

    def of_area(self, area: str) -> AddressBook:
        """Return what answering the addresses of an area needs."""


class ServedArea(ReachArea, Protocol):
    """What the HTTP side needs of a geodata Area."""

    @property
    def geocoder(self) -> Geocoder:
        """Answers its addresses."""

    def reverse(self, points: Sequence[LonLat]) -> Sequence[ReverseAnswer]:
        """Say which address is at each point."""

    @property
    def tiles(self) -> Path:
        """The PMTiles file of its base map."""


class Areas(Protocol):
    """What the HTTP side needs of geodata's AreaCatalog."""

    def list(self) -> Sequence[AreaMeta]:
        """Return all areas that can be used."""

    def open(self, name: str, version: str | None = None) -> ServedArea:
        """Open an area, the newest version or the one named; raises AreaNotFoundError, AreaFormatError."""
