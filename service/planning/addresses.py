"""Answers to addresses: what people confirmed wins over the map, and what is not sure is put to them."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from geodata.geocoding.pins import PinnedGeocoder, Pins
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Geocoder


class AddressBook(Pins, Protocol):
    """What people confirmed of the addresses of one area, and what they are asked about."""

    def note(self, queries: Sequence[AddressQuery], answers: Sequence[GeocodeAnswer]) -> Sequence[UUID | None]:
        """Queue the addresses whose answers need a person; returns the review of each, None for the others."""


def answer_addresses(
    queries: Sequence[AddressQuery], geocoder: Geocoder, book: AddressBook | None, *, notes: bool = True
) -> list[tuple[GeocodeAnswer, UUID | None]]:
    """Answer each address by itself and in order, with its review if it needs one.

    Parameters
    ----------
    book : None where nothing is kept: then there are no pins, and nobody is asked.
    notes : whether what is not sure is queued for a person.
    """
    if book is None:
        return [(answer, None) for answer in geocoder.geocode(queries)]
    answers = PinnedGeocoder(geocoder, book).geocode(queries)
    reviews: Sequence[UUID | None] = book.note(queries, answers) if notes else [None] * len(answers)
    return list(zip(answers, reviews, strict=True))
