from datetime import UTC, date, datetime

import pytest

from geodata.area.roads_today import RoadsToday, WayDirection, WaySpeed
from service.planning.errors import (
    UnknownPolicyError,
    UnknownSeasonError,
    UnknownTimeZoneError,
    UnknownVehicleError,
)
from service.schemas.plan_request import PlanRequest
from service.schemas.resolve import day_of, resolve
from service.settings import Settings
from tests.service.planning.fakes import flat_meta

SETTINGS = Settings(time_zone="Asia/Shanghai", minutes_per_priority_point=1.5)

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)


def resolved(asked: PlanRequest, *, now: datetime = NOW, zone_of_area: str | None = None) -> PlanRequest:
    return resolve(asked, area=flat_meta(zone_of_area), settings=SETTINGS, now=now)


def request(**more: object) -> PlanRequest:
    base = {
        "cases": [{"id": "c", "address": "Dorf 1"}],
        "collectors": [{"id": "k", "start": {"address": "Dorf 2"}, "shift": {"start": "08:00", "end": "17:00"}}],
    }
    return PlanRequest.model_validate(base | more)


def test_today_is_what_the_clock_of_the_branch_says() -> None:
    late_evening = datetime(2026, 11, 24, 20, tzinfo=UTC)

    assert resolved(request(), now=late_evening).date == date(2026, 11, 25)
    assert resolved(request(time_zone="Europe/Vaduz"), now=late_evening).date == date(2026, 11, 24)


def test_the_areas_time_zone_comes_before_the_services() -> None:
    assert resolved(request(), zone_of_area="Europe/Vaduz").time_zone == "Europe/Vaduz"


def test_a_resolved_request_means_the_same_when_resolved_again_later() -> None:
    first = resolved(request(), now=datetime(2026, 11, 24, tzinfo=UTC))

    again = resolved(first, now=datetime(2030, 1, 1, tzinfo=UTC))

    assert again == first


def test_what_a_priority_is_worth_is_the_requests_before_the_settings() -> None:
    own = resolved(
        request(options={"minutes_per_priority_point": 3.0}),
    )

    assert day_of(own).minutes_per_priority_point == 3.0
    assert day_of(resolved(request())).minutes_per_priority_point == 1.5


def test_names_that_do_not_exist_are_refused_with_the_field() -> None:
    with pytest.raises(UnknownTimeZoneError) as zone:
        resolved(request(time_zone="Mars/Olympus"))
    with pytest.raises(UnknownPolicyError) as policy:
        resolved(request(policy="none"))

    assert zone.value.pointer == "/time_zone"
    assert policy.value.pointer == "/policy"


def _collectors(*vehicles: str) -> list[dict[str, object]]:
    shift = {"start": "08:00", "end": "17:00"}
    return [
        {"id": f"k{number}", "start": {"address": "Dorf 2"}, "shift": shift, "vehicle": vehicle}
        for number, vehicle in enumerate(vehicles)
    ]


def test_vehicles_that_the_area_lacks_are_refused_with_every_field_and_those_there_are() -> None:
    with pytest.raises(UnknownVehicleError, match=r"roads for: car, motorcycle\.") as refused:
        resolved(request(collectors=_collectors("boat", "car", "tuktuk")))

    assert refused.value.pointers == ("/collectors/0/vehicle", "/collectors/2/vehicle")


def test_a_season_must_be_known_to_every_vehicle_in_use() -> None:
    roads = {"season": "dry"}

    with pytest.raises(UnknownSeasonError, match="motorcycle knows wet") as refused:
        resolved(request(collectors=_collectors("car", "motorcycle"), roads=roads))

    assert refused.value.pointers == ("/roads/season",)
    assert day_of(resolved(request(collectors=_collectors("car"), roads=roads))).roads == RoadsToday(season="dry")


def test_the_roads_of_a_request_become_the_days() -> None:
    speeds = [{"way": 7, "kmh": 18, "direction": "forward"}, {"way": 7, "kmh": 20.5, "direction": "backward"}]

    day = day_of(resolved(request(roads={"closed_ways": [5, 3, 5], "observed_speeds": speeds})))

    assert day.roads == RoadsToday(
        closed_ways=frozenset({3, 5}),
        observed_speeds=frozenset(
            {
                WaySpeed(way=7, kmh=18, direction=WayDirection.FORWARD),
                WaySpeed(way=7, kmh=20.5, direction=WayDirection.BACKWARD),
            }
        ),
    )
    assert day_of(resolved(request())).roads is None


def test_an_unresolved_request_is_no_day() -> None:
    with pytest.raises(ValueError, match="Resolve the request first"):
        day_of(request())
