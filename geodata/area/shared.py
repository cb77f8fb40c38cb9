"""Areas in a shared folder or an object store: published whole, fetched whole, checked by their sums.

`<url>/<name>/<version>.json` lists the files of a version, with their sizes and SHA-256 sums; they lie in a folder
that is named after these sums, so that a version that is published again never mixes with the one being fetched.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final, Self
from uuid import uuid4

import fsspec

from geodata.area.lock import locked
from geodata.area.meta import AREA_FORMAT, AreaMeta, check_built_at, check_name, read_meta
from geodata.area.place import put_in_place
from geodata.errors import AreaError, AreaNotFoundError, SharedAreasError

#: In the folder of a version that was fetched: what it was fetched as. Such a folder is a copy, and may go.
FETCHED: Final = "fetched.json"
_CHUNK: Final = 1 << 20
_MAX_MANIFEST_BYTES: Final = 4 << 20

OnBytes = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """One file of a published area; `path` is relative, with slashes."""

    path: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        parts = PurePosixPath(self.path).parts
        plain = bool(parts) and not PurePosixPath(self.path).is_absolute() and ".." not in parts
        if not plain or "\\" in self.path or "\0" in self.path or self.size < 0:
            msg = f"A file of a published area has the path {self.path!r}, which leads elsewhere."
            raise AreaError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedArea:
    """A version of an area that others can fetch."""

    name: str
    version: str
    built_at: str
    format: str
    files: tuple[PublishedFile, ...]

    def __post_init__(self) -> None:
        check_name(self.name)
        check_name(self.version)
        check_built_at(self.built_at)

    @property
    def built(self) -> datetime:
        """`built_at` as a time that can be compared."""
        return datetime.fromisoformat(self.built_at)

    @property
    def digest(self) -> str:
        """Name its contents: the folder of its files."""
        return hashlib.sha256(json.dumps([asdict(file) for file in self.files]).encode()).hexdigest()[:16]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Describe the folder of a version, as `build_area` makes it."""
        meta = read_meta(folder)
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != FETCHED)
        files = (
            PublishedFile(path=path.relative_to(folder).as_posix(), size=path.stat().st_size, sha256=_sha256(path))
            for path in paths
        )
        return cls(name=meta.name, version=meta.version, built_at=meta.built_at, format=AREA_FORMAT, files=tuple(files))

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read a list of files; raises ValueError, KeyError, TypeError or AreaError when it is none."""
        fields = json.loads(text)
        return cls(**{**fields, "files": tuple(PublishedFile(**file) for file in fields["files"])})


class SharedAreas:
    """The areas at a URL that fsspec knows: a folder (file://), S3 and the like (s3://), memory:// in tests.

    Raises
    ------
    SharedAreasError
        Of every method: when the place does not answer, refuses, or holds something else. Credentials are in no text.
    """

    def __init__(self, url: str) -> None:
        with _plain_failures("be opened"):
            self._files, root = fsspec.core.url_to_fs(url)
        self._root = str(root).rstrip("/")

    def published(self, name: str) -> list[PublishedArea]:
        """Return the versions of an area that this doorstep can open, the newest first."""
        check_name(name)
        with _plain_failures("be listed"):
            self._files.invalidate_cache()
            folder = f"{self._root}/{name}"
            paths = self._files.ls(folder, detail=False) if self._files.exists(folder) else []
            found = [self._read(path) for path in paths if str(path).endswith(".json")]
        usable = [area for area in found if area is not None and area.name == name and area.format == AREA_FORMAT]
        return sorted(usable, key=lambda area: area.built, reverse=True)

    def publish(self, folder: Path, *, on_bytes: OnBytes = lambda _done, _all: None) -> PublishedArea:
        """Copy the folder of a version to where others fetch it; it is seen when all of it is there."""
        area = PublishedArea.of(folder)
        done = 0
        with _plain_failures("be written"):
            self._files.makedirs(self._folder(area), exist_ok=True)
            for file in area.files:
                target = f"{self._folder(area)}/{file.path}"
                self._files.makedirs(target.rpartition("/")[0], exist_ok=True)
                self._files.put_file(str(folder / file.path), target)
                done += file.size
                on_bytes(done, area.size)
            new = f"{self._root}/{area.name}/.{area.version}.{uuid4().hex}"
            self._files.pipe_file(new, json.dumps(asdict(area), indent=1).encode())
            before = self._read(self._manifest(area))
            self._files.mv(new, self._manifest(area))
            if before is not None and before.digest != area.digest:
                self._files.rm(self._folder(before), recursive=True)
        return area

    def fetch(self, area: PublishedArea, into: Path, *, on_bytes: OnBytes = lambda _done, _all: None) -> Path:
        """Copy a published version to `<into>/<name>/<version>`, which appears when all of it is there and is sound.

        Processes of one machine fetch it once.
        """
        into.mkdir(parents=True, exist_ok=True)
        home, workshop = into / area.name / area.version, into / f".fetching-{area.name}"
        with locked(into / f".{area.name}.lock"):
            if _is_there(home, area):
                return home
            if shutil.disk_usage(into).free < area.size:
                msg = f"Area {area.name!r} needs {area.size // 1_000_000} MB, and {into} has less."
                raise SharedAreasError(msg)
            shutil.rmtree(workshop, ignore_errors=True)
            try:
                done = 0
                for file in area.files:
                    self._fetch_file(area, file, workshop / file.path)
                    done += file.size
                    on_bytes(done, area.size)
                (workshop / FETCHED).write_text(json.dumps(asdict(area)), encoding="utf-8")
                put_in_place(workshop, home, aside=into / f".replaced-{area.name}")
            finally:
                shutil.rmtree(workshop, ignore_errors=True)
        return home

    def _fetch_file(self, area: PublishedArea, file: PublishedFile, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with (
            _plain_failures("be read"),
            self._files.open(f"{self._folder(area)}/{file.path}", "rb") as source,
            target.open("wb") as copy,
        ):
            while size <= file.size and (chunk := source.read(_CHUNK)):
                digest.update(chunk)
                size += len(chunk)
                copy.write(chunk)
        if (size, digest.hexdigest()) != (file.size, file.sha256):
            msg = f"{file.path} of area {area.name!r}, version {area.version}, is not what was published."
            raise SharedAreasError(msg)

    def _read(self, path: str) -> PublishedArea | None:
        """Read a list of files; None where there is none, or one of another version of doorstep."""
        try:
            with self._files.open(path, "rb") as stream:
                return PublishedArea.from_json(stream.read(_MAX_MANIFEST_BYTES))
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError, AreaError):
            return None

    def _manifest(self, area: PublishedArea) -> str:
        return f"{self._root}/{area.name}/{area.version}.json"

    def _folder(self, area: PublishedArea) -> str:
        return f"{self._root}/{area.name}/{area.version}/{area.digest}"


def newest(shared: SharedAreas, name: str, version: str | None = None) -> PublishedArea:
    """Return the newest published version of an area, or the one that is named.

    Raises
    ------
    AreaNotFoundError
        When there is none.
    """
    published = shared.published(name)
    for area in published:
        if version in (None, area.version):
            return area
    known = ", ".join(area.version for area in published) or "none"
    msg = f"Area {name!r} is not published in version {version or 'any'} for this doorstep. Published: {known}."
    raise AreaNotFoundError(msg)


def fetched_versions(directory: Path, name: str) -> Iterator[AreaMeta]:
    """Give the versions in a folder of areas that are copies, readable ones alone."""
    for mark in sorted((directory / name).glob(f"*/{FETCHED}")):
        try:
            yield read_meta(mark.parent)
        except AreaError:
            continue


def _is_there(home: Path, area: PublishedArea) -> bool:
    try:
        return read_meta(home).built_at == area.built_at
    except AreaError:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _plain_failures(what: str) -> Iterator[None]:
    """Turn whatever a file system library raises into our error: by its type, since its text may hold keys."""
    try:
        yield
    except AreaError:
        raise
    except ImportError as exc:
        msg = f"The shared areas need a package that is not installed ({exc.name or exc}): pip install 'doorstep[s3]'."
        raise SharedAreasError(msg) from exc
    except Exception as exc:
        msg = f"The shared areas cannot {what} ({type(exc).__name__}). Is DOORSTEP_AREAS_URL right, and its key?"
        raise SharedAreasError(msg) from exc
