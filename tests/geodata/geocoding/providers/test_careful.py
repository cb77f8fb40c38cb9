"""A provider is asked in turn, within its budget, again after a fault, and not while it is down."""

import time

import pytest

from geodata.coords import LonLat, great_circle_m
from geodata.datum import Datum, from_wgs84
from geodata.errors import (
    BatchSpoiltError,
    BudgetSpentError,
    ProviderAwayError,
    ProviderBusyError,
    ProviderError,
    ProviderRefusedError,
)
from tests.geodata.geocoding.providers.fakes import FakeAudit, FakeMeter, FakeProvider, careful, found

PLACE = found(9.5, 47.1)


def away(count: int = 1) -> list[Exception]:
    return [ProviderAwayError("away") for _ in range(count)]


@pytest.mark.parametrize("datum", list(Datum))
def test_answers_are_of_wgs84_whatever_the_providers_datum(datum: Datum) -> None:
    true = LonLat(107.4, 34.52)
    shifted = from_wgs84(true, datum)
    provider = FakeProvider(datum=datum, knows={"a": (found(shifted.lon, shifted.lat),)})

    ((answer,),) = careful(provider).ask(["a"], within=None)

    assert great_circle_m(answer.location, true) < 1e-6


def test_a_fault_is_tried_again_after_longer_and_longer_waits() -> None:
    slept: list[float] = []
    provider = FakeProvider(faults=away(2), knows={"a": (PLACE,)})

    assert careful(provider, slept=slept).ask(["a"], within=None) == [(PLACE,)]

    assert len(provider.asked) == 3
    assert 0.5 <= slept[0] <= 1.5
    assert 1.0 <= slept[1] <= 2.0


def test_three_faults_are_enough_for_one_address() -> None:
    provider = FakeProvider(faults=away(9))

    with pytest.raises(ProviderAwayError):
        careful(provider).ask(["a"], within=None)

    assert len(provider.asked) == 3


def test_a_provider_that_says_how_long_to_wait_is_heard() -> None:
    slept: list[float] = []
    provider = FakeProvider(faults=[ProviderBusyError("busy", retry_after_s=7.0)], knows={"a": (PLACE,)})

    careful(provider, slept=slept).ask(["a"], within=None)

    assert slept == [7.0]


def test_a_refusal_is_not_tried_again() -> None:
    provider = FakeProvider(faults=[ProviderRefusedError("no")])

    with pytest.raises(ProviderRefusedError):
        careful(provider).ask(["a"], within=None)

    assert len(provider.asked) == 1


def test_each_try_takes_its_turn_and_is_in_the_audit() -> None:
    slept: list[float] = []
    audit, meter = FakeAudit(), FakeMeter(wait_s=0.25)
    provider = FakeProvider(faults=away(1), max_batch=10)

    careful(provider, slept=slept, audit=audit, meter=meter).ask(["a", "b", "c"], within=None)

    assert audit.rows == [("fake", "fake.example", 3), ("fake", "fake.example", 3)]
    assert meter.used == 6
    assert slept.count(0.25) == 2


def test_what_stays_on_the_premises_needs_no_audit() -> None:
    audit = FakeAudit()

    careful(FakeProvider(leaves_premises=False), audit=audit).ask(["a"], within=None)

    assert audit.rows == []


def test_nothing_leaves_that_cannot_be_recorded() -> None:
    provider = FakeProvider()

    with pytest.raises(OSError, match="away"):
        careful(provider, audit=FakeAudit(broken=True)).ask(["a"], within=None)

    assert provider.asked == []


def test_the_budget_of_a_day_is_kept() -> None:
    provider = FakeProvider(max_batch=2)
    asking = careful(provider, per_day=5)

    asking.ask(["a", "b"], within=None)
    asking.ask(["c", "d"], within=None)
    with pytest.raises(BudgetSpentError):
        asking.ask(["e", "f"], within=None)
    asking.ask(["e"], within=None)

    assert provider.asked == [["a", "b"], ["c", "d"], ["e"]]


def test_addresses_that_spoil_each_other_are_asked_one_by_one() -> None:
    provider = FakeProvider(faults=[BatchSpoiltError("no")], max_batch=3, knows={"b": (PLACE,)})

    assert careful(provider).ask(["a", "b", "c"], within=None) == [(), (PLACE,), ()]

    assert provider.asked == [["a", "b", "c"], ["a"], ["b"], ["c"]]


def test_a_provider_that_is_down_is_left_alone_and_then_tried_once() -> None:
    provider = FakeProvider(faults=away(6), knows={"a": (PLACE,)})
    asking = careful(provider, rest_s=0.3)
    for _ in range(2):
        with pytest.raises(ProviderError):
            asking.ask(["a"], within=None)
    asked = len(provider.asked)

    with pytest.raises(ProviderRefusedError, match="left alone"):
        asking.ask(["a"], within=None)
    assert len(provider.asked) == asked == 5
    time.sleep(0.35)
    provider.faults.clear()

    assert asking.ask(["a"], within=None) == [(PLACE,)]


def test_a_spent_budget_does_not_count_as_a_fault() -> None:
    provider = FakeProvider(knows={"a": (PLACE,)})
    meter = FakeMeter(used=1000)
    asking = careful(provider, meter=meter)
    for _ in range(10):
        with pytest.raises(BudgetSpentError):
            asking.ask(["a"], within=None)

    meter.used = 0

    assert asking.ask(["a"], within=None) == [(PLACE,)]
