"""Compiled code is made again when something that it is made of has changed, and only then."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from numba.core.dispatcher import Dispatcher

import routing.engines.bound
from routing.engines.registry import make_engine
from routing.engines.sources import sources

ROOT = Path(routing.__file__).resolve().parent.parent


def kernels() -> list[Dispatcher]:
    make_engine("hybrid")
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("routing.engines.")]
    return [one for module in modules for one in vars(module).values() if isinstance(one, Dispatcher)]


def called(kernel: Dispatcher, seen: set[Dispatcher]) -> Iterator[Dispatcher]:
    """Give a kernel and whatever kernels its code names, and so on."""
    if kernel in seen:
        return
    seen.add(kernel)
    yield kernel
    for name in kernel.py_func.__code__.co_names:
        other = kernel.py_func.__globals__.get(name)
        if isinstance(other, Dispatcher):
            yield from called(other, seen)


def file_of(kernel: Dispatcher) -> Path:
    return Path(kernel.py_func.__code__.co_filename).resolve()


def test_the_sources_of_a_kernel_have_all_kernels_that_it_calls() -> None:
    across_files = 0

    for kernel in kernels():
        files = {file_of(other) for other in called(kernel, set())}
        assert files <= set(sources(file_of(kernel), ROOT))
        across_files += len(files) > 1

    assert across_files > 10


def test_the_sources_of_a_kernel_have_the_layout_of_its_arrays() -> None:
    files = sources(ROOT / "routing/engines/hybrid/anneal.py", ROOT)

    assert ROOT / "routing/engines/hybrid/layout.py" in files


def test_an_edit_of_how_the_search_is_led_compiles_nothing_again() -> None:
    made_of = {file.name for kernel in kernels() for file in sources(file_of(kernel), ROOT)}

    assert not {"rounds.py", "choosing.py", "patchwork.py", "pace.py", "lower_bound.py"} & made_of


@pytest.mark.parametrize(
    "line",
    [
        "from house.rooms.kitchen import cook",
        "from house.rooms import kitchen",
        "from house import rooms",
        "import house.rooms.kitchen",
        "from .rooms.kitchen import cook as boil",
        "from .rooms import kitchen",
        "def f():\n    from house.rooms.kitchen import cook",
    ],
)
def test_every_way_to_import_a_module_is_followed(tmp_path: Path, line: str) -> None:
    rooms = tmp_path / "house" / "rooms"
    rooms.mkdir(parents=True)
    (tmp_path / "house" / "__init__.py").write_text("")
    (rooms / "__init__.py").write_text("from house.rooms import kitchen")
    (rooms / "kitchen.py").write_text("from math import pi\nfrom house.stove import heat")
    (tmp_path / "house" / "stove.py").write_text("import house.rooms.kitchen  # a circle")
    (tmp_path / "house" / "garden.py").write_text("")
    door = tmp_path / "house" / "door.py"
    door.write_text(line)

    found = {file.name for file in sources(door, tmp_path)}

    assert {"door.py", "kitchen.py", "stove.py"} <= found
    assert "garden.py" not in found
