"""The areas on disk: list them, open them, and build the bundled one when it is first needed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from geodata.area.area import Area, Assist
from geodata.area.cache import SharedCache
from geodata.area.meta import AreaMeta, check_name, read_meta
from geodata.errors import AreaError, AreaFormatError, AreaNotFoundError

BUNDLED_NAME: Final = "liechtenstein"
BUNDLED_TIME_ZONE: Final = "Europe/Vaduz"
_BUNDLED_EXTRACT: Final = "liechtenstein-2013-08-03.osm.pbf"


class AreaCatalog:
    """The areas of one folder, as `<directory>/<name>/<version>`. Opened areas are kept; any thread may ask.

    Parameters
    ----------
    directory : the folder of all areas; it may be missing, and then there are none.
    matrix_threads : how many threads one travel matrix may use.
    assist : what is put before the geocoder of each area; None for nothing.
    shared : brings new versions from where areas are shared; None where they are not.
    """

    def __init__(
        self,
        directory: Path,
        *,
        matrix_threads: int = 1,
        assist: Assist | None = None,
        shared: SharedCache | None = None,
    ) -> None:
        self._shared = shared
        self._assist = assist
        self._directory = directory
        self._matrix_threads = matrix_threads
        self._opened: dict[tuple[str, str], Area] = {}
        self._opening = threading.Lock()

    def list(self) -> list[AreaMeta]:
        """All areas that can be used, by name and then from the newest version to the oldest."""
        metas = [meta for name in _names(self._directory) for meta in _readable(self._directory, name)]
        metas.sort(key=lambda meta: meta.built, reverse=True)
        return sorted(metas, key=lambda meta: meta.name)

    def unusable(self) -> tuple[str, ...]:
        """Say of each version that `list` leaves out why it cannot be used and what to do."""
        return tuple(
            str(problem)
            for name in _names(self._directory)
            for folder in _versions(self._directory, name)
            if (problem := _problem(folder)) is not None
        )

    def open(self, name: str, version: str | None = None) -> Area:
        """Open an area: the version that is named, or else the newest.

        Raises
        ------
        AreaNotFoundError
            When there is none of that name or version.
        AreaFormatError
            When it is there and is damaged, or was built by another version of doorstep.
        """
        if self._shared is not None and self._shared.bring(name, version):
            self._let_go_of_removed()
        meta = self._find(name, version)
        key = (meta.name, meta.version)
        with self._opening:
            area = self._opened.get(key)
            if area is None or area.meta.built_at != meta.built_at:
                area = self._opened[key] = Area(
                    self._directory / meta.name / meta.version,
                    matrix_threads=self._matrix_threads,
                    assist=self._assist,
                )
            return area

    def ensure_bundled(self, *, built_at: str, on_progress: Callable[[str, float], None]) -> Area:
        """Open the area that comes with doorstep; the first time it is built, which takes seconds.

        Two processes that start together build it once. A damaged one is built again.

        Parameters
        ----------
        built_at : now, ISO 8601 with an offset from UTC.
        on_progress : is told the stage and the fraction done, when there is something to do.
        """
        with bundled_extract() as extract:
            from geodata.area.build import build_area  # noqa: PLC0415 - whoever only opens areas needs no geopandas

            built = build_area(
                extract,
                name=BUNDLED_NAME,
                time_zone=BUNDLED_TIME_ZONE,
                built_at=built_at,
                into=self._directory,
                on_progress=on_progress,
                reuse=True,
            )
        return self.open(BUNDLED_NAME, built.meta.version)

    def _let_go_of_removed(self) -> None:
        """Keep no area open whose folder is gone: its space is given back when the last plan on it is done."""
        with self._opening:
            for name, version in [key for key in self._opened if not (self._directory.joinpath(*key)).is_dir()]:
                del self._opened[(name, version)]

    def close(self) -> None:
        """Close every area that was opened here."""
        with self._opening:
            while self._opened:
                self._opened.popitem()[1].close()

    def _find(self, name: str, version: str | None) -> AreaMeta:
        if name not in _names(self._directory):
            known = ", ".join(_names(self._directory)) or "none yet; `doorstep area build` makes one"
            msg = f"There is no area {name!r}. Known areas: {known}."
            raise AreaNotFoundError(msg)
        if version is None:
            readable = _readable(self._directory, name)
            # Without any, reading one says why; they may also be gone since their names were read.
            return max(readable, key=lambda meta: meta.built) if readable else read_meta(self._first(name))
        if version not in [folder.name for folder in _versions(self._directory, name)]:
            known = ", ".join(folder.name for folder in _versions(self._directory, name))
            msg = f"Area {name!r} has no version {version!r}. Known versions: {known}."
            raise AreaNotFoundError(msg)
        return read_meta(self._directory / name / version)

    def _first(self, name: str) -> Path:
        return next(iter(_versions(self._directory, name)), self._directory / name / "none")


@contextmanager
def bundled_extract() -> Iterator[Path]:
    """Give the path of the extract that comes with doorstep, for as long as the block lasts."""
    with as_file(files("geodata.area") / "bundled" / _BUNDLED_EXTRACT) as extract:
        yield extract


def _is_name(name: str) -> bool:
    try:
        check_name(name)
    except AreaError:
        return False
    return True


def _names(directory: Path) -> list[str]:
    if not directory.is_dir():
        return []
    names = (folder.name for folder in directory.iterdir())
    return sorted(name for name in names if _is_name(name) and _versions(directory, name))


def _versions(directory: Path, name: str) -> list[Path]:
    try:
        return sorted(path for path in (directory / name).iterdir() if path.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _readable(directory: Path, name: str) -> list[AreaMeta]:
    metas = []
    for folder in _versions(directory, name):
        try:
            metas.append(read_meta(folder))
        except AreaFormatError:
            continue  # `open` says so when it is asked for by name, and `unusable` without being asked
    return metas


def _problem(folder: Path) -> AreaFormatError | None:
    try:
        read_meta(folder)
    except AreaFormatError as exc:
        return exc
    return None
