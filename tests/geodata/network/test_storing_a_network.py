"""Storage: what is written is what is opened, and damage is said."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from geodata.errors import AreaFormatError
from geodata.network.roads import ARRAYS, Roads
from geodata.network.snap_arrays import SNAP_ARRAYS, SnapArrays
from geodata.network.storage import open_network, read_roads, write_roads
from tests.geodata.network.maps import ROAD, Map


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    Map(grid="A  b  C", ways=[("AbC", {**ROAD, "name": "Städtle"})], nodes={"b": {"barrier": "gate"}}).network(tmp_path)
    return tmp_path / "car"


def _cut(directory: Path) -> None:
    path = directory / "length_mm.npy"
    path.write_bytes(path.read_bytes()[:-3])


def _swap(directory: Path) -> None:
    np.save(directory / "tail.npy", np.zeros(3, dtype=np.float64))


def _shorten(directory: Path) -> None:
    np.save(directory / "head.npy", np.zeros(1, dtype=np.int32))


def _forget(directory: Path) -> None:
    (directory / "name.npy").unlink()


def _scribble(directory: Path) -> None:
    (directory / "meta.json").write_text("{")


def _other(directory: Path) -> None:
    (directory / "meta.json").write_text('{"format": "a cake recipe"}')


def _misfit(directory: Path) -> None:
    _meta(directory, arrays=json.loads((directory / "meta.json").read_text())["arrays"] | {"shape_start": [2]})
    np.save(directory / "shape_start.npy", np.zeros(2, dtype=np.int64))


def _incomplete(directory: Path) -> None:
    _meta(directory, profile=None)


def _meta(directory: Path, **changes: object) -> None:
    path = directory / "meta.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_arrays_are_mapped_and_read_only(directory: Path) -> None:
    roads = read_roads(directory)

    assert isinstance(roads.tail.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        roads.tail[0] = 7


def test_written_again_the_roads_are_the_same(directory: Path, tmp_path: Path) -> None:
    roads = read_roads(directory)

    write_roads(roads, tmp_path / "copy", extract="0" * 64)

    copy = read_roads(tmp_path / "copy")
    assert all(np.array_equal(getattr(roads, name), getattr(copy, name)) for name in ARRAYS)
    assert copy.text(int(copy.name[0])) == "Städtle"


def test_the_table_of_arrays_names_every_array() -> None:
    assert {field.name for field in dataclasses.fields(Roads)} == {"profile", "turn_costs", "was_open", "snap", *ARRAYS}
    assert {field.name for field in dataclasses.fields(SnapArrays)} == set(SNAP_ARRAYS)


@pytest.mark.parametrize("damage", [_cut, _swap, _shorten, _forget, _scribble, _other, _misfit, _incomplete])
def test_a_damaged_network_says_to_build_again(directory: Path, damage: Callable[[Path], None]) -> None:
    damage(directory)

    with pytest.raises(AreaFormatError, match=r"is damaged: .* Build the area again\."):
        open_network(directory)


def test_a_missing_network_says_to_build_again(tmp_path: Path) -> None:
    with pytest.raises(AreaFormatError, match=r"Build the area again\."):
        open_network(tmp_path / "nowhere")


def test_another_version_says_to_build_again(directory: Path) -> None:
    _meta(directory, version=99)

    with pytest.raises(AreaFormatError, match=r"has version 99, this program reads 4\. Build the area again\."):
        open_network(directory)
