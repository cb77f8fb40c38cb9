"""Days in the bundled area with other roads: measured, drawn and told by the same pipeline as every plan."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from geodata.area.area import Area
from geodata.area.build import build_area
from geodata.area.catalog import AreaCatalog, bundled_extract
from geodata.area.roads_today import RoadsToday
from geodata.area.vehicles import vehicle_profiles
from geodata.area.ways import area_ways
from geodata.coords import LonLat
from geodata.network.cch.network import CchRoadNetwork
from geodata.network.port import SnappedPoint
from service.jobs.errors import PlanRefusedError
from service.jobs.run_plan import PlanRunner
from service.planning.reach import ClosedOffError, reach
from service.schemas.document import PlanDocument
from service.schemas.plan_request import PlanRequest
from service.schemas.resolve import resolve
from service.settings import Settings
from tests.service.planning.test_pipeline import solve_here

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)
_VADUZ = {"location": {"lat": 47.1410304, "lon": 9.5209277}}
_TRIESENBERG = {"location": {"lat": 47.1180, "lon": 9.5430}}


@pytest.fixture(scope="module")
def areas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundled")
    own = folder / "tuktuk.toml"
    own.write_text('name = "tuktuk"\nbase = "car"\n[seasons.monsoon]\npaved = 50\nunknown = 50\n', encoding="utf-8")
    with bundled_extract() as extract:
        build_area(
            extract,
            name="liechtenstein",
            time_zone="Europe/Vaduz",
            built_at="2026-11-25T00:00:00+00:00",
            into=folder / "areas",
            on_progress=lambda _stage, _share: None,
            profiles=vehicle_profiles(["car", "foot"], [own]),
        )
    return folder / "areas"


def _area(areas: Path) -> Area:
    return AreaCatalog(areas).open("liechtenstein")


def _request(areas: Path, vehicle: str, roads: dict[str, object] | None) -> PlanRequest:
    shift = {"start": "08:00", "end": "18:00"}
    request = PlanRequest.model_validate(
        {
            "cases": [{"id": "c1", "mandatory": True, **_TRIESENBERG}],
            "collectors": [{"id": "k1", "start": _VADUZ, "end": _VADUZ, "shift": shift, "vehicle": vehicle}],
            "roads": roads,
        }
    )
    return resolve(request, area=_area(areas).meta, settings=Settings(), now=NOW)


def _plan(areas: Path, vehicle: str = "car", roads: dict[str, object] | None = None) -> PlanDocument:
    runner = PlanRunner(catalog=AreaCatalog(areas), solver=solve_here)
    return runner.plan(
        _request(areas, vehicle, roads), on_progress=lambda _progress, _best=None: None, should_stop=lambda: False
    )


def _ways_of(areas: Path, line: list[tuple[float, float]]) -> list[int]:
    """Return the ways that a line leads along, by the edges both of whose ends are on it."""
    network = _area(areas).network("car")
    assert isinstance(network, CchRoadNetwork)
    roads, points = network.roads, set(line)
    on_line = np.array([(round(lon, 6), round(lat, 6)) in points for lon, lat in roads.node_lonlat.tolist()])
    edges = on_line[roads.tail] & on_line[roads.head]
    return sorted(set(roads.way_osm[edges].tolist()) - {0})


def test_a_closed_way_is_left_by_the_matrix_and_by_the_line(areas: Path) -> None:
    usual = _plan(areas)
    ways = _ways_of(areas, usual.lines[0][0])
    closed = ways[len(ways) // 2]

    planned = _plan(areas, roads={"closed_ways": [closed, 10**12]})

    assert planned.result.roads is not None
    assert (planned.result.roads.closed_ways, planned.result.roads.unknown_ways) == ([closed], [10**12])
    assert closed not in _ways_of(areas, planned.lines[0][0])
    assert planned.result.routes[0].stops[0].leg.travel_s > usual.result.routes[0].stops[0].leg.travel_s


def _all_ways(areas: Path) -> list[int]:
    return sorted(set(_area(areas).roads("car").way_osm.tolist()) - {0})


def test_a_depot_that_closures_cut_off_is_walked_to_from_the_next_road_and_says_so(areas: Path) -> None:
    network = _area(areas).network("car")
    assert isinstance(network, CchRoadNetwork)
    [depot] = network.snap([LonLat(9.5209277, 47.1410304)])
    assert isinstance(depot, SnappedPoint)
    closed = int(network.roads.way_osm[depot.edge])

    planned = _plan(areas, roads={"closed_ways": [closed]}).result

    assert [stop.case for stop in planned.routes[0].stops] == ["c1"]
    assert "nearest_closed_today" in planned.routes[0].start_flags
    assert "nearest_closed_today" in planned.routes[0].end_flags
    assert planned.routes[0].stops[0].leg.access_s > depot.access_s


def test_when_everything_is_closed_the_plan_says_so_of_each_case_and_collector(areas: Path) -> None:
    planned = _plan(areas, roads={"closed_ways": _all_ways(areas)}).result

    assert [one.reason.code for one in planned.unassigned] == ["roads_closed"]
    assert [one.reason.code for one in planned.unavailable_collectors] == ["roads_closed"]
    assert planned.routes == []
    assert planned.cost.unserved_mandatory == 1


def test_a_case_behind_a_long_closed_road_is_left_out_with_the_roads_as_its_reason(areas: Path) -> None:
    village = [way.way.id for way in area_ways(_area(areas), street=None, near=LonLat(9.5430, 47.1180), within_m=900)]

    planned = _plan(areas, roads={"closed_ways": village}).result

    assert [(one.case, one.reason.code) for one in planned.unassigned] == [("c1", "roads_closed")]
    assert planned.unavailable_collectors == []


def test_a_thousand_closed_ways_and_as_many_unknown_ones_are_one_request(areas: Path) -> None:
    known = _all_ways(areas)[:1000]
    unknown = list(range(10**12, 10**12 + 1000))

    planned = _plan(areas, roads={"closed_ways": known + unknown}).result

    assert planned.roads is not None
    assert (planned.roads.closed_ways, planned.roads.unknown_ways) == (known, unknown)
    assert len(planned.unassigned) + sum(len(route.stops) for route in planned.routes) == 1


def test_reach_is_that_of_the_roads_of_the_day(areas: Path) -> None:
    area, start = _area(areas), LonLat(9.5209277, 47.1410304)
    [depot] = area.network("car").snap([start])
    assert isinstance(depot, SnappedPoint)
    own_way = int(area.roads("car").way_osm[depot.edge])

    usual = reach(area, location=start, vehicle="car", minutes=15)
    wet = reach(area, location=start, vehicle="car", minutes=15, today=RoadsToday(season="wet"))
    closed = reach(area, location=start, vehicle="car", minutes=15, today=RoadsToday(closed_ways=frozenset({own_way})))

    assert 0.5 * usual.area_m2 < wet.area_m2 < usual.area_m2
    assert 0.3 * usual.area_m2 < closed.area_m2 < usual.area_m2
    assert "nearest_closed_today" in closed.flags
    assert usual.is_at_edge
    assert not reach(area, location=start, vehicle="car", minutes=4).is_at_edge


def test_reach_from_where_everything_is_closed_is_refused(areas: Path) -> None:
    today = RoadsToday(closed_ways=frozenset(_all_ways(areas)))

    with pytest.raises(ClosedOffError, match=r"Check roads\.closed_ways"):
        reach(_area(areas), location=LonLat(9.5209277, 47.1410304), vehicle="car", minutes=15, today=today)


def test_crawling_traffic_lengthens_the_travel_and_the_day(areas: Path) -> None:
    usual = _plan(areas)
    jam = [{"way": way, "kmh": 4.0} for way in _ways_of(areas, usual.lines[0][0])]

    planned = _plan(areas, roads={"observed_speeds": jam})

    assert planned.result.cost.travel_s > usual.result.cost.travel_s


@pytest.mark.parametrize(("vehicle", "season"), [("car", "wet"), ("foot", "wet"), ("tuktuk", "monsoon")])
def test_a_season_slows_each_vehicle_by_its_own_table(areas: Path, vehicle: str, season: str) -> None:
    usual, planned = _plan(areas, vehicle), _plan(areas, vehicle, {"season": season})

    assert planned.result.routes[0].vehicle == vehicle
    assert planned.result.cost.travel_s > usual.result.cost.travel_s
    assert planned.result.roads is not None
    assert planned.result.roads.season == season


def test_walking_takes_longer_than_driving_and_a_shorter_way(areas: Path) -> None:
    car, foot = _plan(areas), _plan(areas, "foot")

    assert foot.result.cost.travel_s > 2 * car.result.cost.travel_s
    assert foot.result.routes[0].length_m < car.result.routes[0].length_m


def test_a_request_that_its_area_no_longer_serves_is_refused_with_the_field(areas: Path) -> None:
    stored = _request(areas, "car", None).model_dump(mode="json")
    stored["collectors"][0]["vehicle"] = "motorcycle"
    runner = PlanRunner(catalog=AreaCatalog(areas), solver=solve_here)

    with pytest.raises(PlanRefusedError) as refused:
        runner(stored, lambda _progress, _best=None: None, lambda: False)

    assert refused.value.problem["code"] == "invalid_request"
    assert "/collectors/0/vehicle" in str(refused.value.problem["detail"])
