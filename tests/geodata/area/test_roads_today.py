"""The roads of one day: seasons, closures and observed speeds of an area, without building it again."""

from pathlib import Path

import numpy as np
import pytest

from geodata.area.area import Area, NetworkToday
from geodata.area.catalog import AreaCatalog, bundled_extract
from geodata.area.roads_today import RoadsToday, WayDirection, WaySpeed
from geodata.area.vehicles import vehicle_profiles
from geodata.coords import LonLat
from geodata.errors import AreaError
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import UNREACHABLE, ReachingNetwork, SnappedPoint
from tests.geodata.area.village import build_village

# A straight road of two ways from west to east, and an unpaved way round in the north. The second way is drawn
# from east to west.
_RIVERSIDE = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
  <node id="1" lat="30.000" lon="100.00"/><node id="2" lat="30.000" lon="100.01"/>
  <node id="3" lat="30.000" lon="100.02"/><node id="4" lat="30.010" lon="100.01"/>
  <way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/><tag k="surface" v="asphalt"/></way>
  <way id="11"><nd ref="3"/><nd ref="2"/><tag k="highway" v="residential"/><tag k="surface" v="asphalt"/></way>
  <way id="12"><nd ref="1"/><nd ref="4"/><nd ref="3"/><tag k="highway" v="residential"/>
    <tag k="surface" v="dirt"/></way>
</osm>
"""
WEST, EAST = LonLat(100.001, 30.0), LonLat(100.019, 30.0)


@pytest.fixture(scope="module")
def riverside(tmp_path_factory: pytest.TempPathFactory) -> Area:
    folder = tmp_path_factory.mktemp("riverside")
    extract = folder / "riverside.osm"
    extract.write_text(_RIVERSIDE, encoding="utf-8")
    return build_village(extract, folder / "areas", name="riverside")


def _speed(way: int, kmh: float, direction: str = "both") -> WaySpeed:
    return WaySpeed(way=way, kmh=kmh, direction=WayDirection(direction))


def _today(area: Area, vehicle: str = "car", **different: object) -> NetworkToday:
    return area.network_today(vehicle, RoadsToday(**different))  # type: ignore[arg-type]  # named by each test


def _seconds(network: ReachingNetwork, start: LonLat, end: LonLat) -> int:
    doors = [door for door in network.snap([start, end]) if isinstance(door, SnappedPoint)]
    seconds = int(network.matrix(doors[:1], doors[1:]).durations_s[0, 0])
    if seconds != UNREACHABLE:
        assert network.path(doors[0], doors[1]).duration_s == seconds
    return seconds


def test_an_ordinary_day_is_as_the_area_was_built(riverside: Area) -> None:
    network = _today(riverside).network

    assert _seconds(network, WEST, EAST) == _seconds(riverside.network("car"), WEST, EAST)


def test_a_wet_day_is_slower_by_the_factor_of_the_surface(riverside: Area) -> None:
    dry = _seconds(riverside.network("car"), WEST, EAST)

    wet = _seconds(_today(riverside, season="wet").network, WEST, EAST)

    assert wet == pytest.approx(dry / 0.95, abs=1)


def test_a_closed_way_is_driven_round(riverside: Area) -> None:
    open_s = _seconds(riverside.network("car"), WEST, EAST)
    inner = LonLat(100.0005, 30.0005), LonLat(100.0195, 30.0005)

    today = _today(riverside, closed_ways=frozenset({10, 11}))

    assert _seconds(today.network, *inner) > open_s
    assert today.missing_ways == frozenset()


def test_a_door_on_a_closed_way_is_set_on_the_next_open_road(riverside: Area) -> None:
    (door,) = _today(riverside, closed_ways=frozenset({10})).network.snap([LonLat(100.0099, 30.0)])

    assert isinstance(door, SnappedPoint)
    assert door.on_road.lon >= 100.01 - 1e-9


@pytest.mark.parametrize(
    ("direction", "eastward_s", "westward_s"),
    [("forward", None, 180), ("backward", 180, None), ("both", 180, 180)],
)
def test_an_observed_speed_holds_along_the_way_as_it_is_drawn(
    riverside: Area, direction: str, eastward_s: int | None, westward_s: int | None
) -> None:
    # Way 11 is drawn westward. Its last 866 m at 17.3 km/h take 180 s.
    west, east = LonLat(100.0105, 30.0), LonLat(100.0195, 30.0)
    usual = {pair: _seconds(riverside.network("car"), *pair) for pair in ((west, east), (east, west))}

    network = _today(riverside, observed_speeds=frozenset({_speed(11, 17.34, direction)})).network

    assert _seconds(network, west, east) == pytest.approx(eastward_s or usual[west, east], abs=1)
    assert _seconds(network, east, west) == pytest.approx(westward_s or usual[east, west], abs=1)


def test_both_directions_may_have_a_speed_of_their_own(riverside: Area) -> None:
    west, east = LonLat(100.0005, 30.0), LonLat(100.0095, 30.0)
    speeds = frozenset({_speed(10, 10, "forward"), _speed(10, 20, "backward")})

    network = _today(riverside, observed_speeds=speeds).network

    assert _seconds(network, west, east) == pytest.approx(2 * _seconds(network, east, west), abs=2)


def test_an_observed_speed_comes_before_the_season_and_a_closure_before_both(riverside: Area) -> None:
    west, east = LonLat(100.0005, 30.0), LonLat(100.0095, 30.0)
    observed = frozenset({_speed(10, 10)})

    wet = _today(riverside, season="wet", observed_speeds=observed).network
    closed = _today(riverside, season="wet", observed_speeds=observed, closed_ways=frozenset({10})).network

    assert _seconds(wet, west, east) == pytest.approx(866 / (10 / 3.6), abs=2)
    assert all(
        door.edge != riverside.network("car").snap([west])[0].edge  # type: ignore[union-attr]  # it is on a road
        for door in closed.snap([west])
        if isinstance(door, SnappedPoint)
    )


def test_ways_that_the_roads_do_not_have_are_named(riverside: Area) -> None:
    today = _today(riverside, closed_ways=frozenset({10, 77}), observed_speeds=frozenset({_speed(88, 10)}))

    assert today.missing_ways == {77, 88}


def test_a_season_that_the_vehicle_does_not_know_is_refused_with_those_there_are(riverside: Area) -> None:
    with pytest.raises(AreaError, match="'car' know no season 'monsoon'; they know 'dry', 'wet'"):
        _today(riverside, season="monsoon")


def test_a_vehicle_that_the_area_lacks_is_refused(riverside: Area) -> None:
    with pytest.raises(AreaError, match="no network for 'boat'"):
        _today(riverside, vehicle="boat")


def test_the_latest_day_of_each_vehicle_is_kept(riverside: Area) -> None:
    first = _today(riverside, season="wet")
    on_foot = _today(riverside, vehicle="foot", season="wet")

    again = _today(riverside, season="wet")
    other = _today(riverside, season="dry")

    assert again is first
    assert other is not first
    assert on_foot.network.profile == "foot"


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"closed_ways": frozenset({0})}, "id must be from 1 to"),
        ({"closed_ways": frozenset({2**63})}, "id must be from 1 to"),
        ({"observed_speeds": frozenset({_speed(10, 5), _speed(10, 6, "backward")})}, "two observed speeds backward"),
    ],
)
def test_a_day_that_contradicts_itself_is_refused(wrong: dict[str, object], rule: str) -> None:
    with pytest.raises(AreaError, match=rule):
        RoadsToday(**wrong)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("kmh", [0.0, -5.0, 200.5, float("nan")])
def test_a_speed_that_nobody_drives_is_refused(kmh: float) -> None:
    with pytest.raises(AreaError, match="kmh must be from 1 to 200"):
        _speed(10, kmh)


def test_a_vehicle_of_ones_own_keeps_its_seasons_over_a_restart(tmp_path: Path) -> None:
    extract, profile = tmp_path / "riverside.osm", tmp_path / "tuktuk.toml"
    extract.write_text(_RIVERSIDE, encoding="utf-8")
    profile.write_text(
        'name = "tuktuk"\nbase = "motorcycle"\n[seasons.monsoon]\npaved = 50\nearth = 50\n', encoding="utf-8"
    )
    build_village(extract, tmp_path / "areas", profiles=vehicle_profiles((), [profile]))
    profile.unlink()

    area = AreaCatalog(tmp_path / "areas").open("willowbrook")

    usual, monsoon = area.network("tuktuk"), _today(area, vehicle="tuktuk", season="monsoon").network
    assert area.meta.profiles == ("tuktuk",)
    assert _seconds(monsoon, WEST, EAST) == pytest.approx(2 * _seconds(usual, WEST, EAST), abs=2)


def test_a_day_of_the_bundled_area_is_measured_as_dijkstra_measures_it(tmp_path: Path) -> None:
    with bundled_extract() as extract:
        area = build_village(extract, tmp_path, name="liechtenstein", profiles=vehicle_profiles(["motorcycle"]))
    chance = np.random.default_rng(7)
    usual = area._network("motorcycle")
    ways = chance.choice(np.unique(usual.roads.way_osm)[1:], size=300, replace=False).tolist()
    speeds = frozenset(_speed(way, float(chance.uniform(5, 60))) for way in ways[100:])

    today = _today(
        area, vehicle="motorcycle", season="wet", closed_ways=frozenset(ways[:150]), observed_speeds=speeds
    ).network

    points = [LonLat(float(lon), float(lat)) for lon, lat in usual.roads.node_lonlat[::200]]
    doors = [door for door in today.snap(points) if isinstance(door, SnappedPoint)]
    oracle = DijkstraRoadNetwork(today.roads)  # type: ignore[attr-defined]  # the hierarchy shows its roads
    found, expected = today.matrix(doors, doors), oracle.matrix(doors, doors)
    assert (found.durations_s == expected.durations_s).all()
    assert (found.lengths_m == expected.lengths_m).all()
    assert (found.durations_s != usual.matrix(doors, doors).durations_s).mean() > 0.5
