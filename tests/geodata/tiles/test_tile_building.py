"""Building the PMTiles file of an extract."""

from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.area.catalog import bundled_extract
from geodata.errors import AreaFormatError, ExtractError
from geodata.osm.extract import ATTRIBUTION
from geodata.tiles.archive import add_metadata, read_header, read_metadata
from geodata.tiles.build import build_tiles
from geodata.tiles.features import layer_frames, read_features

_LAKE_WITH_ISLAND = """<?xml version="1.0"?>
<osm version="0.6" generator="by hand">
  <node id="1" lat="30.00" lon="100.00"/><node id="2" lat="30.00" lon="100.04"/>
  <node id="3" lat="30.04" lon="100.04"/><node id="4" lat="30.04" lon="100.00"/>
  <node id="5" lat="30.01" lon="100.01"/><node id="6" lat="30.01" lon="100.02"/>
  <node id="7" lat="30.02" lon="100.02"/>
  <way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/></way>
  <way id="11"><nd ref="3"/><nd ref="4"/><nd ref="1"/></way>
  <way id="12"><nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="5"/></way>
  <way id="13"><nd ref="1"/><nd ref="99"/><tag k="highway" v="track"/></way>
  <relation id="20">
    <member type="way" ref="10" role="outer"/><member type="way" ref="11" role="outer"/>
    <member type="way" ref="12" role="inner"/>
    <tag k="type" v="multipolygon"/><tag k="natural" v="water"/><tag k="name" v="镜湖"/>
  </relation>
  <relation id="21">
    <member type="way" ref="10" role="outer"/>
    <tag k="type" v="boundary"/><tag k="boundary" v="administrative"/><tag k="admin_level" v="6"/>
  </relation>
  <relation id="22">
    <member type="way" ref="10" role="outer"/>
    <tag k="type" v="boundary"/><tag k="boundary" v="administrative"/><tag k="admin_level" v="4"/>
  </relation>
</osm>
"""
_NOTHING_TO_DRAW = '<osm version="0.6"><node id="1" lat="30" lon="100"/></osm>'


def _ignore(_stage: str, _fraction: float) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        file = tmp_path / "hand.osm"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_the_bundled_extract_becomes_a_small_map_with_its_attribution(tmp_path: Path) -> None:
    file = tmp_path / "tiles.pmtiles"
    told: list[float] = []

    with bundled_extract() as extract:
        report = build_tiles(extract, into=file, on_progress=lambda _stage, fraction: told.append(fraction))

    header = read_header(file)
    assert report.features["roads"] > 1000
    assert report.features["house_numbers"] == 198
    assert report.size_bytes == file.stat().st_size < 5_000_000
    assert (header.max_zoom, header.tiles > 100) == (14, True)
    assert read_metadata(file)["attribution"] == ATTRIBUTION
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert list(tmp_path.iterdir()) == [file]


def test_a_multipolygon_in_pieces_is_assembled_with_its_hole(written: Callable[[str], Path]) -> None:
    frames = layer_frames(read_features(written(_LAKE_WITH_ISLAND)))

    (lake,) = frames["water"].geometry
    assert lake.area == pytest.approx(0.04 * 0.04 - 0.01 * 0.01 / 2)
    assert list(frames["water"]["name"]) == ["镜湖"]
    assert len(frames["lakes"]) == 1


def test_a_way_of_two_boundaries_has_the_higher_rank(written: Callable[[str], Path]) -> None:
    frames = layer_frames(read_features(written(_LAKE_WITH_ISLAND)))

    assert list(frames["boundaries"]["admin_level"]) == [4]


def test_a_way_whose_nodes_are_missing_is_counted_and_left_out(written: Callable[[str], Path]) -> None:
    features = read_features(written(_LAKE_WITH_ISLAND))

    assert features.skipped == 1
    assert "roads_minor" not in layer_frames(features)


def test_an_extract_with_nothing_to_draw_still_gives_a_map(written: Callable[[str], Path], tmp_path: Path) -> None:
    file = tmp_path / "tiles.pmtiles"

    report = build_tiles(written(_NOTHING_TO_DRAW), into=file, on_progress=_ignore)

    assert report.features == {}
    assert read_header(file).tiles >= 1


def test_a_cut_off_extract_leaves_the_old_map_alone(tmp_path: Path) -> None:
    file, cut_off = tmp_path / "tiles.pmtiles", tmp_path / "cut.osm.pbf"
    file.write_bytes(b"the old map")
    with bundled_extract() as extract:
        cut_off.write_bytes(extract.read_bytes()[:300_000])

    with pytest.raises(ExtractError, match="cut off"):
        build_tiles(cut_off, into=file, on_progress=_ignore)

    assert file.read_bytes() == b"the old map"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.osm.pbf", "tiles.pmtiles"]


def test_metadata_is_added_to_what_is_there(written: Callable[[str], Path], tmp_path: Path) -> None:
    file = tmp_path / "tiles.pmtiles"
    build_tiles(written(_LAKE_WITH_ISLAND), into=file, on_progress=_ignore)

    add_metadata(file, {"description": "湖"})

    metadata = read_metadata(file)
    assert (metadata["description"], metadata["attribution"]) == ("湖", ATTRIBUTION)
    assert metadata["vector_layers"]


def test_a_file_that_is_no_map_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "tiles.pmtiles"
    file.write_bytes(b"PMTiles")

    with pytest.raises(AreaFormatError, match="not a PMTiles file"):
        read_header(file)
