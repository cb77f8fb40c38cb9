from datetime import UTC, date, datetime

import pytest

from service.planning.errors import UnknownPolicyError, UnknownTimeZoneError
from service.planning.resolve import Defaults, day_of, resolve
from service.schemas.plan_request import PlanRequest

DEFAULTS = Defaults(
    area="a", area_time_zone=None, time_zone="Asia/Shanghai", policy="cn", minutes_per_priority_point=1.5
)


def request(**more: object) -> PlanRequest:
    base = {
        "cases": [{"id": "c", "address": "Dorf 1"}],
        "collectors": [{"id": "k", "start": {"address": "Dorf 2"}, "shift": {"start": "08:00", "end": "17:00"}}],
    }
    return PlanRequest.model_validate(base | more)


def test_today_is_what_the_clock_of_the_branch_says() -> None:
    late_evening = datetime(2026, 11, 24, 20, tzinfo=UTC)

    assert resolve(request(), defaults=DEFAULTS, now=late_evening).date == date(2026, 11, 25)
    assert resolve(request(time_zone="Europe/Vaduz"), defaults=DEFAULTS, now=late_evening).date == date(2026, 11, 24)


def test_the_areas_time_zone_comes_before_the_services() -> None:
    defaults = Defaults(
        area="a", area_time_zone="Europe/Vaduz", time_zone="UTC", policy="cn", minutes_per_priority_point=1.0
    )

    assert resolve(request(), defaults=defaults, now=datetime.now(UTC)).time_zone == "Europe/Vaduz"


def test_a_resolved_request_means_the_same_when_resolved_again_later() -> None:
    first = resolve(request(), defaults=DEFAULTS, now=datetime(2026, 11, 24, tzinfo=UTC))

    again = resolve(first, defaults=DEFAULTS, now=datetime(2030, 1, 1, tzinfo=UTC))

    assert again == first


def test_what_a_priority_is_worth_is_the_requests_before_the_settings() -> None:
    own = resolve(request(options={"minutes_per_priority_point": 3.0}), defaults=DEFAULTS, now=datetime.now(UTC))

    assert day_of(own).minutes_per_priority_point == 3.0
    assert day_of(resolve(request(), defaults=DEFAULTS, now=datetime.now(UTC))).minutes_per_priority_point == 1.5


def test_names_that_do_not_exist_are_refused_with_the_field() -> None:
    with pytest.raises(UnknownTimeZoneError) as zone:
        resolve(request(time_zone="Mars/Olympus"), defaults=DEFAULTS, now=datetime.now(UTC))
    with pytest.raises(UnknownPolicyError) as policy:
        resolve(request(policy="none"), defaults=DEFAULTS, now=datetime.now(UTC))

    assert zone.value.pointer == "/time_zone"
    assert policy.value.pointer == "/policy"


def test_an_unresolved_request_is_no_day() -> None:
    with pytest.raises(ValueError, match="Resolve the request first"):
        day_of(request())
