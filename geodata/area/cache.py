"""The areas of a folder kept like those that are shared: new versions are fetched, copies of old ones removed."""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from geodata.area.lock import locked
from geodata.area.meta import read_meta
from geodata.area.shared import SharedAreas, fetched_versions
from geodata.errors import AreaError, SharedAreasError

#: Copies of a name that are kept: what runs now was begun with the newest one or the one before it.
KEPT: Final = 2
#: How long what was found is believed; a name that nobody published is not looked for at each request.
LOOK_EVERY_S: Final = 60.0
_MOST_NAMES: Final = 1000

_log = logging.getLogger(__name__)


class SharedCache:
    """Brings areas from where they are shared into `directory`, when somebody opens them.

    Parameters
    ----------
    shared : where areas are published.
    directory : the folder of all areas on this machine.
    now_s : a clock that only goes forward.
    """

    def __init__(self, shared: SharedAreas, directory: Path, now_s: Callable[[], float] = time.monotonic) -> None:
        self._shared = shared
        self._directory = directory
        self._now_s = now_s
        self._looked: dict[tuple[str, str | None], float] = {}
        self._bringing = threading.Lock()

    def bring(self, name: str, version: str | None = None) -> bool:
        """Fetch the newest version of an area, or the one that is named, unless it is there; whether one was fetched.

        Where the shared areas are away, what is there has to do: that is logged, and nothing is raised.
        """
        with self._bringing:
            if not self._is_due(name, version):
                return False
            try:
                return self._bring(name, version)
            except SharedAreasError as exc:
                _log.warning("Area %r could not be brought from where it is shared: %s", name, exc)
                return False
            except AreaError:  # no name of an area: whoever opens it says so
                return False

    def _is_due(self, name: str, version: str | None) -> bool:
        now = self._now_s()
        if version is not None and (self._directory / name / version).is_dir():
            return False
        if now - self._looked.get((name, version), float("-inf")) < LOOK_EVERY_S:
            return False
        if len(self._looked) >= _MOST_NAMES:
            self._looked.clear()
        self._looked[(name, version)] = now
        return True

    def _bring(self, name: str, version: str | None) -> bool:
        for area in self._shared.published(name):
            if version not in (None, area.version):
                continue
            home = self._directory / name / area.version
            try:
                if read_meta(home).built >= area.built:
                    return False
            except AreaError:
                pass  # not there, or damaged: the copy takes its place
            self._shared.fetch(area, self._directory)
            _log.info("Fetched version %s of area %r.", area.version, name)
            self._remove_old(name)
            return True
        return False

    def _remove_old(self, name: str) -> None:
        """Remove copies that are older than the newest two; what was built here stays."""
        with locked(self._directory / f".{name}.lock"):
            copies = sorted(fetched_versions(self._directory, name), key=lambda meta: meta.built, reverse=True)
            for meta in copies[KEPT:]:
                shutil.rmtree(self._directory / name / meta.version, ignore_errors=True)
                _log.info("Removed the copy of version %s of area %r.", meta.version, name)
