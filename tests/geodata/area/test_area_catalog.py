"""Listing and opening areas."""

import json
from pathlib import Path

import pytest

from geodata.area.catalog import AreaCatalog
from geodata.area.meta import META_FILE
from geodata.coords import LonLat
from geodata.errors import AreaFormatError, AreaNotFoundError
from geodata.network.format import VERSION as NETWORK_FORMAT
from tests.geodata.area.village import BUILT_AT, LATER, build_village, ignore_progress, write_village


def test_a_missing_folder_has_no_areas(tmp_path: Path) -> None:
    assert AreaCatalog(tmp_path / "nowhere").list() == []


def test_the_newest_version_is_opened_and_any_can_be(tmp_path: Path) -> None:
    areas = tmp_path / "areas"
    newer = build_village(write_village(tmp_path / "a"), areas, built_at=LATER)
    older = build_village(write_village(tmp_path / "b", street="Church Road"), areas)
    catalog = AreaCatalog(areas)

    assert catalog.open("willowbrook").meta == newer.meta
    assert catalog.open("willowbrook", older.meta.version).meta == older.meta
    assert [meta.version for meta in catalog.list()] == [newer.meta.version, older.meta.version]


def test_an_opened_area_is_kept_until_it_is_built_again(tmp_path: Path) -> None:
    extract, areas = write_village(tmp_path), tmp_path / "areas"
    build_village(extract, areas)
    catalog = AreaCatalog(areas)
    first = catalog.open("willowbrook")

    again = catalog.open("willowbrook")
    build_village(extract, areas, built_at=LATER)
    rebuilt = catalog.open("willowbrook")

    assert again is first
    assert rebuilt.meta.built_at == LATER


def test_a_closed_catalog_opens_areas_again(tmp_path: Path) -> None:
    areas = tmp_path / "areas"
    build_village(write_village(tmp_path), areas)
    catalog = AreaCatalog(areas)
    first = catalog.open("willowbrook").geocoder

    catalog.close()

    assert catalog.open("willowbrook").geocoder is not first


@pytest.mark.parametrize("name", ["nowhere", "..", "", "willowbrook/../willowbrook"])
def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path: Path, name: str) -> None:
    areas = tmp_path / "areas"
    build_village(write_village(tmp_path), areas)

    with pytest.raises(AreaNotFoundError, match="Known areas: willowbrook"):
        AreaCatalog(areas).open(name)


def test_an_unknown_version_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    areas = tmp_path / "areas"
    area = build_village(write_village(tmp_path), areas)

    with pytest.raises(AreaNotFoundError, match=f"Known versions: {area.meta.version}"):
        AreaCatalog(areas).open("willowbrook", "..")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1}'])
def test_a_damaged_area_is_not_listed_and_says_how_to_build_it_again(tmp_path: Path, text: str) -> None:
    areas = tmp_path / "areas"
    area = build_village(write_village(tmp_path), areas)
    (area.tiles.parent / META_FILE).write_text(text, encoding="utf-8")
    catalog = AreaCatalog(areas)

    assert catalog.list() == []
    (problem,) = catalog.unusable()
    assert "doorstep area build --pbf FILE --name willowbrook" in problem
    with pytest.raises(AreaFormatError, match="doorstep area build --pbf FILE --name willowbrook"):
        catalog.open("willowbrook")


def test_an_area_of_another_format_says_so(tmp_path: Path) -> None:
    areas = tmp_path / "areas"
    file = build_village(write_village(tmp_path), areas).tiles.parent / META_FILE
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), "format": 99}), encoding="utf-8")

    with pytest.raises(AreaFormatError, match="another version of doorstep"):
        AreaCatalog(areas).open("willowbrook")


@pytest.mark.parametrize("part", [1, 2, 3], ids=["roads", "addresses", "map"])
def test_an_area_with_a_part_of_another_format_is_not_listed_and_says_what_to_do(tmp_path: Path, part: int) -> None:
    areas = tmp_path / "areas"
    file = build_village(write_village(tmp_path), areas).tiles.parent / META_FILE
    fields = json.loads(file.read_text(encoding="utf-8"))
    numbers = fields["format"].split(".")
    older = ".".join("0" if index == part else number for index, number in enumerate(numbers))
    file.write_text(json.dumps({**fields, "format": older}), encoding="utf-8")

    catalog = AreaCatalog(areas)

    assert numbers[1] == str(NETWORK_FORMAT)
    assert catalog.list() == []
    (problem,) = catalog.unusable()
    assert "another version of doorstep built it" in problem
    assert "doorstep area build --pbf FILE --name willowbrook" in problem


def test_the_bundled_area_is_built_once(tmp_path: Path) -> None:
    catalog = AreaCatalog(tmp_path / "areas")
    told: list[str] = []

    first = catalog.ensure_bundled(built_at=BUILT_AT, on_progress=ignore_progress)
    second = AreaCatalog(tmp_path / "areas").ensure_bundled(
        built_at=LATER, on_progress=lambda stage, _fraction: told.append(stage)
    )

    assert (first.meta.name, first.meta.time_zone) == ("liechtenstein", "Europe/Vaduz")
    assert LonLat(9.5209, 47.1410) in first.meta.bbox
    assert second.meta == first.meta
    assert told == []
