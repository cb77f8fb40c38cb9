"""A module with one kernel, loaded anew and called as the next process would."""

import importlib.util
from pathlib import Path
from typing import Any


def twice_of(file: Path) -> Any:
    """Load the kernel `twice` of a file, whatever was loaded before."""
    spec = importlib.util.spec_from_file_location("twice", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.twice


def called(kernel: Any, *arguments: object) -> tuple[int, int]:
    """Call the kernel; how often it was loaded and how often compiled."""
    assert kernel(*arguments) == 2 * arguments[0]  # type: ignore[operator]
    return sum(kernel.stats.cache_hits.values()), sum(kernel.stats.cache_misses.values())
