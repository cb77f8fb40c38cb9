"""Reading an extract file (PBF or XML) with pyosmium; every fault of the file becomes an ExtractError."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import osmium
from osmium.index import LocationTable

from geodata.errors import ExtractError

#: What OpenStreetMap's license asks to be shown beside anything made from its data.
ATTRIBUTION = "© OpenStreetMap contributors"


def read_objects(
    path: Path,
    *,
    locations: bool | LocationTable = False,
    areas: bool = False,
    entities: osmium.osm.osm_entity_bits = osmium.osm.ALL,
    filters: Sequence[osmium.BaseFilter] = (),
) -> Iterator[Any]:
    """Yield nodes, ways and relations of an extract, in the file's order.

    Parameters
    ----------
    path : a `.osm.pbf`, `.osm`, `.osm.bz2` or `.osm.gz` file.
    locations : whether the nodes of a way carry their coordinates; or osmium's table to keep those of all nodes in.
    areas : whether closed ways and multipolygon relations are yielded as areas too; implies `locations`.
    entities : the kinds of object to read; leave it alone with `areas`, and keep the nodes with `locations`.
    filters : osmium's filters; what one of them drops is not yielded.

    Yields
    ------
    pyosmium objects. Each is valid only until the next one is asked for: copy what you keep.

    Raises
    ------
    ExtractError
        When the file is missing, is no extract, or is cut off.
    """
    if not path.is_file():
        msg = f"No extract at {path}. Give the path of a .osm.pbf or .osm file."
        raise ExtractError(msg)
    try:
        processor = osmium.FileProcessor(str(path), entities)
        if areas:
            processor = processor.with_areas()
        elif isinstance(locations, LocationTable):
            processor = processor.with_locations(locations)  # type: ignore[arg-type]  # its stub knows names of tables alone
        elif locations:
            processor = processor.with_locations()
        for one in filters:
            processor = processor.with_filter(one)
        yield from processor
    except (RuntimeError, osmium.InvalidLocationError, UnicodeDecodeError) as exc:
        raise _unreadable(path, exc) from exc


@contextmanager
def damaged_text_reported(path: Path) -> Iterator[None]:
    """Turn a text that is no UTF-8 into an ExtractError, where the objects of an extract are looked into.

    osmium hands texts over unread: a damaged one is found by whoever asks for the tag, and not by `read_objects`.
    """
    try:
        yield
    except UnicodeDecodeError as exc:
        raise _unreadable(path, exc) from exc


def _unreadable(path: Path, exc: Exception) -> ExtractError:
    return ExtractError(
        f"{path.name} cannot be read as an OpenStreetMap extract ({exc}). "
        "It may be cut off or of another format: fetch it again."
    )


def extract_hash(path: Path) -> str:
    """SHA-256 of the file, 64 hex digits; identifies the extract that an area was built from."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
