"""Trying again while the database is away: a plan is worth half a minute of patience."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy.exc import OperationalError

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import AddressQuery, GeocodeAnswer
from service.planning.addresses import AddressBook

_RETRY_S: Final = 0.5
_ATTEMPTS: Final = 60

_T = TypeVar("_T")


def persistently(call: Callable[[], _T]) -> _T:
    """Call, and try again while the database is away; what it says in the end is raised."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return call()
        except OperationalError:
            time.sleep(_RETRY_S)
    return call()


class PatientBook:
    """An address book that waits for the database: without its pins somebody would be sent to a wrong door."""

    def __init__(self, book: AddressBook) -> None:
        self._book = book

    def find(self, forms: Sequence[str]) -> Sequence[Pin | None]:
        """Return the pin of each address, given in its normal form."""
        return persistently(lambda: self._book.find(forms))

    def at_doors(self, doors: Sequence[str]) -> Sequence[Pin | None]:
        """Return the latest pin of each door."""
        return persistently(lambda: self._book.at_doors(doors))

    def doors_in(self, places: Collection[str]) -> Mapping[str, Sequence[LonLat]]:
        """Return the pinned doors, by the name of the place that their address names."""
        return persistently(lambda: self._book.doors_in(places))

    def note(self, queries: Sequence[AddressQuery], answers: Sequence[GeocodeAnswer]) -> Sequence[UUID | None]:
        """Queue the addresses whose answers need a person, and return their reviews."""
        return persistently(lambda: self._book.note(queries, answers))
