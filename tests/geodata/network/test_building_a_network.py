"""Building: what is read, cut, connected, kept and refused."""

from pathlib import Path

import numpy as np
import pytest

from geodata.errors import ExtractError, GeodataError
from geodata.network.build import build_network
from tests.geodata.network import bundled
from tests.geodata.network.maps import ROAD, Map, driving_s, snapped, visited

PRIVATE = {"highway": "service", "access": "private"}


def test_bundled_area_has_most_of_its_roads(tmp_path: Path) -> None:
    network, report = bundled.build(tmp_path, "car")

    assert report.profile == "car"
    assert report.counts["ways_kept"] > 2000
    assert report.counts["road_m"] > 600_000
    assert report.edges_dropped["unconnected"] < 0.05 * report.counts["edges"]
    assert (
        report.counts["ways_kept"] + sum(report.ways_dropped.values()) + report.counts["ways_without_points"]
        == (report.counts["highways_read"])
    )
    assert report.counts["edges"] == network.roads.edge_count


def test_building_twice_gives_the_same_files(tmp_path: Path) -> None:
    town = Map(grid="A  B  C", ways=[("ABC", ROAD)], nodes={"B": {"barrier": "gate"}})
    town.build(tmp_path)
    first = {path.name: path.read_bytes() for path in (tmp_path / "car").iterdir()}

    town.build(tmp_path)

    assert first == {path.name: path.read_bytes() for path in (tmp_path / "car").iterdir()}


def test_ways_are_cut_at_junctions_and_keep_their_bends(tmp_path: Path) -> None:
    town = Map(grid="A  B  C\n\n\nD  E", ways=[("ABCE", ROAD), ("BD", ROAD)])

    roads = town.network(tmp_path).roads

    assert roads.edge_count == 3
    assert roads.node_count == 4
    assert sorted(len(roads.shape(edge)) for edge in range(3)) == [2, 2, 3]


def test_every_edge_takes_at_least_a_millisecond(tmp_path: Path) -> None:
    network, _ = bundled.build(tmp_path, "motorcycle")
    roads = network.roads

    fastest = np.maximum(roads.forward_ms, roads.backward_ms)

    assert int(fastest.min()) >= 1
    assert np.allclose(roads.shape_lonlat[roads.shape_start[:-1]], roads.node_lonlat[roads.tail])
    assert np.allclose(roads.shape_lonlat[roads.shape_start[1:] - 1], roads.node_lonlat[roads.head])


def test_through_traffic_stays_off_a_private_shortcut(tmp_path: Path) -> None:
    town = Map(grid="A  B\n\n\nC  D", ways=[("AC", ROAD), ("CD", ROAD), ("DB", ROAD), ("AB", PRIVATE)])
    network = town.network(tmp_path)

    assert visited(town, network, town.between("A", "C", 0.3), town.between("B", "D", 0.3)) == "CD"


def test_a_door_on_a_private_road_is_reached_and_left(tmp_path: Path) -> None:
    town = Map(grid="A  B  C", ways=[("AB", ROAD), ("BC", PRIVATE)])
    network, report = town.build(tmp_path)

    assert visited(town, network, town.between("A", "B"), town.between("B", "C")) == "B"
    assert visited(town, network, town.between("B", "C"), town.between("A", "B")) == "B"
    assert report.counts["edges_ends_only"] == 1


def test_one_leaves_one_private_road_and_ends_on_another(tmp_path: Path) -> None:
    town = Map(grid="X  A  B  Y", ways=[("XA", PRIVATE), ("AB", ROAD), ("BY", PRIVATE)])
    network = town.network(tmp_path)

    assert visited(town, network, town.between("X", "A"), town.between("B", "Y")) == "AB"


def test_one_stays_on_private_roads_between_two_doors_there(tmp_path: Path) -> None:
    town = Map(grid="A  X  Y  Z\n\n\nB", ways=[("AB", ROAD), ("AXYZ", PRIVATE), ("XB", PRIVATE)])
    network = town.network(tmp_path)

    assert visited(town, network, town.between("Y", "Z"), town.between("X", "B")) == "YX"


def test_a_street_behind_a_private_gate_is_reached_and_is_no_shortcut(tmp_path: Path) -> None:
    town = Map(
        grid="A  b  C  d  E\n\n\nF           G",
        ways=[("AbCdE", ROAD), ("AF", ROAD), ("FG", ROAD), ("GE", ROAD)],
        nodes={"b": {"barrier": "gate", "access": "private"}, "d": {"barrier": "gate", "access": "private"}},
    )
    network, report = town.build(tmp_path)

    assert visited(town, network, town.place("F"), town.between("b", "C")) == "FAb"
    assert "C" not in visited(town, network, town.between("A", "F", 0.1), town.between("E", "G", 0.1))
    assert report.counts["edges_behind_ends_only"] == 1


def test_a_bollard_for_motorcycles_stops_cars(tmp_path: Path) -> None:
    town = Map(
        grid="A  b  C\n\n\nD     E",
        ways=[("AbC", ROAD), ("AD", ROAD), ("DE", ROAD), ("EC", ROAD)],
        nodes={"b": {"barrier": "bollard", "motorcycle": "yes"}},
    )
    start, end = town.between("A", "b"), town.between("b", "C")

    assert visited(town, town.network(tmp_path, "car"), start, end) == "ADEC"
    assert visited(town, town.network(tmp_path, "motorcycle"), start, end) == "b"


@pytest.mark.parametrize(
    ("barrier", "seconds"),
    [
        ({"barrier": "gate"}, 60),
        ({"barrier": "lift_gate"}, 30),
        ({"barrier": "cattle_grid"}, 3),
        ({"ford": "yes"}, 15),
        ({"barrier": "entrance"}, 0),
    ],
)
def test_passing_a_barrier_takes_its_time(tmp_path: Path, barrier: dict[str, str], seconds: int) -> None:
    free = Map(grid="A  b  C", ways=[("AbC", ROAD)])
    barred = Map(grid="A  b  C", ways=[("AbC", ROAD)], nodes={"b": barrier})
    ends = free.place("A"), free.place("C")
    (tmp_path / "free").mkdir()

    delay_s = driving_s(barred.network(tmp_path), *ends) - driving_s(free.network(tmp_path / "free"), *ends)

    assert delay_s == seconds


def test_one_does_not_wait_at_a_gate_that_one_does_not_pass(tmp_path: Path) -> None:
    town = Map(grid="A  b  C", ways=[("AbC", ROAD)], nodes={"b": {"barrier": "gate"}})
    network = town.network(tmp_path)

    assert driving_s(network, town.between("A", "b", 0.99), town.place("A")) == 18


def test_a_gate_at_a_junction_is_passed_once(tmp_path: Path) -> None:
    town = Map(grid="A  b  C\n\n\n   D", ways=[("AbC", ROAD), ("bD", ROAD)], nodes={"b": {"barrier": "gate"}})
    network = town.network(tmp_path)

    seconds = [driving_s(network, town.place(a), town.place(c)) for a, c in ("AC", "AD", "DC")]

    # Straight on costs nothing, each of the right turns two seconds.
    assert seconds == [36 + 60, 36 + 60 + 2, 36 + 60 + 2]


def test_a_oneway_is_driven_one_way(tmp_path: Path) -> None:
    town = Map(
        grid="A  B\n\n\nC  D",
        ways=[("AB", {"highway": "residential", "oneway": "yes"}), ("BDCA", ROAD)],
    )
    network = town.network(tmp_path)
    early, late = town.between("A", "B", 0.25), town.between("A", "B", 0.75)

    assert visited(town, network, early, late) == ""
    assert visited(town, network, late, early) == "BDCA"


def test_a_ferry_takes_its_duration_and_boarding(tmp_path: Path) -> None:
    ferry = {"route": "ferry", "motor_vehicle": "yes", "duration": "00:10"}
    town = Map(grid="A  B  C  D", ways=[("AB", ROAD), ("BC", ferry), ("CD", ROAD)])
    network = town.network(tmp_path)

    assert driving_s(network, town.place("A"), town.place("D")) == 18 + 600 + 300 + 18


def test_nothing_is_snapped_to_a_ferry(tmp_path: Path) -> None:
    ferry = {"route": "ferry", "motor_vehicle": "yes"}
    town = Map(grid="A  B  C  D", ways=[("AB", ROAD), ("BC", ferry), ("CD", ROAD)])
    network = town.network(tmp_path)

    (point,) = snapped(network, town.between("B", "C", 0.4))

    assert point.distance_m == 60


def test_a_road_that_cannot_be_left_is_dropped(tmp_path: Path) -> None:
    town = Map(grid="A  B  C", ways=[("AB", ROAD), ("BC", {"highway": "residential", "oneway": "yes"})])
    network, report = town.build(tmp_path)

    assert network.roads.edge_count == 1
    assert report.edges_dropped == {"unconnected": 1}


def test_an_island_is_dropped(tmp_path: Path) -> None:
    town = Map(grid="A  B  C   D  E", ways=[("ABC", ROAD), ("DE", ROAD)])
    network, report = town.build(tmp_path)

    assert network.roads.edge_count == 1
    assert report.edges_dropped == {"unconnected": 1}


def test_restrictions_that_are_not_obeyed_are_counted_by_reason(tmp_path: Path) -> None:
    town = Map(
        grid="A  B  C",
        ways=[("AB", ROAD), ("BC", ROAD)],
        relations=[
            ("from:1 to:2", {"restriction": "no_straight_on"}),
            ("from:1 via:B to:2", {"restriction:conditional": "no_straight_on @ (Mo-Fr 07:00-09:00)"}),
            ("from:1 via:B to:2", {"restriction:hgv": "no_straight_on"}),
            ("from:1 via:B to:2", {"restriction": "no_straight_on", "except": "motorcar;bicycle"}),
            ("from:1 via:B to:9", {"restriction": "no_straight_on"}),
            ("from:1 via:B to:2", {"restriction": "some_turn"}),
            ("from:1 via:C to:2", {"restriction": "no_straight_on"}),
        ],
    )

    _, report = town.build(tmp_path)

    assert report.counts["turn_restrictions_read"] == 7
    assert report.counts["turn_restrictions_applied"] == report.counts["forbidden_turns"] == 0
    assert report.restrictions_ignored == {
        "conditional": 1,
        "other_vehicles": 2,
        "unknown_kind": 1,
        "broken": 2,
        "not_on_network": 1,
    }


def test_a_way_that_leaves_the_extract_is_cut_there(tmp_path: Path) -> None:
    town = Map(grid="A  B  C  D", ways=[("ABCD", ROAD), ("AB", ROAD)])
    extract = town.write(tmp_path / "map.osm")
    lines = extract.read_text().replace("<node", "\n<node").split("\n")
    extract.write_text("\n".join(line for line in lines if f'id="{ord("C")}"' not in line))

    report = build_network(extract, profile="car", into=tmp_path / "car", on_progress=lambda _step, _share: None)

    assert report.counts["way_nodes_missing"] == 1
    assert report.counts["edges"] == 2


def test_progress_grows_to_the_whole(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    extract = Map(grid="A  B", ways=[("AB", ROAD)]).write(tmp_path / "map.osm")

    build_network(
        extract, profile="car", into=tmp_path / "car", on_progress=lambda step, share: told.append((step, share))
    )

    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("ways", [[], [("AB", {"highway": "footway"})], [("AB", {"highway": "road", "oneway": "yes"})]])
def test_an_extract_without_usable_roads_is_refused(tmp_path: Path, ways: list[tuple[str, dict[str, str]]]) -> None:
    with pytest.raises(ExtractError, match="no connected road that a car may use"):
        Map(grid="A  B", ways=ways).network(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["map.osm"]


def test_a_truncated_extract_leaves_nothing_behind(tmp_path: Path) -> None:
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(bundled.EXTRACT.read_bytes()[:300_000])

    with pytest.raises(ExtractError, match="fetch it again"):
        build_network(cut, profile="car", into=tmp_path / "car", on_progress=lambda _step, _share: None)

    assert [path.name for path in tmp_path.iterdir()] == ["cut.osm.pbf"]


def test_a_failed_build_keeps_the_network_that_was_there(tmp_path: Path) -> None:
    Map(grid="A  B", ways=[("AB", ROAD)]).network(tmp_path)

    with pytest.raises(ExtractError):
        Map(grid="A  B", ways=[]).network(tmp_path)

    assert (tmp_path / "car" / "meta.json").is_file()


def test_an_unknown_profile_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(GeodataError, match="No vehicle profile 'bus'"):
        build_network(tmp_path / "none.osm", profile="bus", into=tmp_path / "bus", on_progress=lambda _s, _f: None)
