"""The PMTiles file itself: reading its header and metadata, and writing more metadata into it.

Format: PMTiles version 3 (https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md): a header of 127
bytes that says where each part is, little-endian; the metadata is JSON, compressed like the directories.
"""

import gzip
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geodata.coords import BoundingBox
from geodata.errors import AreaFormatError

_HEADER_BYTES: Final = 127
_MAGIC: Final = b"PMTiles\x03"
#: Of the header: where the metadata's offset and length are.
_METADATA_AT: Final = 24
_GZIP: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveHeader:
    """What the first bytes of a PMTiles file say.

    Attributes
    ----------
    tiles : how many tiles can be asked for.
    """

    metadata_offset: int
    metadata_bytes: int
    tiles: int
    internal_compression: int
    min_zoom: int
    max_zoom: int
    bbox: BoundingBox


def read_header(file: Path) -> ArchiveHeader:
    """Read the header.

    Raises
    ------
    AreaFormatError
        When the file is no PMTiles file of version 3.
    """
    with file.open("rb") as stream:
        head = stream.read(_HEADER_BYTES)
    if len(head) < _HEADER_BYTES or not head.startswith(_MAGIC):
        msg = f"{file.name} is not a PMTiles file of version 3."
        raise AreaFormatError(msg)
    offset, length = struct.unpack_from("<QQ", head, _METADATA_AT)
    west, south, east, north = (degrees / 1e7 for degrees in struct.unpack_from("<4i", head, 102))
    return ArchiveHeader(
        metadata_offset=offset,
        metadata_bytes=length,
        tiles=struct.unpack_from("<Q", head, 72)[0],
        internal_compression=head[97],
        min_zoom=head[100],
        max_zoom=head[101],
        bbox=BoundingBox(west=west, south=south, east=east, north=north),
    )


def read_metadata(file: Path) -> dict[str, object]:
    """Read the metadata: the vector layers, the attribution and so on."""
    header = read_header(file)
    with file.open("rb") as stream:
        stream.seek(header.metadata_offset)
        packed = stream.read(header.metadata_bytes)
    text = gzip.decompress(packed) if header.internal_compression == _GZIP else packed
    metadata: dict[str, object] = json.loads(text)
    return metadata


def add_metadata(file: Path, entries: dict[str, str]) -> None:
    """Add entries to the metadata, in place.

    The new metadata goes to the end of the file and the header points there: only the header and the root
    directory have a fixed place.
    """
    header = read_header(file)
    text = json.dumps({**read_metadata(file), **entries}, ensure_ascii=False).encode()
    packed = gzip.compress(text, mtime=0) if header.internal_compression == _GZIP else text
    with file.open("r+b") as stream:
        offset = stream.seek(0, 2)
        stream.write(packed)
        stream.seek(_METADATA_AT)
        stream.write(struct.pack("<QQ", offset, len(packed)))
