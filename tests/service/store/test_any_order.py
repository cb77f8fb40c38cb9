"""Reviews and pins in whatever order people, maps and visits come: one truth about every address."""

from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import Level
from service.reviews.review import Accept, Decision, Move, Reject, Review, ReviewSource, ReviewStatus, pin_of, status_of
from service.store.addresses.address_book import AddressBooks, address_books
from service.store.errors import ReviewChangedError
from service.store.privacy.tenant_keys import TenantKeys
from tests.service.store.test_reviews_and_pins import ACCEPTED, DOUBTED, THERE, ask

ADDRESSES: Final = ("weg 1", "weg 2")
DECISIONS: Final[tuple[Decision, ...]] = (Accept(), Accept(alternative=0), Move(location=THERE), Reject())
GPS: Final = Pin(location=LonLat(9.51, 47.11), level=Level.POINT, uncertainty_m=8)

_ADDRESS = st.sampled_from(ADDRESSES)
_STEPS = st.one_of(
    st.tuples(st.just("ask"), _ADDRESS, st.booleans()),
    st.tuples(st.just("decide"), _ADDRESS, st.sampled_from(DECISIONS), st.integers(0, 1)),
    st.tuples(st.just("visit"), _ADDRESS, st.booleans()),
    st.tuples(st.just("unpin"), _ADDRESS),
    st.tuples(st.just("erase"), _ADDRESS),
)


class Town:
    """The store, and beside it what must be true: the pin of each address."""

    def __init__(self, books: AddressBooks) -> None:
        self.books = books
        self.pins: dict[str, Pin] = {}

    def review(self, address: str) -> Review | None:
        found = [one for one in self.books.reviews.list(limit=10) if one.address == address]
        assert len(found) <= 1
        return found[0] if found else None

    def ask(self, address: str, is_known: bool) -> None:
        """The map is asked; a pinned address is accepted."""
        accepted = is_known or address in self.pins
        id_ = ask(self.books, ACCEPTED if accepted else DOUBTED, address)

        review = self.review(address)
        assert (id_ is None) == accepted
        if not accepted:
            assert review is not None
            assert review.status in {ReviewStatus.OPEN, ReviewStatus.REJECTED}
        elif review is not None and review.source is ReviewSource.GEOCODE:
            assert review.status is not ReviewStatus.OPEN

    def decide(self, address: str, decision: Decision, behind: int) -> None:
        """A planner decides on what was seen, or on an older version of it."""
        review = self.review(address)
        if review is None:
            return
        try:
            decided = self.books.reviews.decide(review.id, decision, version=review.version - behind)
        except ReviewChangedError:
            assert behind
            assert self.review(address) == review
            return
        pin = pin_of(decision, review.answer)
        assert decided.status is status_of(decision)
        if behind:  # the same decision, sent again
            assert decided == review
        elif pin is not None:
            self.pins[address] = pin
        elif review.source is ReviewSource.GEOCODE or review.pin is not None:
            self.pins.pop(address, None)

    def visit(self, address: str, agrees: bool) -> None:
        """The GPS of a visit becomes a pin, or a review."""
        if not agrees:
            self.books.reviews.note_fix("here", address, DOUBTED)
            return
        there = self.books.pins.of_address("here", address)
        self.books.pins.put("here", address, GPS, source="gps", place="", instead_of=there)
        self.pins[address] = GPS

    def unpin(self, address: str) -> None:
        pin = self.books.pins.of_address("here", address)
        assert (pin is None) == (address not in self.pins)
        if pin is not None:
            self.books.pins.delete(pin.id, version=pin.version)
            del self.pins[address]

    def erase(self, address: str) -> None:
        review = self.review(address)
        if review is not None:
            self.books.reviews.erase(review.id)
            self.pins.pop(address, None)
            assert self.review(address) is None


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(_STEPS, min_size=1, max_size=14))
def test_every_address_has_the_pin_that_was_set_last_and_one_review(
    engine: Engine, steps: list[tuple[Any, ...]]
) -> None:
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE reviews, pins"))
    town = Town(address_books(engine, TenantKeys(engine), tenant="main"))

    for name, *how in steps:
        getattr(town, name)(*how)

        assert town.books.pins.find("here", ADDRESSES) == [town.pins.get(address) for address in ADDRESSES]
        for address in ADDRESSES:
            review = town.review(address)
            assert review is None or (review.status is ReviewStatus.OPEN) == (review.decided_at is None)
