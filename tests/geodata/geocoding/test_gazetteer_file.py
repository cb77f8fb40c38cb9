"""Opening a gazetteer file: sound, damaged, of another version, and from several threads."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from geodata.errors import AreaFormatError
from geodata.geocoding.geocoder import GazetteerGeocoder, open_geocoder
from geodata.geocoding.port import AddressQuery


def test_a_missing_file_is_an_area_format_error(tmp_path: Path) -> None:
    with pytest.raises(AreaFormatError, match="No gazetteer"):
        open_geocoder(tmp_path / "nothing.sqlite", service_area=None)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 0.95])
def test_a_cut_off_file_is_an_area_format_error(share: float, bundled_gazetteer: Path, tmp_path: Path) -> None:
    whole = bundled_gazetteer.read_bytes()
    cut = tmp_path / "cut.sqlite"
    cut.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(AreaFormatError):
        open_geocoder(cut, service_area=None)


def test_overwritten_pages_are_an_area_format_error(bundled_gazetteer: Path, tmp_path: Path) -> None:
    content = bytearray(bundled_gazetteer.read_bytes())
    content[8192:40960] = b"\xa5" * (40960 - 8192)
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(content)

    with pytest.raises(AreaFormatError):
        open_geocoder(damaged, service_area=None)


def test_another_kind_of_file_is_an_area_format_error(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    other.write_text("no database at all, but long enough to be looked at" * 50)

    with pytest.raises(AreaFormatError):
        open_geocoder(other, service_area=None)


def test_another_database_is_an_area_format_error(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE place (id INTEGER)")

    with pytest.raises(AreaFormatError, match="no gazetteer"):
        open_geocoder(other, service_area=None)


def test_a_gazetteer_of_another_version_says_so(bundled_gazetteer: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.sqlite"
    newer.write_bytes(bundled_gazetteer.read_bytes())
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("PRAGMA user_version = 99")

    with pytest.raises(AreaFormatError, match="version 99"):
        open_geocoder(newer, service_area=None)


def test_a_file_whose_name_needs_quoting_is_opened(bundled_gazetteer: Path, tmp_path: Path) -> None:
    file = tmp_path / "a?b #1%20.sqlite"
    file.write_bytes(bundled_gazetteer.read_bytes())

    with open_geocoder(file, service_area=None) as geocoder:
        assert geocoder.dataset_version == "2013-08-03"


def test_threads_get_the_answers_that_one_thread_gets(
    bundled_gazetteer: Path, liechtenstein: GazetteerGeocoder
) -> None:
    queries = [AddressQuery(text=f"Im Pardiel {n}, Schaan") for n in range(1, 80)]
    queries += [AddressQuery(text=f"Landstrase {n}, Triesen") for n in range(1, 80)]
    expected = liechtenstein.geocode(queries)

    with open_geocoder(bundled_gazetteer, service_area=None) as geocoder, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(geocoder.geocode, [queries] * 8))

    assert all(answer == expected for answer in answers)
