"""Damage: a sound little extract, and what random faults of a disk or a download make of it."""

import random
from pathlib import Path
from typing import Final

import osmium

from tests.geodata.network.asciimaps.drawing import write_osm
from tests.geodata.network.asciimaps.language import read_scenarios

FARM: Final = Path(__file__).parent / "farm.txt"
#: What an extract is written as: plain, so that damage reaches the objects, and packed, as extracts are.
FORMATS: Final = ("pbf,pbf_compression=none", "pbf,pbf_compression=none,pbf_dense_nodes=false", "pbf")


def sound_extracts(folder: Path) -> list[bytes]:
    """Write one farm in each format."""
    (farm,) = read_scenarios(FARM)
    source = write_osm(farm, folder / "farm.osm")
    written = []
    for name in FORMATS:
        target = folder / "farm.osm.pbf"
        writer = osmium.SimpleWriter(osmium.io.File(str(target), name), overwrite=True)
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
        writer.close()
        written.append(target.read_bytes())
        target.unlink()
    source.unlink()
    return written


def damaged(extracts: list[bytes], seed: int) -> bytes:
    """Damage one of the extracts; the same seed does the same."""
    chance = random.Random(seed)
    data = bytearray(chance.choice(extracts))
    kind = chance.choice(("cut off", "flipped", "flipped", "overwritten", "lost", "repeated"))
    at, length = chance.randrange(len(data)), chance.randint(1, 40)
    if kind == "cut off":
        del data[at:]
    elif kind == "flipped":
        for _ in range(chance.choice((1, 1, 2, 8))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif kind == "overwritten":
        data[at : at + length] = chance.randbytes(length)
    elif kind == "lost":
        del data[at : at + length]
    else:
        data[at:at] = data[at : at + length]
    return bytes(data)
