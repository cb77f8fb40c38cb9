"""What the engines' kernels are compiled to outlives the process, and an upgrade."""

import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numba
import pytest
from numba.core import config

from routing.engines import compiled
from tests.next_process import called, twice_of

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

    return partial(twice_of, file)


def test_what_one_process_compiled_the_next_one_loads(next_process: Callable[[], Any]) -> None:
    assert called(next_process(), 21) == (0, 1)
    assert called(next_process(), 21) == (1, 0)


@pytest.mark.parametrize("kept", [b"", b"cno_such_module\nGone\n.", b"cjson\nGone\n."])
def test_what_is_cut_off_or_names_classes_that_are_gone_is_compiled_and_kept_again(
    next_process: Callable[[], Any], tmp_path: Path, kept: bytes
) -> None:
    called(next_process(), 21)
    for index in (tmp_path / "__pycache__").glob("*.nbi"):
        index.write_bytes(pickle.dumps(numba.__version__) + kept)

    first, second = called(next_process(), 21), called(next_process(), 21)

    assert (first, second) == ((0, 1), (1, 0))
