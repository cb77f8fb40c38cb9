"""Reviews and pins in memory, with the rules of the domain and none of the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin, normal_form, without_people
from geodata.geocoding.port import AddressQuery, GeocodeAnswer
from service.reviews.review import (
    REVIEWED,
    Decision,
    Review,
    ReviewSource,
    ReviewStatus,
    door_of,
    pin_of,
    status_of,
)
from service.store.addresses.pin_cells import nearest_of
from service.store.errors import PinChangedError, PinNotFoundError, ReviewChangedError, ReviewNotFoundError
from service.store.jobs.records import PinRecord, PinSource

_NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


@dataclass
class FakePins:
    records: dict[UUID, PinRecord] = field(default_factory=dict)
    doors: dict[UUID, str] = field(default_factory=dict)

    def list(
        self, *, area: str | None = None, limit: int, after: tuple[datetime, UUID] | None = None
    ) -> Sequence[PinRecord]:
        return [record for record in self.records.values() if area in {None, record.area}][:limit]

    def get(self, pin_id: UUID) -> PinRecord:
        if pin_id not in self.records:
            raise PinNotFoundError
        return self.records[pin_id]

    def of_address(self, area: str, address: str) -> PinRecord | None:
        form = normal_form(address)
        found = (one for one in self.records.values() if (one.area, normal_form(one.address)) == (area, form))
        return next(found, None)

    def put(
        self,
        area: str,
        address: str,
        pin: Pin,
        *,
        source: PinSource,
        place: str,
        door: str = "",
        instead_of: PinRecord | None = None,
    ) -> PinRecord:
        there = self.of_address(area, address)
        record = PinRecord(
            id=uuid4() if there is None else there.id,
            area=area,
            address=without_people(address),
            source=source,
            version=1 if there is None else there.version + 1,
            created_at=_NOW,
            changed_at=_NOW,
            pin=pin,
        )
        self.records[record.id] = record
        self.doors[record.id] = door
        return record

    def of_door(self, area: str, known: GeocodeAnswer) -> PinRecord | None:
        found = (one for one in self.records.values() if (one.area, self.doors[one.id]) == (area, known.door))
        return next(found, None) if known.door else None

    def near(self, area: str, points: Sequence[LonLat]) -> Sequence[PinRecord | None]:
        return [nearest_of([one for one in self.records.values() if one.area == area], point) for point in points]

    def delete(self, pin_id: UUID, *, version: int) -> None:
        if self.get(pin_id).version != version:
            raise PinChangedError
        del self.records[pin_id]


@dataclass
class FakeReviews:
    pins: FakePins
    records: dict[UUID, Review] = field(default_factory=dict)

    def list(
        self,
        *,
        statuses: Collection[ReviewStatus] = (),
        area: str | None = None,
        limit: int,
        after: tuple[datetime, UUID] | None = None,
    ) -> Sequence[Review]:
        of_area = [review for review in self.records.values() if area in {None, review.area}]
        found = [review for review in of_area if not statuses or review.status in statuses]
        ids = [review.id for review in found]
        return found[0 if after is None else ids.index(after[1]) + 1 :][:limit]

    def get(self, review_id: UUID) -> Review:
        if review_id not in self.records:
            raise ReviewNotFoundError
        return self.records[review_id]

    def decide(self, review_id: UUID, decision: Decision, *, version: int) -> Review:
        review = self.get(review_id)
        if review.version != version:
            raise ReviewChangedError
        pin = pin_of(decision, review.answer)
        if pin is not None:
            door = door_of(decision, review.answer)
            self.pins.put(review.area, review.address, pin, source="review", place="", door=door)
        self.records[review_id] = replace(
            review, status=status_of(decision), version=version + 1, decided_at=_NOW, pin=pin
        )
        return self.records[review_id]

    def erase(self, review_id: UUID) -> None:
        self.get(review_id)
        del self.records[review_id]

    def note_fix(self, area: str, address: str, answer: GeocodeAnswer) -> Review:
        return self.put(area, address, answer, source=ReviewSource.GPS)

    def put(
        self, area: str, address: str, answer: GeocodeAnswer, *, source: ReviewSource = ReviewSource.GEOCODE
    ) -> Review:
        """Queue an address."""
        form = normal_form(address)
        for review in self.records.values():
            if (review.area, normal_form(review.address)) == (area, form):
                return review
        review = Review(
            id=uuid4(),
            area=area,
            address=without_people(address),
            source=source,
            status=ReviewStatus.OPEN,
            answer=answer,
            version=1,
            asked_at=_NOW,
            decided_at=None,
            pin=None,
        )
        self.records[review.id] = review
        return review


@dataclass
class FakeBook:
    area: str
    pins: FakePins
    reviews: FakeReviews

    def find(self, forms: Sequence[str]) -> Sequence[Pin | None]:
        found = [self.pins.of_address(self.area, form) if form else None for form in forms]
        return [None if record is None else record.pin for record in found]

    def at_doors(self, doors: Sequence[str]) -> Sequence[Pin | None]:
        found = {self.pins.doors[one.id]: one.pin for one in self.pins.records.values() if one.area == self.area}
        return [found.get(door) if door else None for door in doors]

    def doors_in(self, places: Collection[str]) -> Mapping[str, Sequence[LonLat]]:
        return {}

    def note(self, queries: Sequence[AddressQuery], answers: Sequence[GeocodeAnswer]) -> Sequence[UUID | None]:
        return [
            self.reviews.put(self.area, query.text or "", answer).id
            if answer.status in REVIEWED and normal_form(query.text or "")
            else None
            for query, answer in zip(queries, answers, strict=True)
        ]


class FakeBooks:
    """The address books of one tenant."""

    def __init__(self) -> None:
        self.pins = FakePins()
        self.reviews = FakeReviews(self.pins)

    def of_area(self, area: str) -> FakeBook:
        return FakeBook(area, self.pins, self.reviews)
