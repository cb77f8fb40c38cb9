"""Where compiled code is kept and found again: written, read where only that is possible, and never a failed call."""

import errno
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import numba
import pytest
from numba.core import config
from numba.core.caching import IndexDataCacheFile

from geodata.network.jit import cache_problem, is_kept
from tests.next_process import called, twice_of

_SOURCE = """from geodata.network.jit import kernel

@kernel
def twice(x):
    return 2 * x
"""
#: Loads the module anew, as the next process would.
NextProcess = Callable[[], Any]


@pytest.fixture
def next_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NextProcess:
    """A module with one kernel, whose only cache is `__pycache__` beside it, and a home in which nothing is."""
    file = tmp_path / "app" / "twice.py"
    file.parent.mkdir()
    file.write_text(_SOURCE, encoding="utf-8")
    monkeypatch.setattr(config, "CACHE_DIR", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))

    return partial(twice_of, file)


@pytest.fixture
def make_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has numba find folders of the test's on a disk that cannot be written, which permissions do not do for root."""

    def make(*names: str) -> None:
        folders, real, real_makedirs = [tmp_path / name for name in names], tempfile.TemporaryFile, os.makedirs

        def refuse(path: str | Path) -> None:
            if any(Path(path).is_relative_to(folder) for folder in folders):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

        def file(*, dir: str) -> Any:  # noqa: A002 - the parameter's name
            refuse(dir)
            return real(dir=dir)

        def folder(path: str, *, exist_ok: bool = False) -> None:
            if not Path(path).is_dir():
                refuse(path)
            real_makedirs(path, exist_ok=exist_ok)

        monkeypatch.setattr(tempfile, "TemporaryFile", file)
        monkeypatch.setattr(os, "makedirs", folder)
        write = IndexDataCacheFile._open_for_write

        def open_for_write(self: IndexDataCacheFile, path: str) -> Any:
            refuse(path)
            return write(self, path)

        monkeypatch.setattr(IndexDataCacheFile, "_open_for_write", open_for_write)

    return make


def test_what_one_process_compiled_the_next_one_loads(next_process: NextProcess, tmp_path: Path) -> None:
    first = next_process()
    kept_before = is_kept(first)
    loaded_and_compiled = called(first, 21)
    second = next_process()

    assert (kept_before, is_kept(second)) == (False, True)
    assert loaded_and_compiled == (0, 1)
    assert called(second, 21) == (1, 0)
    assert Path(second.stats.cache_path) == tmp_path / "app" / "__pycache__"
    assert cache_problem(second) is None


def test_a_filled_cache_on_a_read_only_disk_is_loaded_and_is_no_problem(
    next_process: NextProcess, make_read_only: Callable[..., None]
) -> None:
    called(next_process(), 21)
    make_read_only("app", "home")

    twice = next_process()

    assert called(twice, 21) == (1, 0)
    assert cache_problem(twice) is None


def test_a_filled_cache_that_is_named_is_loaded_from_a_read_only_disk(
    next_process: NextProcess, make_read_only: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "named"))
    called(next_process(), 21)
    make_read_only("named", "app")

    twice = next_process()

    assert called(twice, 21) == (1, 0)
    assert Path(twice.stats.cache_path).is_relative_to(tmp_path / "named")


def test_an_empty_cache_on_a_read_only_disk_gives_way_to_the_users(
    next_process: NextProcess, make_read_only: Callable[..., None], tmp_path: Path
) -> None:
    make_read_only("app")

    first, second = called(next_process(), 21), next_process()

    assert first == (0, 1)
    assert called(second, 21) == (1, 0)
    assert Path(second.stats.cache_path).is_relative_to(tmp_path / "home")


def test_code_of_an_older_source_on_a_read_only_disk_is_not_taken(
    next_process: NextProcess, make_read_only: Callable[..., None], tmp_path: Path
) -> None:
    called(next_process(), 21)
    (tmp_path / "app" / "twice.py").write_text(_SOURCE.replace("2 * x", "x + x + 0"), encoding="utf-8")
    make_read_only("app", "home")

    twice = next_process()

    assert called(twice, 21) == (0, 1)
    assert "there is no cache directory that can be written" in str(cache_problem(twice))


def test_what_a_read_only_cache_lacks_is_compiled_and_told(
    next_process: NextProcess, make_read_only: Callable[..., None]
) -> None:
    called(next_process(), 21)
    make_read_only("app", "home")
    twice = next_process()

    loaded_and_compiled = called(twice, 21), called(twice, 0.5)

    assert loaded_and_compiled == ((1, 0), (1, 1))
    assert "cannot be written (Read-only file system)" in str(cache_problem(twice))
    assert "Set NUMBA_CACHE_DIR" in str(cache_problem(twice))


def test_a_damaged_cache_on_a_read_only_disk_is_not_taken(
    next_process: NextProcess, make_read_only: Callable[..., None], tmp_path: Path
) -> None:
    called(next_process(), 21)
    for index in (tmp_path / "app" / "__pycache__").glob("*.nbi"):
        index.write_bytes(b"")
    make_read_only("app", "home")

    assert called(next_process(), 21) == (0, 1)


@pytest.mark.parametrize("cut_off", ["*.nbi", "*.nbc"])
def test_what_is_cut_off_is_compiled_and_kept_again(next_process: NextProcess, tmp_path: Path, cut_off: str) -> None:
    called(next_process(), 21)
    for file in (tmp_path / "app" / "__pycache__").glob(cut_off):
        file.write_bytes(b"")

    first, second = called(next_process(), 21), called(next_process(), 21)

    assert (first, second) == ((0, 1), (1, 0))


@pytest.mark.parametrize("gone", [b"cno_such_module\nGone\n.", b"cjson\nGone\n."])
def test_what_an_older_version_kept_with_classes_that_are_gone_is_compiled_and_kept_again(
    next_process: NextProcess, tmp_path: Path, gone: bytes
) -> None:
    called(next_process(), 21)
    for index in (tmp_path / "app" / "__pycache__").glob("*.nbi"):
        index.write_bytes(pickle.dumps(numba.__version__) + gone)

    first, second = called(next_process(), 21), called(next_process(), 21)

    assert (first, second) == ((0, 1), (1, 0))


def test_a_disk_that_is_full_when_a_kernel_is_kept_does_not_break_its_call(
    next_process: NextProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: IndexDataCacheFile, _path: str) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(IndexDataCacheFile, "_open_for_write", full)
    twice = next_process()

    assert called(twice, 21) == (0, 1)
    assert "cannot be written (No space left on device)" in str(cache_problem(twice))


#: Calls a kernel, and prints how often it was loaded, how often compiled, and whether numba got ready to compile.
_CALL = """import sys
from app.twice import twice
assert twice(21) == 42
loaded, compiled = (sum(count.values()) for count in (twice.stats.cache_hits, twice.stats.cache_misses))
if len(sys.argv) > 1:
    assert twice(0.5) == 1.0
from numba.core.runtime.nrt import rtsys
print(loaded, compiled, "numba.typed.dictimpl" in sys.modules, rtsys._init)
"""


def test_a_process_that_compiles_nothing_does_not_load_what_compiles(
    next_process: NextProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{Path(__file__).parents[3]}")
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)

    said = [
        subprocess.run([sys.executable, "-c", _CALL, *more], capture_output=True, text=True, check=True).stdout.split()
        for more in ([], [], ["and compile"])
    ]

    assert said == [["0", "1", "True", "True"], ["1", "0", "False", "False"], ["1", "0", "True", "True"]]
