"""Storage: what is written is what is opened, and damage is said."""

import dataclasses
import json
import random
import zlib
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


def _empty(directory: Path) -> None:
    (directory / "state_arc_to.npy").write_bytes(b"")


def _flip(directory: Path) -> None:
    path = directory / "state_arc_to.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 0x40
    path.write_bytes(content)


def _exchange(directory: Path) -> None:
    tail, head = directory / "tail.npy", directory / "head.npy"
    tail.rename(directory / "other.npy")
    head.rename(tail)
    (directory / "other.npy").rename(head)


def _from_another(directory: Path) -> None:
    other = directory.parent / "other"
    other.mkdir()
    Map(grid="A b   C", ways=[("AbC", ROAD)], nodes={"b": {"barrier": "gate"}}).network(other)
    (other / "car" / "metric_out_cost.npy").replace(directory / "metric_out_cost.npy")


def _cheaper(directory: Path) -> None:
    path = directory / "meta.json"
    path.write_text(path.read_text().replace('"turn_ms": 7500', '"turn_ms": 1500'))


def _with_an_index_outside(directory: Path) -> None:
    """As a faulty program would write it: the sums are right."""
    _rewrite(directory, "shape_start", np.array([0, 900, 1], dtype=np.int64))


def _no_sums(directory: Path) -> None:
    _meta(directory, checksums=None)


def _retype(directory: Path) -> None:
    _rewrite(directory, "tail", np.zeros(3, dtype=np.float64))


def _shorten(directory: Path) -> None:
    _rewrite(directory, "head", np.zeros(1, dtype=np.int32))


def _forget(directory: Path) -> None:
    (directory / "name.npy").unlink()


def _scribble(directory: Path) -> None:
    (directory / "meta.json").write_text("{")


def _other(directory: Path) -> None:
    (directory / "meta.json").write_text('{"format": "a cake recipe"}')


def _misfit(directory: Path) -> None:
    _rewrite(directory, "shape_start", np.zeros(2, dtype=np.int64))


def _incomplete(directory: Path) -> None:
    _meta(directory, profile=None)


def _rewrite(directory: Path, name: str, array: "np.ndarray[tuple[int], np.dtype[np.generic]]") -> None:
    np.save(directory / f"{name}.npy", array)
    meta = json.loads((directory / "meta.json").read_text())
    meta["arrays"][name] = list(array.shape)
    meta["checksums"][name] = zlib.crc32((directory / f"{name}.npy").read_bytes())
    _meta(directory, arrays=meta["arrays"], checksums=meta["checksums"])


def _meta(directory: Path, **changes: object) -> None:
    """Change the description, and sum it up again."""
    path = directory / "meta.json"
    meta = json.loads(path.read_text()) | changes
    del meta["checksum"]
    meta["checksum"] = zlib.crc32(json.dumps(meta, sort_keys=True).encode())
    path.write_text(json.dumps(meta))


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


@pytest.mark.parametrize(
    "damage",
    [
        _cut,
        _empty,
        _flip,
        _exchange,
        _from_another,
        _retype,
        _shorten,
        _with_an_index_outside,
        _forget,
        _scribble,
        _other,
        _cheaper,
        _misfit,
        _incomplete,
        _no_sums,
    ],
)
def test_a_damaged_network_says_to_build_again(directory: Path, damage: Callable[[Path], None]) -> None:
    damage(directory)

    with pytest.raises(AreaFormatError, match=r"is damaged: .* Build the area again\."):
        open_network(directory)


def test_a_missing_network_says_to_build_again(tmp_path: Path) -> None:
    with pytest.raises(AreaFormatError, match=r"Build the area again\."):
        open_network(tmp_path / "nowhere")


def test_another_version_says_to_build_again(directory: Path) -> None:
    _meta(directory, version=99)

    with pytest.raises(AreaFormatError, match=r"has version 99, this program reads 7\. Build the area again\."):
        open_network(directory)


@pytest.mark.parametrize("seed", range(20))
def test_no_flipped_bit_of_an_array_is_overlooked(directory: Path, seed: int) -> None:
    chance = random.Random(seed)
    path = chance.choice(sorted(directory.glob("*.npy")))
    _flip_one_bit(path, chance.randrange(path.stat().st_size), chance)

    with pytest.raises(AreaFormatError, match=r"is damaged: .* is not what was written\. Build the area again\."):
        open_network(directory)


@pytest.mark.parametrize("seed", range(20))
def test_no_flipped_bit_of_the_description_is_overlooked(directory: Path, seed: int) -> None:
    chance, path = random.Random(seed), directory / "meta.json"
    telling = [place for place, letter in enumerate(path.read_text(encoding="utf-8")) if not letter.isspace()]
    _flip_one_bit(path, chance.choice(telling), chance)

    with pytest.raises(AreaFormatError, match=r"Build the area again\."):
        open_network(directory)


def _flip_one_bit(path: Path, place: int, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def test_a_file_that_is_none_of_its_own_is_passed_over(directory: Path) -> None:
    (directory / "notes.txt").write_text("looked at on Monday")
    np.save(directory / "height_mm.npy", np.zeros(9, dtype=np.int32))

    network = open_network(directory)

    assert network.roads.edge_count == 3
