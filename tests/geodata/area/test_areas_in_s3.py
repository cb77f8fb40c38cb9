"""Areas shared in an S3, as a machine of a bank finds it: by the URL, and the address and key in the environment."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata.area.cache import SharedCache
from geodata.area.catalog import AreaCatalog
from geodata.area.shared import SharedAreas, newest
from geodata.errors import SharedAreasError
from tests.geodata.area.object_store import bucket, contents, object_store, replace
from tests.geodata.area.village import BUILT_AT, LATER, build_village, visible, write_village


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of an S3."""
    with object_store() as address:
        yield address


@pytest.fixture
def url(endpoint: str) -> Iterator[str]:
    """A place to share areas at."""
    with bucket(endpoint) as place:
        yield place


def test_an_area_goes_through_s3_and_a_newer_build_of_it_takes_its_place(url: str, tmp_path: Path) -> None:
    shared, there = SharedAreas(url), tmp_path / "there"
    for built_at in (BUILT_AT, LATER):
        built = build_village(write_village(tmp_path / "extract"), tmp_path / "here", built_at=built_at)
        published = shared.publish(tmp_path / "here" / "willowbrook" / built.meta.version)

    area = AreaCatalog(there, shared=SharedCache(SharedAreas(url), there)).open("willowbrook")

    assert area.meta.built_at == LATER
    assert area.network("car").profile == "car"
    assert visible(there) == ["willowbrook"]
    # One list and its own files: those of the first build are gone.
    assert len(contents(url)) == 1 + len(published.files)


def test_a_file_in_s3_that_is_not_what_was_published_is_refused(url: str, tmp_path: Path) -> None:
    built = build_village(write_village(tmp_path / "extract"), tmp_path / "here")
    SharedAreas(url).publish(tmp_path / "here" / "willowbrook" / built.meta.version)
    gazetteer = next(path for path in contents(url) if path.endswith("gazetteer.sqlite"))
    replace(gazetteer, b"something else")
    shared = SharedAreas(url)

    with pytest.raises(SharedAreasError, match=r"gazetteer.sqlite of area 'willowbrook'"):
        shared.fetch(newest(shared, "willowbrook"), tmp_path / "there")

    assert visible(tmp_path / "there") == []
