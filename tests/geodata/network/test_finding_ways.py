"""Ways by name and by place, to close them or to say their speeds."""

from pathlib import Path

import pytest

from geodata.coords import LonLat
from geodata.network.roads import Roads
from geodata.network.ways import find_ways
from tests.geodata.network.maps import ORIGIN, ROAD, Map, offset

TOWN = Map(
    grid="A   B   C\n\n\nD       E",
    ways=[("ABC", {**ROAD, "name": "Ölmühle"}), ("AD", {"highway": "service"}), ("DE", {**ROAD, "name": "Mill Lane"})],
    nodes={"B": {"barrier": "gate"}},
)


@pytest.fixture
def roads(tmp_path: Path) -> Roads:
    return TOWN.network(tmp_path).roads


def test_a_part_of_the_name_in_any_case_finds_a_way_once_with_its_whole_length(roads: Roads) -> None:
    found = find_ways(roads, street="ölm")

    (way,) = found
    assert (way.name, way.highway, way.away_m) == ("Ölmühle", ROAD["highway"], None)
    assert way.length_m == round(int(roads.length_mm[roads.way_osm == way.id].sum()) / 1000)


def test_what_comes_near_a_place_is_listed_from_the_nearest(roads: Roads) -> None:
    place = LonLat(*map(float, roads.shape(0)[0]))

    found = find_ways(roads, near=place, within_m=100_000)

    distances = [way.away_m for way in found]
    assert len(found) == 3
    assert found[0].away_m == 0
    assert distances == sorted(distances, key=lambda metres: metres or 0)


def test_a_way_is_near_by_the_line_between_its_points_and_not_beyond_the_limit(roads: Roads) -> None:
    beside = offset(ORIGIN, east_m=60, north_m=30)

    near, nearer = (find_ways(roads, near=beside, within_m=metres) for metres in (31, 29))

    assert {way.name for way in near} - {way.name for way in nearer} == {"Ölmühle"}


def test_a_name_that_no_way_has_finds_nothing(roads: Roads) -> None:
    assert find_ways(roads, street="Elm") == []
