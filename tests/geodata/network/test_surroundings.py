"""What lies around the roads: which ways stop a walker, and which let one pass."""

from pathlib import Path

import numpy as np
import pytest

from geodata.errors import ExtractError
from geodata.network.access import access_seconds, distance_flags
from geodata.network.streets import folded
from geodata.network.surroundings import Kind, joined, no_lines, read_surroundings

NODES = {1: (9.5, 47.1), 2: (9.51, 47.1), 3: (9.51, 47.11), 4: (9.5, 47.11), 5: (9.5001, 47.1), 6: (9.5001, 47.1001)}


def extract(folder: Path, ways: str, relations: str = "", node_tags: str = "") -> Path:
    nodes = "".join(
        f'<node id="{id_}" version="1" lon="{lon}" lat="{lat}">{node_tags if id_ == 1 else ""}</node>'
        for id_, (lon, lat) in NODES.items()
    )
    path = folder / "around.osm"
    path.write_text(f'<osm version="0.6">{nodes}{ways}{relations}</osm>', encoding="utf-8")
    return path


def way(id_: int, refs: list[int], **tags: str) -> str:
    points = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    said = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<way id="{id_}" version="1">{points}{said}</way>'


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"waterway": "river"}, Kind.WATER),
        ({"waterway": "canal"}, Kind.WATER),
        ({"natural": "coastline"}, Kind.WATER),
        ({"waterway": "stream"}, None),
        ({"waterway": "river", "tunnel": "yes"}, None),
        ({"railway": "rail"}, Kind.RAILWAY),
        ({"railway": "tram"}, None),
        ({"railway": "rail", "tunnel": "yes"}, None),
        ({"railway": "rail", "bridge": "yes"}, Kind.UNDERPASS),
        ({"highway": "motorway"}, Kind.MOTORWAY),
        ({"highway": "trunk", "motorroad": "yes"}, Kind.MOTORWAY),
        ({"highway": "trunk"}, None),
        ({"highway": "motorway", "bridge": "viaduct"}, Kind.UNDERPASS),
        ({"highway": "footway", "bridge": "yes"}, Kind.WALKWAY),
        ({"highway": "path", "tunnel": "yes"}, Kind.WALKWAY),
        ({"highway": "primary", "bridge": "yes", "foot": "no"}, None),
        ({"highway": "residential", "bridge": "no"}, None),
        ({"building": "yes"}, None),
    ],
)
def test_a_way_is_a_barrier_or_a_passage_by_its_tags(tmp_path: Path, tags: dict[str, str], kind: Kind | None) -> None:
    lines = read_surroundings(extract(tmp_path, way(1, [1, 2], **tags)))

    assert lines.kind.tolist() == ([] if kind is None else [kind])
    assert len(lines.lonlat) == (0 if kind is None else 2)


def test_a_lake_that_is_a_relation_has_the_shores_of_its_ways(tmp_path: Path) -> None:
    members = "".join(f'<member type="way" ref="{ref}" role="outer"/>' for ref in (1, 2))
    lake = (
        f'<relation id="1" version="1">{members}<tag k="type" v="multipolygon"/><tag k="natural" v="water"/></relation>'
    )

    lines = read_surroundings(extract(tmp_path, way(1, [1, 2, 3]) + way(2, [3, 4, 1]) + way(3, [2, 4]), lake))

    assert lines.kind.tolist() == [Kind.WATER, Kind.WATER]
    assert lines.start.tolist() == [0, 3, 6]
    assert lines.lonlat[:3].tolist() == [list(NODES[ref]) for ref in (1, 2, 3)]


def test_one_walks_round_a_pond_and_not_round_a_lake(tmp_path: Path) -> None:
    pond, lake = way(1, [1, 5, 6, 1], natural="water"), way(2, [1, 2, 3, 1], natural="water")

    lines = read_surroundings(extract(tmp_path, pond + lake))

    assert lines.start.tolist() == [0, 4]
    assert lines.lonlat[1].tolist() == list(NODES[2])


def test_a_level_crossing_is_a_passage_of_one_place(tmp_path: Path) -> None:
    crossing = '<tag k="railway" v="level_crossing"/>'

    lines = read_surroundings(extract(tmp_path, way(1, [1, 2], railway="rail"), node_tags=crossing))

    assert sorted(lines.kind.tolist()) == [Kind.RAILWAY, Kind.UNDERPASS]
    at = lines.start[lines.kind.tolist().index(Kind.UNDERPASS)]
    assert lines.lonlat[at : at + 2].tolist() == [list(NODES[1])] * 2


def test_a_river_that_leaves_the_extract_is_cut_there(tmp_path: Path) -> None:
    lines = read_surroundings(extract(tmp_path, way(1, [1, 2, 99, 3, 4, 98, 1], waterway="river")))

    assert lines.start.tolist() == [0, 2, 4]


def test_a_missing_extract_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExtractError):
        read_surroundings(tmp_path / "nothing.osm.pbf")


def test_lines_are_joined_one_after_the_other(tmp_path: Path) -> None:
    lines = read_surroundings(extract(tmp_path, way(1, [1, 2, 3], waterway="river")))

    both = joined(joined(no_lines(), lines), lines)

    assert both.start.tolist() == [0, 3, 6]
    assert np.array_equal(both.lonlat, np.concatenate([lines.lonlat, lines.lonlat]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Königsteiner Str.", "KÖNIGSTEINER-STRASSE"),
        ("Hauptstr. ", "Hauptstraße"),
        ("Rue de l’Église", "rue de l'eglise"),
        ("Ｍain  Street", "main street"),
        ("中山路", "中山路"),
    ],
)
def test_names_that_are_spelt_differently_fold_to_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_names_of_different_streets_do_not_fold_to_one() -> None:
    assert len({folded(name) for name in ("Feldweg", "Feldstraße", "Am Feldweg", "中山路", "中山北路")}) == 5


def test_access_grows_with_the_distance_without_a_jump() -> None:
    seconds = access_seconds(np.arange(0, 3000.0))

    assert (np.diff(seconds) >= 0).all()
    assert np.diff(seconds).max() <= 2
    assert seconds[[0, 100, 500, 1500]].tolist() == [0, 104, 520, 832]


def test_flags_of_the_distance_begin_beyond_their_limits() -> None:
    assert [distance_flags(metres) for metres in (200, 201, 500, 501)] == [
        (),
        ("far_from_road",),
        ("far_from_road",),
        ("far_from_road", "straight_line"),
    ]
