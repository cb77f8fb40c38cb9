"""Reviews and pins in PostgreSQL: one for each address, decided once, and nothing readable without the key."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin, normal_form
from geodata.geocoding.port import AddressQuery, Candidate, GeocodeAnswer, Level, MatchType, Status
from service.reviews.review import Accept, DecisionError, Move, Reject, Review, ReviewStatus
from service.store.addresses.address_book import AddressBooks, address_books
from service.store.addresses.pins import PinStore
from service.store.addresses.reviews import ReviewStore
from service.store.errors import PinChangedError, PinNotFoundError, ReviewChangedError, ReviewNotFoundError
from service.store.privacy.tenant_keys import TenantKeys

HERE, THERE = LonLat(9.5, 47.1), LonLat(9.6, 47.2)
ADDRESS = "Landstrasse 19, 9494 Schaan"
DOUBTED = GeocodeAnswer(
    status=Status.NEEDS_REVIEW,
    location=HERE,
    label="Landstrasse, Schaan",
    match_level=Level.STREET,
    location_level=Level.STREET,
    uncertainty_m=300,
    confidence=0.5,
    match_type=MatchType.FALLBACK,
    components={"street": "Landstrasse", "place": "Schaan"},
    unmatched_text="19",
    alternatives=(
        Candidate(
            label="Landstrasse, Vaduz",
            location=THERE,
            level=Level.HOUSE_NUMBER,
            confidence=0.3,
            uncertainty_m=15,
            reasons=("place_contradicts",),
        ),
    ),
    margin=0.2,
    reasons=("house_number_unknown",),
    dataset_version="v1",
)
ACCEPTED = replace(DOUBTED, status=Status.ACCEPTED, reasons=())


@pytest.fixture
def books(engine: Engine) -> AddressBooks:
    return address_books(engine, TenantKeys(engine), tenant="main")


def ask(
    books: AddressBooks, answer: GeocodeAnswer = DOUBTED, address: str = ADDRESS, area: str = "here"
) -> UUID | None:
    (review,) = books.reviews.note(area, [AddressQuery(text=address)], [answer])
    return review


def asked(books: AddressBooks, answer: GeocodeAnswer = DOUBTED, address: str = ADDRESS, area: str = "here") -> Review:
    review = ask(books, answer, address, area)
    assert review is not None
    return books.reviews.get(review)


def pin_at(books: AddressBooks, form: str = "landstrasse 19 9494 schaan", area: str = "here") -> Pin | None:
    (found,) = books.pins.find(area, [form])
    return found


def test_a_doubtful_answer_is_queued_as_it_is(books: AddressBooks) -> None:
    review = asked(books)

    assert (review.address, review.area, review.status, review.version) == (ADDRESS, "here", ReviewStatus.OPEN, 1)
    assert review.answer == DOUBTED
    assert (review.pin, review.decided_at) == (None, None)


@pytest.mark.parametrize("status", [Status.AMBIGUOUS, Status.NOT_FOUND])
def test_ambiguous_and_unknown_addresses_are_for_a_person_too(books: AddressBooks, status: Status) -> None:
    assert ask(books, replace(DOUBTED, status=status)) is not None


@pytest.mark.parametrize(
    ("answer", "address"),
    [
        (ACCEPTED, ADDRESS),
        (replace(DOUBTED, status=Status.INVALID), ADDRESS),
        (DOUBTED, ""),
        (DOUBTED, "…"),
        (DOUBTED, "c/o Anna"),
    ],
)
def test_what_nobody_can_decide_on_is_not_queued(books: AddressBooks, answer: GeocodeAnswer, address: str) -> None:
    assert ask(books, answer, address) is None
    assert books.reviews.list(limit=10) == []


def test_the_same_address_is_one_review_however_it_is_typed_and_often_asked(books: AddressBooks) -> None:
    first = asked(books)
    queries = [AddressQuery(text="LANDSTRASSE 19; 9494 Schaan"), AddressQuery(text=ADDRESS), AddressQuery(text="Weg 1")]

    again = books.reviews.note("here", queries, [DOUBTED] * 3)

    assert again[0] == again[1] == first.id != again[2]
    assert books.reviews.get(first.id) == first
    assert len(books.reviews.list(limit=10)) == 2


def test_the_same_address_of_two_areas_is_two_reviews(books: AddressBooks) -> None:
    assert ask(books) != ask(books, area="there")
    assert [review.area for review in books.reviews.list(area="there", limit=10)] == ["there"]


def test_an_open_review_shows_the_newest_answer_of_the_map(books: AddressBooks) -> None:
    first = asked(books)
    rebuilt = asked(books, replace(DOUBTED, dataset_version="v2"))
    better = asked(books, replace(DOUBTED, confidence=0.6))

    assert rebuilt == first  # the same answer of another build is no news
    assert (better.id, better.version, better.answer.confidence) == (first.id, 2, 0.6)


def test_an_accepted_place_is_pinned(books: AddressBooks) -> None:
    review = asked(books)

    decided = books.reviews.decide(review.id, Accept(alternative=0), version=1)

    assert (decided.status, decided.version) == (ReviewStatus.ACCEPTED, 2)
    assert decided.decided_at is not None
    assert decided.pin == pin_at(books) == Pin(location=THERE, level=Level.HOUSE_NUMBER, uncertainty_m=15)
    assert pin_at(books, area="there") is None


@pytest.mark.parametrize(
    "address",
    [
        "c/o A c/o B 12 Landstrasse, Schaan",
        "Herr Frau Muster Landstrasse 19",
        "c/o Tel. 079 123 45 67 Landstrasse 19 Schaan",
        "Landstrasse 19 c/o Muster +423 c/o 232 11 11",
    ],
)
def test_a_pin_is_found_by_the_text_that_was_asked_whoever_is_named_in_it(books: AddressBooks, address: str) -> None:
    review = asked(books, address=address)

    books.reviews.decide(review.id, Accept(alternative=0), version=1)
    decided = pin_at(books, normal_form(address))
    books.reviews.erase(review.id)
    books.pins.put("here", address, Pin(location=HERE, level=Level.POINT, uncertainty_m=9), source="gps", place="")
    put = pin_at(books, normal_form(address))

    assert (decided is None, put is None) == (False, False)
    assert decided is not None
    assert decided.location == THERE


def test_a_moved_pin_is_at_the_point_and_a_rejected_address_has_none(books: AddressBooks) -> None:
    review = asked(books)

    moved = books.reviews.decide(review.id, Move(location=THERE), version=1)
    at = pin_at(books)
    rejected = books.reviews.decide(review.id, Reject(), version=2)

    assert (moved.status, rejected.status) == (ReviewStatus.MOVED, ReviewStatus.REJECTED)
    assert at == Pin(location=THERE, level=Level.POINT, uncertainty_m=20)
    assert (pin_at(books), rejected.pin) == (None, None)


def test_the_same_decision_sent_again_changes_nothing(books: AddressBooks) -> None:
    review = asked(books)

    first = books.reviews.decide(review.id, Move(location=THERE), version=1)
    again = books.reviews.decide(review.id, Move(location=THERE), version=1)

    assert again == first


def test_the_slower_of_two_planners_is_told_and_changes_nothing(books: AddressBooks) -> None:
    review = asked(books)
    books.reviews.decide(review.id, Accept(), version=1)

    with pytest.raises(ReviewChangedError):
        books.reviews.decide(review.id, Move(location=THERE), version=1)

    assert books.reviews.get(review.id).status is ReviewStatus.ACCEPTED
    assert pin_at(books) == Pin(location=HERE, level=Level.STREET, uncertainty_m=300)


def test_of_many_planners_at_the_same_moment_one_decides(books: AddressBooks) -> None:
    review, together = asked(books), threading.Barrier(6)

    def decide(index: int) -> bool:
        together.wait()
        try:
            books.reviews.decide(review.id, Move(location=LonLat(9.5 + index / 100, 47.1)), version=1)
        except ReviewChangedError:
            return False
        return True

    with ThreadPoolExecutor(6) as planners:
        won = list(planners.map(decide, range(6)))

    pin = pin_at(books)
    assert sum(won) == 1
    assert pin is not None
    assert pin.location == LonLat(9.5 + won.index(True) / 100, 47.1)


def test_many_requests_with_the_same_addresses_queue_each_once(books: AddressBooks) -> None:
    queries = [AddressQuery(text=f"Landstrasse {number}") for number in range(40)]

    def note(turn: int) -> set[UUID | None]:
        ordered = queries if turn % 2 else queries[::-1]
        return set(books.reviews.note("here", ordered, [DOUBTED] * len(ordered)))

    with ThreadPoolExecutor(4) as requests:
        noted = list(requests.map(note, range(8)))

    assert len(set.union(*noted)) == len(books.reviews.list(limit=100)) == 40


def test_a_decided_address_is_not_queued_again_while_its_pin_is_there(books: AddressBooks) -> None:
    review = asked(books)
    decided = books.reviews.decide(review.id, Accept(), version=1)

    assert asked(books) == decided


def test_it_is_queued_again_when_its_pin_was_taken_away(books: AddressBooks) -> None:
    review = asked(books)
    books.reviews.decide(review.id, Accept(), version=1)
    (pin,) = books.pins.list(limit=10)

    books.pins.delete(pin.id, version=pin.version)

    again = asked(books)
    assert (again.id, again.status, again.pin, again.decided_at) == (review.id, ReviewStatus.OPEN, None, None)
    assert again.version > 2


def test_a_rejected_address_stays_rejected(books: AddressBooks) -> None:
    review = asked(books)
    rejected = books.reviews.decide(review.id, Reject(), version=1)

    assert asked(books, replace(DOUBTED, confidence=0.6)) == rejected


def test_a_review_is_resolved_when_the_map_knows_the_address_now(books: AddressBooks) -> None:
    review = asked(books)
    rejected = asked(books, address="Weg 1")
    books.reviews.decide(rejected.id, Reject(), version=1)

    assert ask(books, ACCEPTED) is None
    ask(books, ACCEPTED, address="Weg 1")

    assert books.reviews.get(review.id).status is ReviewStatus.RESOLVED
    assert books.reviews.get(rejected.id).status is ReviewStatus.REJECTED


def test_a_coordinate_that_came_with_an_address_resolves_nothing(books: AddressBooks) -> None:
    review = asked(books)

    ask(books, replace(ACCEPTED, match_type=MatchType.GIVEN))

    assert books.reviews.get(review.id).status is ReviewStatus.OPEN


def test_what_a_visit_told_is_shown_and_the_map_does_not_cover_it(books: AddressBooks) -> None:
    review = asked(books)
    told = replace(DOUBTED, location=THERE, provider="gps", reasons=("gps_far",))

    seen = books.reviews.note_fix("here", ADDRESS, told)
    ask(books, replace(DOUBTED, confidence=0.7))
    ask(books, ACCEPTED)

    assert (seen.id, seen.source) == (review.id, "gps")
    assert books.reviews.get(review.id).answer == told
    assert books.reviews.get(review.id).status is ReviewStatus.OPEN


def test_rejecting_what_a_visit_told_keeps_the_pin_that_was_there(books: AddressBooks) -> None:
    pin = Pin(location=HERE, level=Level.POINT, uncertainty_m=20)
    books.pins.put("here", ADDRESS, pin, source="planner", place="Schaan")
    review = books.reviews.note_fix("here", ADDRESS, replace(DOUBTED, location=THERE))

    books.reviews.decide(review.id, Reject(), version=review.version)
    again = books.reviews.note_fix("here", ADDRESS, replace(DOUBTED, location=THERE))

    assert pin_at(books) == pin
    assert again.status is ReviewStatus.REJECTED


def test_unknown_reviews_and_impossible_decisions_are_refused(books: AddressBooks) -> None:
    review = asked(books)

    with pytest.raises(ReviewNotFoundError):
        books.reviews.decide(uuid4(), Reject(), version=1)
    with pytest.raises(ReviewNotFoundError):
        books.reviews.get(uuid4())
    with pytest.raises(DecisionError):
        books.reviews.decide(review.id, Accept(alternative=1), version=1)

    assert books.reviews.get(review.id) == review


def test_lists_go_on_behind_the_last_entry_whatever_is_added_meanwhile(books: AddressBooks) -> None:
    for number in range(5):
        ask(books, address=f"Weg {number}")
    first = books.reviews.list(limit=2)

    ask(books, address="Weg 99")
    position: tuple[datetime, UUID] | None = (first[-1].asked_at, first[-1].id)
    rest = books.reviews.list(limit=10, after=position)

    assert [review.address for review in (*first, *rest)] == [f"Weg {number}" for number in (4, 3, 2, 1, 0)]


def test_reviews_are_listed_by_status(books: AddressBooks) -> None:
    reviews = [asked(books, address=f"Weg {number}") for number in range(3)]
    books.reviews.decide(reviews[0].id, Accept(), version=1)
    books.reviews.decide(reviews[1].id, Reject(), version=1)

    decided = books.reviews.list(statuses=[ReviewStatus.ACCEPTED, ReviewStatus.REJECTED], limit=10)

    assert {review.id for review in decided} == {reviews[0].id, reviews[1].id}
    assert [review.id for review in books.reviews.list(statuses=[ReviewStatus.OPEN], limit=10)] == [reviews[2].id]


def test_a_pin_takes_the_place_of_the_earlier_one_and_closes_the_review(books: AddressBooks) -> None:
    review = asked(books)

    first = books.pins.put(
        "here", ADDRESS, Pin(location=HERE, level=Level.POINT, uncertainty_m=9), source="gps", place=""
    )
    second = books.pins.put(
        "here",
        ADDRESS.upper(),
        Pin(location=THERE, level=Level.POINT, uncertainty_m=8),
        source="gps",
        place="",
        instead_of=first,
    )

    assert (first.id, first.version, second.version) == (second.id, 1, 2)
    assert books.pins.get(first.id) == second
    assert books.reviews.get(review.id).status is ReviewStatus.RESOLVED


def test_a_pin_that_was_judged_by_another_is_not_written_over_it(books: AddressBooks) -> None:
    here, there = (Pin(location=at, level=Level.POINT, uncertainty_m=9) for at in (HERE, THERE))
    first = books.pins.put("here", ADDRESS, here, source="gps", place="")
    second = books.pins.put("here", ADDRESS, there, source="planner", place="", instead_of=first)

    for seen in (None, first):
        with pytest.raises(PinChangedError):
            books.pins.put("here", ADDRESS, here, source="gps", place="", instead_of=seen)
    books.pins.delete(second.id, version=2)
    with pytest.raises(PinChangedError):
        books.pins.put("here", ADDRESS, here, source="gps", place="", instead_of=second)

    assert books.pins.list(limit=10) == []


def test_nothing_is_left_of_an_address_that_is_erased(books: AddressBooks, engine: Engine) -> None:
    review = asked(books)
    books.reviews.decide(review.id, Accept(), version=1)

    books.reviews.erase(review.id)

    with engine.connect() as connection:
        left = [connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in ("reviews", "pins")]
    assert left == [0, 0]
    with pytest.raises(ReviewNotFoundError):
        books.reviews.erase(review.id)


def test_a_pin_is_taken_away_by_who_saw_its_last_version(books: AddressBooks) -> None:
    pin = books.pins.put(
        "here", ADDRESS, Pin(location=HERE, level=Level.POINT, uncertainty_m=9), source="gps", place=""
    )

    with pytest.raises(PinChangedError):
        books.pins.delete(pin.id, version=2)
    books.pins.delete(pin.id, version=1)

    for missing in (lambda: books.pins.delete(pin.id, version=1), lambda: books.pins.get(pin.id)):
        with pytest.raises(PinNotFoundError):
            missing()


def test_doors_are_found_by_the_place_that_their_address_names(books: AddressBooks) -> None:
    door, middle = (Pin(location=HERE, level=level, uncertainty_m=20) for level in (Level.POINT, Level.PLACE))
    books.pins.put("here", "王家村1号", door, source="planner", place="王家村")
    books.pins.put("here", "王家村", middle, source="planner", place="王家村")
    books.pins.put("here", "李家村1号", door, source="planner", place="李家村")
    review = asked(books, address="Landstrasse 20")
    books.reviews.decide(review.id, Move(location=THERE), version=1)

    assert books.pins.doors_in("here", ["王家村", "Schaan", "Nowhere"]) == {"王家村": [HERE], "Schaan": [THERE]}
    assert books.pins.doors_in("there", ["王家村"]) == {}


def test_of_a_place_with_very_many_doors_the_latest_hundred_are_read(books: AddressBooks) -> None:
    for number in range(103):
        door = Pin(location=LonLat(9.5, 47 + number / 10_000), level=Level.POINT, uncertainty_m=9)
        books.pins.put("here", f"王家村{number}号", door, source="gps", place="王家村")

    doors = books.pins.doors_in("here", ["王家村"])["王家村"]

    assert {door.lat for door in doors} == {47 + number / 10_000 for number in range(3, 103)}


def test_one_tenant_sees_nothing_of_another(engine: Engine) -> None:
    keys = TenantKeys(engine)
    mine, theirs = (ReviewStore(engine, keys, tenant=tenant) for tenant in ("mine", "theirs"))
    pins = PinStore(engine, keys, tenant="theirs")
    (review,) = mine.note("here", [AddressQuery(text=ADDRESS)], [DOUBTED])
    assert review is not None
    mine.decide(review, Accept(), version=1)

    assert theirs.list(limit=10) == []
    assert pins.list(limit=10) == []
    assert pins.find("here", ["landstrasse 19 9494 schaan"]) == [None]
    with pytest.raises(ReviewNotFoundError):
        theirs.get(review)


def test_no_address_and_no_place_stands_in_the_database(books: AddressBooks, engine: Engine) -> None:
    review = asked(books, address=f"c/o Anna Muster, {ADDRESS}, Tel. 079 123 45 67")
    books.reviews.decide(review.id, Move(location=LonLat(9.512345, 47.123456)), version=1)

    with engine.connect() as connection:
        rows = [str(row) for table in ("reviews", "pins") for row in connection.execute(text(f"SELECT * FROM {table}"))]

    assert len(rows) == 2
    for secret in ("Landstrasse", "landstrasse", "Schaan", "9.512345", "47.123456", "Muster", "079"):
        assert not any(secret in row for row in rows)
    assert review.address == ADDRESS


NAMED = replace(DOUBTED, door="landstrasse 19 of schaan")


def at_door(books: AddressBooks, door: str = NAMED.door, area: str = "here") -> Pin | None:
    return books.of_area(area).at_doors([door])[0]


def test_a_moved_pin_is_found_by_its_door_in_its_area_alone(books: AddressBooks) -> None:
    review = books.reviews.decide(asked(books, NAMED).id, Move(location=THERE), version=1)

    assert at_door(books) == review.pin
    assert at_door(books, area="there") is at_door(books, "landstrasse 21 of schaan") is at_door(books, "") is None


def test_an_alternative_says_that_the_text_means_another_door(books: AddressBooks) -> None:
    books.reviews.decide(asked(books, NAMED).id, Accept(alternative=0), version=1)

    assert pin_at(books) is not None
    assert at_door(books) is None


def test_of_two_spellings_of_one_door_the_latest_pin_counts(books: AddressBooks) -> None:
    for address, where in (("Landstr. 19", HERE), ("Landstrasse 19", THERE)):
        pin = Pin(location=where, level=Level.POINT, uncertainty_m=9)
        books.pins.put("here", address, pin, source="planner", place="", door=NAMED.door)

    latest, record = at_door(books), books.pins.of_door("here", replace(NAMED, location=THERE))

    assert latest is not None
    assert record is not None
    assert (latest.location, record.pin.location) == (THERE, THERE)
    assert books.pins.of_door("here", NAMED) is None  # the map has that door 13 km away


def test_the_nearest_pinned_door_within_some_metres_is_found(books: AddressBooks) -> None:
    metre = 1 / 111_195
    for address, north in (("A 1", 0), ("A 2", 8)):
        pin = Pin(location=LonLat(HERE.lon, HERE.lat + north * metre), level=Level.POINT, uncertainty_m=9)
        books.pins.put("here", address, pin, source="planner", place="")
    village = Pin(location=HERE, level=Level.PLACE, uncertainty_m=500)
    books.pins.put("here", "Schaan", village, source="planner", place="")
    points = [LonLat(HERE.lon, HERE.lat + north * metre) for north in (-14, -16, 3, 5, 22, 24)]

    found = books.pins.near("here", points)

    assert [None if one is None else one.address for one in found] == ["A 1", None, "A 1", "A 2", "A 2", None]
    assert books.pins.near("there", points) == [None] * 6
