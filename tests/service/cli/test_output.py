"""What people read of values that the API answers with."""

import pytest

from service.cli.output import said


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-11-24T07:30:00.123456Z", "2026-11-24 07:30:00Z"),
        ("2026-11-24T07:30:00+00:00", "2026-11-24 07:30:00Z"),
        ("2026-11-24T15:30:00+08:00", "2026-11-24 15:30:00+08:00"),
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24T15:30:00", "2026-11-24T15:30:00"),
        ("2026-visit-at-the-Town-hall", "2026-visit-at-the-Town-hall"),
        ("王家村 3 号", "王家村 3 号"),
        (True, "yes"),
        ({"lon": 119.5, "lat": 25.25}, "119.500000,25.250000"),
    ],
)
def test_an_instant_says_to_which_clock_it_belongs_and_other_values_are_readable(value: object, read: str) -> None:
    assert said(value) == read
