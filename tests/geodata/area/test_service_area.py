"""The box that an area serves."""

from pathlib import Path

import pytest

from geodata.area.bounds import service_area
from geodata.area.catalog import bundled_extract
from geodata.coords import LonLat
from geodata.errors import ExtractError


def _extract(folder: Path, *, bounds: str = "", far_node: str = "") -> Path:
    """A street of 3000 nodes along the parallel of 30 degrees, from 100 to 100.3 degrees east."""
    count = 3000
    nodes = "".join(f'<node id="{i}" lat="30" lon="{100 + i * 1e-4:.4f}"/>' for i in range(1, count + 1))
    refs = "".join(f'<nd ref="{i}"/>' for i in range(1, count + 1))
    far_ref = '<nd ref="9999"/>' if far_node else ""
    way = f'<way id="1">{refs}{far_ref}<tag k="highway" v="residential"/></way>'
    file = folder / "street.osm"
    file.write_text(f'<osm version="0.6">{bounds}{nodes}{far_node}{way}</osm>', encoding="utf-8")
    return file


def test_the_bundled_area_serves_liechtenstein_and_no_more() -> None:
    with bundled_extract() as extract:
        box = service_area(extract)

    assert (box.west, box.south, box.east, box.north) == pytest.approx((9.471, 47.048, 9.636, 47.271), abs=0.001)
    assert LonLat(9.5209, 47.1410) in box
    assert LonLat(9.3767, 47.4239) not in box


def test_a_far_node_of_one_way_does_not_widen_the_box(tmp_path: Path) -> None:
    extract = _extract(tmp_path, far_node='<node id="9999" lat="35" lon="120"/>')

    box = service_area(extract)

    assert (box.west, box.east) == pytest.approx((100, 100.3), abs=0.03)


def test_a_header_that_covers_half_the_world_is_cut_to_the_roads(tmp_path: Path) -> None:
    extract = _extract(tmp_path, bounds='<bounds minlat="0" minlon="0" maxlat="90" maxlon="180"/>')

    box = service_area(extract)

    assert (box.west, box.east) == pytest.approx((100, 100.3), abs=0.03)


def test_a_believable_header_cuts_the_box(tmp_path: Path) -> None:
    extract = _extract(tmp_path, bounds='<bounds minlat="29.99" minlon="100.01" maxlat="30.01" maxlon="100.29"/>')

    box = service_area(extract)

    assert (box.west, box.south, box.east, box.north) == (100.01, 29.99, 100.29, 30.01)


def test_a_header_beside_the_roads_is_not_believed(tmp_path: Path) -> None:
    extract = _extract(tmp_path, bounds='<bounds minlat="50" minlon="10" maxlat="51" maxlon="11"/>')

    box = service_area(extract)

    assert LonLat(100.15, 30) in box


def test_an_extract_without_roads_and_addresses_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "empty.osm"
    file.write_text('<osm version="0.6"><node id="1" lat="30" lon="100"/></osm>', encoding="utf-8")

    with pytest.raises(ExtractError, match="neither a road nor an address"):
        service_area(file)
