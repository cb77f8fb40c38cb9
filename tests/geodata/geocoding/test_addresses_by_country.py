"""Addresses as they are written in each country, on a map with one town of that country."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from geodata.geocoding.build import build_gazetteer
from geodata.geocoding.geocoder import GazetteerGeocoder, open_geocoder
from geodata.geocoding.port import AddressQuery, Status
from tests.geodata.geocoding.address_maps import AddressMap


@dataclass(frozen=True)
class Town:
    """A town, its postcode, and its streets with the house numbers on them."""

    name: str
    postcode: str
    streets: dict[str, str]


TOWNS = {
    "DE": Town("Garmisch-Partenkirchen", "82467", {"Von-Brug-Straße": "5 5a 7", "Am Kurpark": "12"}),
    "AT": Town("Krems an der Donau", "3500", {"Obere Landstraße": "10 12 14", "Wiener Straße": "7"}),
    "CH": Town("Saint-Imier", "2610", {"Rue de la Clé": "12 14", "Bahnhofstrasse": "3", "Via San Gottardo": "8"}),
    "LI": Town("Schaan", "9494", {"Im Pardiel": "16", "Landstrasse": "19"}),
    "FR": Town(
        "Saint-Étienne-de-Baïgorry",
        "64430",
        {"Rue de la République": "12 12bis 14", "Avenue du Général Leclerc": "3", "Rue du 8 Mai 1945": "6"},
    ),
    "IT": Town("Bressanone", "39042", {"Via Giuseppe Garibaldi": "12/B 14", "Piazza Duomo": "1", "Viale Mozart": "7"}),
    "ES": Town(
        "Alcalá de Henares", "28801",
        {"Calle Mayor": "5 7", "Avenida de Guadalajara": "22", "Plaza Cervantes": "1"},
    ),
    "GB": Town(
        "Bury St Edmunds", "IP33 1LS",
        {"High Street": "12 14a", "St Mary's Road": "3", "Churchgate Street": "7"},
    ),
    "US": Town(
        "Montpelier", "05602",
        {"North Main Street": "1600 12A", "East State Street": "12", "5th Avenue": "44", "County Road 12": "101"},
    ),
    "IN": Town(
        "Mysuru", "570001",
        {"Mahatma Gandhi Road": "12 14/3", "2nd Cross Road": "45", "Temple Street": "1-2-345"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def geocoders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, GazetteerGeocoder]]:
    """One geocoder for each country."""
    opened = {}
    for code, town in TOWNS.items():
        folder: Path = tmp_path_factory.mktemp(code)
        drawn = AddressMap()
        drawn.place(town.name, 0, 0, kind="town")
        for row, (street, numbers) in enumerate(town.streets.items()):
            north = row * 400
            drawn.road(street, (-200, north), (200, north))
            for column, number in enumerate(numbers.split()):
                tags = {"street": street, "city": town.name, "postcode": town.postcode, "country": code}
                drawn.door(number, -100 + 90 * column, north + 15, **tags)
        file = folder / "town.sqlite"
        build_gazetteer(drawn.write(folder), into=file, dataset_version=code, on_progress=lambda _t, _s: None)
        opened[code] = open_geocoder(file, service_area=None)
    yield opened
    for geocoder in opened.values():
        geocoder.close()


@pytest.mark.parametrize(
    ("country", "text", "street_and_number"),
    [
        ("DE", "Von-Brug-Str. 5a, 82467 Garmisch-Partenkirchen", "Von-Brug-Straße 5a"),
        ("DE", "Herrn Huber, von Brug Strasse 5 a, D-82467 Garmisch-P., Deutschland", "Von-Brug-Straße 5a"),
        ("DE", "82467 Garmisch-Partenkirchen, Am Kurpark 12, 2. Stock, Tel. 08821 123456", "Am Kurpark 12"),
        ("DE", "Familie Maier c/o Schmidt, Am Kurpark Nr. 12, 82467 Garmisch", "Am Kurpark 12"),
        ("AT", "Obere Landstr. 12/3/7, A-3500 Krems/Donau", "Obere Landstraße 12"),
        ("AT", "3500 Krems a.d. Donau, Obere Landstraße 12, Stiege 2, Top 5", "Obere Landstraße 12"),
        ("AT", "Wienerstr. 7, 3500 Krems, Österreich, +43 664 1234567", "Wiener Straße 7"),
        ("CH", "Rue de la Clé 12, CH-2610 Saint-Imier", "Rue de la Clé 12"),
        ("CH", "Case postale 34, Rue de la Cle 14, 2610 St-Imier, Suisse", "Rue de la Clé 14"),
        ("CH", "Bahnhofstr. 3, 2610 St. Imier", "Bahnhofstrasse 3"),
        ("CH", "Via S. Gottardo 8, 2610 Saint-Imier", "Via San Gottardo 8"),
        ("LI", "Landstr. 19, FL-9494 Schaan", "Landstrasse 19"),
        ("LI", "Im Pardiel 16, LI-9494 Schaan, Fürstentum Liechtenstein", "Im Pardiel 16"),
        ("FR", "12 rue de la République, 64430 Saint-Étienne-de-Baïgorry", "Rue de la République 12"),
        ("FR", "12 bis, R. de la Republique 64430 ST ETIENNE DE BAIGORRY CEDEX 2", "Rue de la République 12 bis"),
        ("FR", "Mme Dupont, 3 av. du Gal Leclerc, F-64430 Saint Etienne de Baigorry, Tél. 05 59 12 34 56",
         "Avenue du Général Leclerc 3"),
        ("FR", "BP 12, 6 rue du 8 mai 1945, 64430 Saint-Étienne-de-Baïgorry, France", "Rue du 8 Mai 1945 6"),
        ("FR", "n° 14 rue République, 64430 Saint-Étienne-de-Baïgorry", "Rue de la République 14"),
        ("IT", "Via Giuseppe Garibaldi 12/B, 39042 Bressanone BZ", "Via Giuseppe Garibaldi 12b"),
        ("IT", "V. Giuseppe Garibaldi, n. 14, 39042 Bressanone (BZ), Italia", "Via Giuseppe Garibaldi 14"),
        ("IT", "P.zza Duomo 1, I-39042 Bressanone", "Piazza Duomo 1"),
        ("IT", "Sig.ra Rossi, V.le Mozart 7, scala A, interno 4, 39042 Bressanone, cell. 347 1234567",
         "Viale Mozart 7"),
        ("ES", "C/ Mayor, 5, 2º B, 28801 Alcalá de Henares", "Calle Mayor 5"),
        ("ES", "Avda. Guadalajara nº 22, 28801 Alcala de Henares (España)", "Avenida de Guadalajara 22"),
        ("ES", "Sra. Pérez, Pza. Cervantes 1, piso 3, puerta 2, 28801 Alcalá de Henares, móvil 600 123 456",
         "Plaza Cervantes 1"),
        ("ES", "E-28801 Alcalá de Henares, Calle Mayor 7", "Calle Mayor 7"),
        ("GB", "12 High St, Bury St Edmunds IP33 1LS", "High Street 12"),
        ("GB", "Flat 3, 14A High Street, Bury St. Edmunds, ip331ls, UK", "High Street 14a"),
        ("GB", "Mr J Smith, 3 St. Mary's Rd., Bury St Edmunds, IP33 1LS, 01284 123456", "St Mary's Road 3"),
        ("GB", "7 Churchgate St Bury St Edmunds", "Churchgate Street 7"),
        ("US", "1600 N Main St, Montpelier, VT 05602-1234", "North Main Street 1600"),
        ("US", "12 E State St Apt 4B, Montpelier VT 05602", "East State Street 12"),
        ("US", "12-A North Main St., #5, Montpelier, VT, USA, (802) 555-0100", "North Main Street 12a"),
        ("US", "44 5th Ave, Montpelier, VT 05602", "5th Avenue 44"),
        ("US", "101 County Rd 12, Montpelier, VT 05602", "County Road 12 101"),
        ("IN", "No. 12, Mahatma Gandhi Rd, Mysuru - 570 001", "Mahatma Gandhi Road 12"),
        ("IN", "S/o Ramesh Kumar, H.No. 14/3, Mahatma Gandhi Road, near State Bank, Mysuru 570001, +91 98765 43210",
         "Mahatma Gandhi Road 14"),
        ("IN", "#45, 2nd Cross Rd, Mysuru Dist., 570001, India", "2nd Cross Road 45"),
        ("IN", "Door No 1-2-345, Temple St, Mysuru, Mob: 98765 43210", "Temple Street 1-2-345"),
    ],
)  # fmt: skip
def test_an_address_is_accepted_as_its_country_writes_it(
    country: str, text: str, street_and_number: str, geocoders: dict[str, GazetteerGeocoder]
) -> None:
    (answer,) = geocoders[country].geocode([AddressQuery(text=text)])

    assert answer.label is not None
    assert (answer.status, answer.label.partition(",")[0]) == (Status.ACCEPTED, street_and_number), answer


@pytest.mark.parametrize(
    ("country", "text", "reason"),
    [
        ("DE", "Am Kurpark 12, 82467 Garmisch-Partenkirchen, Österreich", "country_contradicts"),
        ("FR", "12 ter rue de la République, 64430 Saint-Étienne-de-Baïgorry", "house_number_suffix_unknown"),
        ("IT", "Via Giuseppe Garibaldi 12/C, 39042 Bressanone BZ", "house_number_suffix_unknown"),
        ("ES", "Calle Mayor s/n, 28801 Alcalá de Henares", "house_number_missing"),
        ("GB", "Flat 12, High Street, Bury St Edmunds", "house_number_missing"),
        ("GB", "12 High St, Bury St Edmunds IP33 9ZZ", "postcode_contradicts"),
        ("US", "PO Box 12, Montpelier, VT 05602", "street_missing"),
        ("IN", "H.No. 1-2-346, Temple Street, Mysuru", "house_number_suffix_unknown"),
    ],
)
def test_what_a_country_writes_otherwise_goes_to_review(
    country: str, text: str, reason: str, geocoders: dict[str, GazetteerGeocoder]
) -> None:
    (answer,) = geocoders[country].geocode([AddressQuery(text=text)])

    assert answer.status is Status.NEEDS_REVIEW, answer
    assert reason in answer.reasons, answer


def test_a_state_that_the_map_is_not_of_goes_to_review(geocoder_of: Callable[[AddressMap], GazetteerGeocoder]) -> None:
    drawn = AddressMap()
    drawn.boundary("Vermont", -9_000, -9_000, 9_000, 9_000, level=4, subdivision="US-VT")
    drawn.place("Montpelier", 0, 0, kind="town")
    drawn.road("Main Street", (-100, 0), (100, 0))
    drawn.door("12", 0, 10, street="Main Street", city="Montpelier", country="US")

    right, wrong = geocoder_of(drawn).geocode(
        [AddressQuery(text=f"12 Main St, Montpelier, {state}") for state in ("VT", "ID")]
    )

    assert right.status is Status.ACCEPTED
    assert (wrong.status, "region_contradicts" in wrong.reasons) == (Status.NEEDS_REVIEW, True)
