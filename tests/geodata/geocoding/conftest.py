"""The bundled extract's gazetteer, built once per session, and geocoders on hand-drawn maps."""

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from geodata.geocoding.build import build_gazetteer
from geodata.geocoding.geocoder import GazetteerGeocoder, open_geocoder
from geodata.geocoding.port import AddressQuery, GeocodeAnswer
from tests.geodata.geocoding.address_maps import AddressMap, two_villages

Ask = Callable[[str], GeocodeAnswer]


@pytest.fixture(scope="session")
def bundled_extract() -> Path:
    """The extract that ships with the package."""
    return Path(str(files("geodata.area"))) / "bundled" / "liechtenstein-2013-08-03.osm.pbf"


@pytest.fixture(scope="session")
def bundled_gazetteer(bundled_extract: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The gazetteer of the bundled extract."""
    file = tmp_path_factory.mktemp("gazetteer") / "liechtenstein.sqlite"
    build_gazetteer(bundled_extract, into=file, dataset_version="2013-08-03", on_progress=lambda _text, _share: None)
    return file


@pytest.fixture(scope="session")
def liechtenstein(bundled_gazetteer: Path) -> Iterator[GazetteerGeocoder]:
    """A geocoder of the bundled extract."""
    with open_geocoder(bundled_gazetteer, service_area=None) as geocoder:
        yield geocoder


@pytest.fixture
def ask(liechtenstein: GazetteerGeocoder) -> Ask:
    """Ask the bundled gazetteer for one text."""
    return lambda text: liechtenstein.geocode([AddressQuery(text=text)])[0]


@pytest.fixture
def geocoder_of(tmp_path: Path) -> Iterator[Callable[[AddressMap], GazetteerGeocoder]]:
    """Build a geocoder from a hand-drawn map."""
    opened: list[GazetteerGeocoder] = []

    def build(drawn: AddressMap) -> GazetteerGeocoder:
        file = tmp_path / f"{len(opened)}.sqlite"
        build_gazetteer(drawn.write(tmp_path), into=file, dataset_version="drawn", on_progress=lambda _t, _s: None)
        opened.append(open_geocoder(file, service_area=None))
        return opened[-1]

    yield build
    for geocoder in opened:
        geocoder.close()


@pytest.fixture
def ask_villages(geocoder_of: Callable[[AddressMap], GazetteerGeocoder]) -> Ask:
    """Ask the gazetteer of the two hand-drawn villages for one text."""
    geocoder = geocoder_of(two_villages())
    return lambda text: geocoder.geocode([AddressQuery(text=text)])[0]
