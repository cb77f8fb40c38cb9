"""The GPS of a visit: pinned, kept or reviewed."""

import pytest

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import Candidate, GeocodeAnswer, Level, Status
from service.reviews.fix import Fix, Verdict, answer_of_fix, judge
from service.reviews.review import Accept, DecisionError, Move, Reject, pin_of

HERE = LonLat(9.5, 47.1)
METRE = 1 / 111_195
UNKNOWN = GeocodeAnswer(status=Status.NOT_FOUND)


def north(metres: float) -> LonLat:
    return LonLat(HERE.lon, HERE.lat + metres * METRE)


def known(uncertainty_m: int = 30, status: Status = Status.ACCEPTED, *others: LonLat) -> GeocodeAnswer:
    candidates = (
        Candidate(label="B", location=at, level=Level.STREET, confidence=0.4, uncertainty_m=30) for at in others
    )
    return GeocodeAnswer(
        status=status,
        location=HERE,
        label="A",
        match_level=Level.STREET,
        location_level=Level.STREET,
        uncertainty_m=uncertainty_m,
        confidence=0.8,
        alternatives=tuple(candidates),
    )


def pin(at: LonLat, uncertainty_m: int) -> Pin:
    return Pin(location=at, level=Level.POINT, uncertainty_m=uncertainty_m)


def test_an_accurate_fix_near_the_maps_place_becomes_a_pin() -> None:
    verdict = judge(Fix(location=north(135), accuracy_m=8), known=known(), pin=None)

    assert verdict == Verdict(pin=pin(north(135), 8))


@pytest.mark.parametrize(
    ("fix", "answer", "reasons"),
    [
        (Fix(location=north(5), accuracy_m=51), known(), ("gps_inaccurate",)),
        (Fix(location=north(150), accuracy_m=8), known(), ("gps_far",)),
        (Fix(location=north(500), accuracy_m=90), known(), ("gps_inaccurate", "gps_far")),
        (Fix(location=HERE, accuracy_m=8), UNKNOWN, ("gps_unverified",)),
        (Fix(location=north(500), accuracy_m=8), known(30_000), ("gps_unverified",)),
    ],
)
def test_a_doubtful_fix_is_for_a_person(fix: Fix, answer: GeocodeAnswer, reasons: tuple[str, ...]) -> None:
    assert judge(fix, known=answer, pin=None) == Verdict(reasons=reasons)


def test_a_fix_tells_which_of_several_places_is_meant_only_where_they_are_as_good() -> None:
    fix = Fix(location=north(5000), accuracy_m=8)

    ambiguous = judge(fix, known=known(30, Status.AMBIGUOUS, north(5020)), pin=None)
    sure = judge(fix, known=known(30, Status.ACCEPTED, north(5020)), pin=None)

    assert ambiguous.pin is not None
    assert sure.reasons == ("gps_far",)


def test_a_pin_as_precise_as_the_fix_stays_and_a_vaguer_one_gives_way() -> None:
    fix = Fix(location=north(60), accuracy_m=10)

    assert judge(fix, known=UNKNOWN, pin=pin(HERE, 10)) == Verdict()
    assert judge(fix, known=UNKNOWN, pin=pin(HERE, 800)) == Verdict(pin=pin(north(60), 10))


def test_a_fix_far_from_the_pin_is_for_a_person_and_so_is_an_inaccurate_one_near_a_vague_pin() -> None:
    assert judge(Fix(location=north(400), accuracy_m=10), known=known(), pin=pin(HERE, 20)).reasons == ("gps_far",)
    assert judge(Fix(location=HERE, accuracy_m=70), known=known(), pin=pin(HERE, 800)).reasons == ("gps_inaccurate",)


def test_a_planner_sees_the_fix_first_then_the_pin_then_the_map() -> None:
    fix = Fix(location=north(400), accuracy_m=10)

    answer = answer_of_fix(
        fix, known=known(30, Status.ACCEPTED, north(900)), pin=pin(north(20), 20), reasons=("gps_far",)
    )

    assert (answer.location, answer.status, answer.reasons) == (north(400), Status.NEEDS_REVIEW, ("gps_far",))
    assert [one.location for one in answer.alternatives] == [north(20), HERE, north(900)]


def test_accepting_takes_the_answers_place_or_the_alternative_of_that_index() -> None:
    answer = known(45, Status.NEEDS_REVIEW, north(900))

    assert pin_of(Accept(), answer) == Pin(location=HERE, level=Level.STREET, uncertainty_m=45)
    assert pin_of(Accept(alternative=0), answer) == Pin(location=north(900), level=Level.STREET, uncertainty_m=30)
    assert pin_of(Move(location=north(3)), answer) == Pin(location=north(3), level=Level.POINT, uncertainty_m=20)
    assert pin_of(Reject(), answer) is None


def test_a_location_too_wide_to_drive_to_cannot_be_accepted() -> None:
    with pytest.raises(DecisionError, match="2001 m") as refused:
        pin_of(Accept(), known(2001))

    assert refused.value.code == "too_wide"
    assert pin_of(Accept(), known(2000)) is not None


@pytest.mark.parametrize(
    ("decision", "answer"), [(Accept(alternative=1), known(45, Status.NEEDS_REVIEW, HERE)), (Accept(), UNKNOWN)]
)
def test_a_place_that_was_not_offered_cannot_be_accepted(decision: Accept, answer: GeocodeAnswer) -> None:
    with pytest.raises(DecisionError):
        pin_of(decision, answer)
