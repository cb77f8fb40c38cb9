"""Areas that several machines share: published whole, fetched whole, checked, and old copies removed."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import fsspec
import pytest

from geodata.area.cache import LOOK_EVERY_S, SharedCache
from geodata.area.catalog import AreaCatalog
from geodata.area.shared import FETCHED, PublishedFile, SharedAreas, newest
from geodata.errors import AreaError, AreaFormatError, AreaNotFoundError, SharedAreasError
from tests.geodata.area.village import BUILT_AT, LATER, build_village, visible, write_village


class Clock:
    """A clock that the test moves."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture(params=["memory", "file"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A place to share areas at, of each kind."""
    if request.param == "file":
        yield (tmp_path / "shared").as_uri()
        return
    folder = f"memory://{uuid4().hex}"
    yield folder
    memory = fsspec.filesystem("memory")
    if memory.exists(folder):
        memory.rm(folder, recursive=True)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """The folder of an area that was built on this machine."""
    area = build_village(write_village(tmp_path / "extract"), tmp_path / "here")
    return tmp_path / "here" / area.meta.name / area.meta.version


def remote_files(url: str) -> list[str]:
    files, root = fsspec.core.url_to_fs(url)
    return sorted(path for path in files.find(root))


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != FETCHED
    }


def test_a_fetched_area_is_the_published_one(url: str, built: Path, tmp_path: Path) -> None:
    shared = SharedAreas(url)
    shared.publish(built)

    home = shared.fetch(newest(shared, "willowbrook"), tmp_path / "there")

    assert files_of(home) == files_of(built)
    assert AreaCatalog(tmp_path / "there").open("willowbrook").network("car").profile == "car"
    assert visible(tmp_path / "there") == ["willowbrook"]


def test_a_machine_that_lacks_an_area_fetches_it_when_it_opens_it(url: str, built: Path, tmp_path: Path) -> None:
    SharedAreas(url).publish(built)
    there = tmp_path / "there"

    area = AreaCatalog(there, shared=SharedCache(SharedAreas(url), there)).open("willowbrook")

    assert area.meta.version == built.name


def test_a_version_that_is_named_is_fetched_though_it_is_not_the_newest(url: str, built: Path, tmp_path: Path) -> None:
    newer = build_village(write_village(tmp_path / "b", street="Church Road"), tmp_path / "here", built_at=LATER)
    for version in (built.name, newer.meta.version):
        SharedAreas(url).publish(built.parent / version)
    there = tmp_path / "there"
    catalog = AreaCatalog(there, shared=SharedCache(SharedAreas(url), there))

    assert catalog.open("willowbrook", built.name).meta.version == built.name
    assert catalog.open("willowbrook").meta.version == newer.meta.version


def test_new_versions_are_found_after_a_while_and_copies_of_old_ones_go(url: str, tmp_path: Path) -> None:
    there, clock, publisher = tmp_path / "there", Clock(), SharedAreas(url)
    catalog = AreaCatalog(there, shared=SharedCache(SharedAreas(url), there, clock))
    own = build_village(write_village(tmp_path / "own", street="Own Street"), there, built_at="2020-01-01T00:00:00Z")
    opened = []

    for day in (1, 2, 3):
        extract = write_village(tmp_path / str(day), street=f"Street {day}")
        area = build_village(extract, tmp_path / "here", built_at=f"2026-01-0{day}T00:00:00+00:00")
        publisher.publish(tmp_path / "here" / "willowbrook" / area.meta.version)
        before = catalog.open("willowbrook").meta.version
        clock.now_s += LOOK_EVERY_S
        opened.append(catalog.open("willowbrook").meta.version)
        assert before == (opened[-1] if day == 1 else opened[-2])
        assert opened[-1] == area.meta.version

    # The two newest copies, and what was built on this machine.
    assert visible(there / "willowbrook") == sorted([*opened[1:], own.meta.version])
    assert [key[1] for key in catalog._opened] == opened[1:]


def test_an_area_that_was_built_here_later_is_not_replaced_by_an_older_one(
    url: str, built: Path, tmp_path: Path
) -> None:
    SharedAreas(url).publish(built)
    there = tmp_path / "there"
    own = build_village(write_village(tmp_path / "own", street="Own Street"), there, built_at=LATER)

    area = AreaCatalog(there, shared=SharedCache(SharedAreas(url), there)).open("willowbrook")

    assert area.meta.version == own.meta.version


def test_publishing_again_replaces_the_files_in_one_step(url: str, built: Path, tmp_path: Path) -> None:
    shared = SharedAreas(url)
    first = shared.publish(built)
    again = build_village(write_village(tmp_path / "extract"), tmp_path / "here", built_at=LATER)

    second = shared.publish(built)

    assert (first.version, again.meta.version) == (second.version, second.version)
    assert newest(SharedAreas(url), "willowbrook").built_at == LATER
    assert not [path for path in remote_files(url) if first.digest in path]
    shared.fetch(second, tmp_path / "there")


def _change(files: fsspec.AbstractFileSystem, path: str) -> None:
    content = files.cat_file(path)
    files.pipe_file(path, content[:-1] + bytes([content[-1] ^ 1]))


def _cut(files: fsspec.AbstractFileSystem, path: str) -> None:
    files.pipe_file(path, files.cat_file(path)[:-1])


def _grow(files: fsspec.AbstractFileSystem, path: str) -> None:
    files.pipe_file(path, files.cat_file(path) + b"x" * (3 << 20))


@pytest.mark.parametrize("harm", [_change, _cut, _grow])
def test_a_file_that_is_not_what_was_published_is_refused_and_nothing_is_left(
    url: str, built: Path, tmp_path: Path, harm: Callable[[fsspec.AbstractFileSystem, str], None]
) -> None:
    shared = SharedAreas(url)
    published = shared.publish(built)
    harm(fsspec.core.url_to_fs(url)[0], next(path for path in remote_files(url) if path.endswith("gazetteer.sqlite")))

    with pytest.raises(SharedAreasError, match=r"gazetteer.sqlite of area 'willowbrook', .* is not what was published"):
        shared.fetch(published, tmp_path / "there")

    assert visible(tmp_path / "there") == []


def test_what_is_there_has_to_do_while_the_shared_areas_are_away(built: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Away(SharedAreas):
        def published(self, name: str) -> list[object]:  # type: ignore[override]  # it never answers
            raise SharedAreasError("The shared areas cannot be listed (TimeoutError).")

    here = built.parent.parent
    catalog = AreaCatalog(here, shared=SharedCache(Away("memory://away"), here))

    assert catalog.open("willowbrook").meta.built_at == BUILT_AT
    assert "cannot be listed" in caplog.text


def test_a_name_that_nobody_published_is_looked_for_once_a_minute(url: str, tmp_path: Path) -> None:
    asked: list[str] = []

    class Counting(SharedAreas):
        def published(self, name: str) -> list[object]:  # type: ignore[override]  # there is none
            asked.append(name)
            return []

    clock = Clock()
    catalog = AreaCatalog(tmp_path, shared=SharedCache(Counting(url), tmp_path, clock))
    for at_s in (0.0, 1.0, LOOK_EVERY_S - 1, LOOK_EVERY_S):
        clock.now_s = at_s
        with pytest.raises(AreaNotFoundError):
            catalog.open("atlantis")

    assert asked == ["atlantis", "atlantis"]


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "a/../../b", "", "a\\..\\b", "a\0b"])
def test_a_list_of_files_that_leads_elsewhere_is_none(path: str) -> None:
    with pytest.raises(AreaError, match="leads elsewhere"):
        PublishedFile(path=path, size=1, sha256="0" * 64)


@pytest.mark.parametrize(
    "changes",
    [{"name": "../up"}, {"version": ".."}, {"files": [{"path": "../x", "size": 1, "sha256": ""}]}, {"format": "0"}],
    ids=["name", "version", "path", "format"],
)
def test_a_list_that_somebody_else_wrote_is_not_believed(url: str, built: Path, changes: dict[str, object]) -> None:
    shared = SharedAreas(url)
    shared.publish(built)
    files, _ = fsspec.core.url_to_fs(url)
    (manifest,) = (path for path in remote_files(url) if path.endswith(f"{built.name}.json"))
    files.pipe_file(manifest, json.dumps(json.loads(files.cat_file(manifest)) | changes).encode())

    with pytest.raises(AreaNotFoundError, match="is not published"):
        newest(SharedAreas(url), "willowbrook")


def test_a_damaged_area_is_not_published(url: str, built: Path) -> None:
    (built / "area.json").write_text("{")

    with pytest.raises(AreaFormatError):
        SharedAreas(url).publish(built)

    assert fsspec.core.url_to_fs(url)[0].exists(url) is False or remote_files(url) == []


def test_a_kind_of_place_whose_package_is_missing_says_what_to_install() -> None:
    with pytest.raises(SharedAreasError, match=r"doorstep\[s3\]|cannot be opened"):
        SharedAreas("gcs://bucket/areas").published("willowbrook")


def test_a_text_of_an_error_holds_no_credentials() -> None:
    with pytest.raises(SharedAreasError) as caught:
        SharedAreas("nonsense://user:geheim@host/areas")

    assert "geheim" not in str(caught.value)
