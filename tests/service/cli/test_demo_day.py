"""The demonstration's day is at real doors: the bundled area's geocoder answers every address of it but one."""

from collections import Counter

import pytest

from geodata.area.catalog import bundled_extract
from geodata.geocoding.build import build_gazetteer
from geodata.geocoding.geocoder import open_geocoder
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level, Status
from service.demo.day import demo_day
from service.schemas.place import Place
from service.schemas.plan_request import PlanRequest

_UNKNOWN = "C-1021"


@pytest.fixture(scope="module")
def day() -> PlanRequest:
    return PlanRequest.model_validate_json(demo_day())


@pytest.fixture(scope="module")
def answers(day: PlanRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, GeocodeAnswer]:
    """What the bundled area's geocoder says to each case, and to each collector's start."""
    file = tmp_path_factory.mktemp("demo") / "gazetteer.sqlite"
    with bundled_extract() as extract:
        build_gazetteer(extract, into=file, dataset_version="test", on_progress=lambda _stage, _share: None)
    places: dict[str, Place] = {case.id: case for case in day.cases}
    places |= {collector.id: collector.start for collector in day.collectors}
    queries = [AddressQuery(text=place.address, location=place.whereabouts().location) for place in places.values()]
    with open_geocoder(file, service_area=None) as geocoder:
        return dict(zip(places, geocoder.geocode(queries), strict=True))


def test_every_case_has_an_address_and_hardly_any_needs_a_location_besides(day: PlanRequest) -> None:
    assert all(case.address for case in day.cases)
    assert sum(case.location is not None for case in day.cases) <= 6


def test_only_the_address_that_is_unknown_on_purpose_is_not_accepted(answers: dict[str, GeocodeAnswer]) -> None:
    assert {id_ for id_, answer in answers.items() if answer.status is not Status.ACCEPTED} == {_UNKNOWN}
    assert answers[_UNKNOWN].status is Status.NOT_FOUND


def test_without_a_location_the_house_number_itself_is_found(
    day: PlanRequest, answers: dict[str, GeocodeAnswer]
) -> None:
    addresses = [case.id for case in day.cases if case.location is None and case.id != _UNKNOWN]
    starts = [collector.id for collector in day.collectors]

    assert {answers[id_].location_level for id_ in [*addresses, *starts]} == {Level.HOUSE_NUMBER}


def test_no_two_cases_share_a_door_and_the_day_reaches_most_of_the_country(
    day: PlanRequest, answers: dict[str, GeocodeAnswer]
) -> None:
    labels = [label for case in day.cases if (label := answers[case.id].label)]
    towns = Counter(label.split(", ")[-1].lstrip("0123456789 ") for label in labels)

    assert len(set(labels)) == len(labels) == 59
    assert len(towns) >= 10
    assert towns["Schaan"] <= 31
