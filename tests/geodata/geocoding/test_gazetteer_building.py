"""What a gazetteer makes of an extract's roads, doors and places."""

from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.coords import LonLat, great_circle_m
from geodata.errors import ExtractError
from geodata.geocoding.build import build_gazetteer
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.geocoder import GazetteerGeocoder
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Status
from tests.geodata.geocoding.address_maps import AddressMap, two_villages

GeocoderOf = Callable[[AddressMap], GazetteerGeocoder]


def _ask(geocoder: GazetteerGeocoder, text: str) -> GeocodeAnswer:
    return geocoder.geocode([AddressQuery(text=text)])[0]


def _build(drawn: AddressMap, folder: Path) -> Gazetteer:
    file = folder / "gazetteer.sqlite"
    build_gazetteer(drawn.write(folder), into=file, dataset_version="1", on_progress=lambda _t, _s: None)
    return Gazetteer(file)


def test_one_name_in_two_villages_is_two_streets(tmp_path: Path) -> None:
    with _build(two_villages(), tmp_path) as gazetteer:
        streets = [s for s in gazetteer.streets.values() if s.name == "Dorfstrasse"]

    assert [gazetteer.places[s.town].name for s in streets if s.town is not None] == ["Oberdorf", "Unterdorf"]


def test_doors_give_their_street_its_postcode(tmp_path: Path) -> None:
    with _build(two_villages(), tmp_path) as gazetteer:
        codes = {(s.name, *s.postcodes) for s in gazetteer.streets.values()}

    assert codes == {("Dorfstrasse", "1001"), ("Dorfstrasse", "1002"), ("Mühlweg", "1001")}


def test_a_street_without_doors_belongs_to_the_nearest_village(geocoder_of: GeocoderOf) -> None:
    drawn = two_villages()
    drawn.road("Bachgasse", (300, 4600), (300, 4900))

    answer = _ask(geocoder_of(drawn), "Bachgasse, Unterdorf")

    assert (answer.label, answer.reasons) == ("Bachgasse, Unterdorf", ("house_number_missing",))


def test_the_doors_town_wins_over_the_nearest_village(geocoder_of: GeocoderOf) -> None:
    drawn = two_villages()
    drawn.road("Grenzweg", (0, 2700), (0, 2900))
    drawn.door("1", 5, 2750, street="Grenzweg", city="Oberdorf")

    answer = _ask(geocoder_of(drawn), "Grenzweg 1, Oberdorf")

    assert (answer.status, answer.label) == (Status.ACCEPTED, "Grenzweg 1, Oberdorf")


@pytest.mark.parametrize(
    ("on_the_door", "on_the_road"),
    [
        ("Zollstr.", "Zollstrasse"),
        ("Schaanerstrasse", "Schaaner Strasse"),
        ("Bühelstraße", "Buehelstrasse"),
        ("Steckergass", "Steckergasse"),
        ("Bertschingerstraße", "Bertschinger-Straße"),
        ("Langenloiserstrasse", "Langenloisserstrasse"),
    ],
)
def test_a_door_finds_its_street_though_both_are_spelled_differently(
    on_the_door: str, on_the_road: str, tmp_path: Path
) -> None:
    drawn = two_villages()
    drawn.road(on_the_road, (400, 0), (400, 200))
    drawn.door("7", 420, 100, street=on_the_door, city="Oberdorf")

    with _build(drawn, tmp_path) as gazetteer:
        street = next(s for s in gazetteer.streets.values() if s.name == on_the_road)
        numbers = [d.number.label for d in gazetteer.doors_of(street.id)]

    assert numbers == ["7"]
    assert len(gazetteer.streets) == 4


def test_clutter_in_a_doors_town_and_postcode_is_dropped(geocoder_of: GeocoderOf) -> None:
    drawn = two_villages()
    drawn.door("14", 120, 10, street="Dorfstrasse", city="Oberdorf (FL)", postcode="LI-1001")
    drawn.door("16", 140, 10, street="Dorfstrasse", city="Oberdorf", postcode="11001")
    geocoder = geocoder_of(drawn)

    answers = [_ask(geocoder, f"Dorfstrasse {n}, 1001 Oberdorf") for n in (14, 16)]

    assert [a.status for a in answers] == [Status.ACCEPTED, Status.ACCEPTED]


def test_houses_numbered_in_a_village_without_streets_are_found(geocoder_of: GeocoderOf) -> None:
    drawn = two_villages()
    drawn.place("Weiler", 3000, 2000, kind="hamlet")
    drawn.door("9", 3010, 2010, place="Weiler")
    geocoder = geocoder_of(drawn)

    known, unknown = _ask(geocoder, "Weiler 9"), _ask(geocoder, "Weiler 15")

    assert (known.status, known.label) == (Status.ACCEPTED, "Weiler 9")
    assert unknown.status is Status.NEEDS_REVIEW


def test_a_relation_gives_a_house_its_street(geocoder_of: GeocoderOf) -> None:
    drawn = two_villages()
    house = drawn.door("21", 150, 5)
    drawn.associated_street("Dorfstrasse", [house])

    answer = _ask(geocoder_of(drawn), "Dorfstrasse 21, Oberdorf")

    assert answer.status is Status.ACCEPTED


def test_a_long_road_through_two_municipalities_is_a_street_in_each(tmp_path: Path) -> None:
    drawn = AddressMap()
    drawn.place("Westen", 1000, 0)
    drawn.place("Osten", 3500, 0)
    drawn.boundary("Gemeinde Westen", 0, -1000, 3000, 1000)
    drawn.boundary("Gemeinde Osten", 3000, -1000, 6000, 1000)
    drawn.road("Landstrasse", (200, 0), (5800, 0))

    with _build(drawn, tmp_path) as gazetteer:
        towns = {gazetteer.places[s.town].name for s in gazetteer.streets.values() if s.town is not None}

    assert towns == {"Westen", "Osten"}
    assert len(gazetteer.places) == 2


def test_a_boundary_that_the_extract_cut_off_is_left_out(tmp_path: Path) -> None:
    drawn = two_villages()
    drawn.boundary("Gemeinde Oberdorf", -1000, -1000, 1000, 7000, cut=True)

    with _build(drawn, tmp_path) as gazetteer:
        names = sorted(p.name for p in gazetteer.places.values())

    assert names == ["Oberdorf", "Unterdorf"]


def test_a_town_that_only_doors_know_becomes_a_place(geocoder_of: GeocoderOf) -> None:
    drawn = two_villages()
    drawn.road("Seeweg", (9000, 9000), (9300, 9000))
    drawn.door("3", 9100, 9010, street="Seeweg", city="Seedorf")

    answer = _ask(geocoder_of(drawn), "Seeweg 3, Seedorf")

    assert (answer.status, answer.label) == (Status.ACCEPTED, "Seeweg 3, Seedorf")


def test_a_door_without_street_or_place_is_counted_and_left_out(tmp_path: Path) -> None:
    drawn = two_villages()
    drawn.door("99", 0, 0)
    file = tmp_path / "gazetteer.sqlite"

    report = build_gazetteer(drawn.write(tmp_path), into=file, dataset_version="7", on_progress=lambda _t, _s: None)

    assert (report.places, report.streets, report.doors, report.doors_left_out) == (2, 3, 10, 1)
    assert (report.file, report.dataset_version) == (file, "7")


def test_progress_rises_to_one(tmp_path: Path) -> None:
    told: list[float] = []

    build_gazetteer(
        two_villages().write(tmp_path),
        into=tmp_path / "gazetteer.sqlite",
        dataset_version="1",
        on_progress=lambda _text, share: told.append(share),
    )

    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_broken_extract_leaves_the_older_gazetteer_and_no_other_file(tmp_path: Path) -> None:
    file = tmp_path / "gazetteer.sqlite"
    _build(two_villages(), tmp_path).close()
    before = file.read_bytes()
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"this is no extract")

    with pytest.raises(ExtractError):
        build_gazetteer(broken, into=file, dataset_version="2", on_progress=lambda _t, _s: None)

    assert file.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["broken.osm.pbf", "gazetteer.sqlite", "map.osm"]


def test_a_map_without_any_address_gives_an_empty_gazetteer(geocoder_of: GeocoderOf) -> None:
    drawn = AddressMap()
    drawn.way([(0, 0), (100, 0)], highway="track")

    answer = _ask(geocoder_of(drawn), "Dorfstrasse 2, Oberdorf")

    assert answer.status is Status.NOT_FOUND


def test_a_long_street_without_numbers_has_its_middle_where_the_houses_are(
    geocoder_of: Callable[[AddressMap], GazetteerGeocoder],
) -> None:
    drawn = AddressMap()
    drawn.place("Oberdorf", 0, 0)
    drawn.road("Landstrasse", (0, 0), (3000, 0))
    for east in range(0, 400, 20):
        drawn.door(str(east), east, 60, street="Dorfweg", city="Oberdorf")

    (answer,) = geocoder_of(drawn).geocode([AddressQuery(text="Landstrasse 5, Oberdorf")])

    assert answer.location is not None
    assert great_circle_m(answer.location, LonLat(0.5, 0.5)) < 600
    assert answer.uncertainty_m is not None
    assert answer.uncertainty_m > 2000
