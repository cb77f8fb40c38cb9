"""Pins and reviews while a day is planned."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import OperationalError

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level, Status
from service.jobs import patience
from service.jobs.patience import PatientBook
from service.planning.locate import Located, locate
from service.schemas.plan import GeocodedOut
from service.schemas.plan_request import PlanRequest
from service.schemas.resolve import day_of, resolve
from service.settings import Settings
from tests.service.planning.fakes import FlatGeocoder, at_km, flat_meta
from tests.service.planning.test_pipeline import NOW, case, collector


@dataclass
class Book:
    """Knows one pin; gives everything that is not accepted a review."""

    pins: dict[str, Pin] = field(default_factory=dict)
    reviews: dict[str, UUID] = field(default_factory=dict)

    def find(self, forms: Sequence[str]) -> Sequence[Pin | None]:
        return [self.pins.get(form) for form in forms]

    def at_doors(self, doors: Sequence[str]) -> Sequence[Pin | None]:
        return [None] * len(doors)

    def doors_in(self, places: Collection[str]) -> Mapping[str, Sequence[LonLat]]:
        return {}

    def note(self, queries: Sequence[AddressQuery], answers: Sequence[GeocodeAnswer]) -> Sequence[UUID | None]:
        return [
            None if answer.status is Status.ACCEPTED else self.reviews.setdefault(query.text or "", uuid4())
            for query, answer in zip(queries, answers, strict=True)
        ]


def located(book: Book | PatientBook | None) -> Located:
    request = PlanRequest.model_validate(
        {"cases": [case("c1", "10,0"), case("c2", "the mill"), case("c3", "the mill")], "collectors": [collector("k1")]}
    )
    return locate(day_of(resolve(request, area=flat_meta(), settings=Settings(), now=NOW)), FlatGeocoder(), book)


MILL = Pin(location=at_km(3, 3), level=Level.POINT, uncertainty_m=20)


def test_a_pinned_address_is_planned_at_its_pin() -> None:
    found = located(Book(pins={"the mill": MILL}))

    assert [found.points[point] for point in found.cases if isinstance(point, int)] == [
        at_km(10, 0),
        MILL.location,
        MILL.location,
    ]


def test_an_address_that_needs_a_person_names_its_review_in_the_plan() -> None:
    book = Book()

    found = located(book)

    shown = {one.pointer: GeocodedOut.of(one).answer.review for one in found.geocoded}
    assert list(book.reviews) == ["the mill"]
    assert shown["/cases/1"] == shown["/cases/2"] == book.reviews["the mill"]
    assert shown["/cases/0"] is shown["/collectors/0/start"] is None


def test_without_a_book_nothing_is_pinned_and_nobody_is_asked() -> None:
    assert {one.review for one in located(None).geocoded} == {None}


def test_a_worker_waits_for_its_pins_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away(Book):
        away = 2

        def find(self, forms: Sequence[str]) -> Sequence[Pin | None]:
            self.away -= 1
            if self.away >= 0:
                raise OperationalError("", {}, Exception())
            return super().find(forms)

    monkeypatch.setattr(patience, "_RETRY_S", 0)

    found = located(PatientBook(Away(pins={"the mill": MILL})))

    assert MILL.location in found.points
