"""What the engines' kernels are compiled to outlives the process, and an upgrade."""

import importlib.util
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import pytest
from numba.core import config

from routing.engines import compiled

_SOURCE = """
from routing.engines.compiled import entry

@entry
def twice(x):
    return 2 * x
"""


@pytest.fixture
def next_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Load a module with one kernel anew, as the next process would; what is kept lies beside it."""
    file = tmp_path / "twice.py"
    file.write_text(_SOURCE, encoding="utf-8")
    monkeypatch.setattr(config, "CACHE_DIR", "")
    monkeypatch.setattr(compiled, "_stamp", str)  # of a module of the test's own

    def load() -> Any:
        spec = importlib.util.spec_from_file_location("twice", file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.twice

    return load


def _called(kernel: Any) -> tuple[int, int]:
    """Call the kernel; how often it was loaded and how often compiled."""
    assert kernel(21) == 42
    return sum(kernel.stats.cache_hits.values()), sum(kernel.stats.cache_misses.values())


def test_what_one_process_compiled_the_next_one_loads(next_process: Callable[[], Any]) -> None:
    assert _called(next_process()) == (0, 1)
    assert _called(next_process()) == (1, 0)


@pytest.mark.parametrize("kept", [b"", b"cno_such_module\nGone\n.", b"cjson\nGone\n."])
def test_what_is_cut_off_or_names_classes_that_are_gone_is_compiled_and_kept_again(
    next_process: Callable[[], Any], tmp_path: Path, kept: bytes
) -> None:
    _called(next_process())
    for index in (tmp_path / "__pycache__").glob("*.nbi"):
        index.write_bytes(pickle.dumps(numba.__version__) + kept)

    first, second = _called(next_process()), _called(next_process())

    assert (first, second) == ((0, 1), (1, 0))
