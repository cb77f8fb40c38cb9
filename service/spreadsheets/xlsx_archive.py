"""A workbook's archive, unpacked within limits before any library looks at it.

A few kilobytes can unpack to gigabytes, and the sizes that an archive declares can lie. So its parts are unpacked
here, counted as they come, and packed again without compression: what the parser reads is what was counted.
"""

import io
import zipfile
import zlib
from typing import Final

from service.spreadsheets.sheet import SheetError, SheetLimits

_MAX_PARTS: Final = 2000
_CHUNK_BYTES: Final = 1 << 16
#: A cell is four of them. One row becomes objects in memory as a whole, some 300 bytes each.
_MAX_TAGS: Final = 3_000_000
#: Pictures, macros and the like are of no use here.
_NEEDED: Final = (".xml", ".rels")


def repacked(content: bytes, limits: SheetLimits) -> io.BytesIO:
    """Return the archive of a workbook with its XML parts alone, uncompressed.

    Raises
    ------
    SheetError
        When it is no archive, is damaged or protected by a password, or passes a limit.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_declared(parts, limits)
            unpacked = _unpack(archive, [part for part in parts if part.filename.endswith(_NEEDED)], limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise not_a_workbook() from None
    if "[Content_Types].xml" not in unpacked:
        raise not_a_workbook()
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_STORED) as archive:
        for name, part in unpacked.items():
            archive.writestr(name, part)
    again.seek(0)
    return again


def not_a_workbook() -> SheetError:
    """Return the error of a file that begins like a workbook and is none."""
    msg = "The workbook is damaged, protected by a password, or no workbook. Save it as .xlsx again."
    return SheetError(msg, code="not_a_table")


def _check_declared(parts: list[zipfile.ZipInfo], limits: SheetLimits) -> None:
    if len(parts) > _MAX_PARTS or len({part.filename for part in parts}) < len(parts):
        raise not_a_workbook()
    if sum(part.file_size for part in parts if part.filename.endswith(_NEEDED)) > limits.unpacked_bytes:
        raise _too_large(limits)


def _unpack(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], limits: SheetLimits) -> dict[str, bytes]:
    unpacked: dict[str, bytes] = {}
    left, tags = limits.unpacked_bytes, 0
    for part in parts:
        chunks = []
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                left -= len(chunk)
                tags += chunk.count(b"<")
                if left < 0 or tags > _MAX_TAGS:
                    raise _too_large(limits)
                chunks.append(chunk)
        unpacked[part.filename] = b"".join(chunks)
        if b"<!DOCTYPE" in unpacked[part.filename]:  # no workbook has one, and entities could grow without bound
            raise not_a_workbook()
    return unpacked


def _too_large(limits: SheetLimits) -> SheetError:
    msg = (
        f"Unpacked, the workbook has more than {limits.unpacked_bytes // (1024 * 1024)} MB or {_MAX_TAGS // 4} cells. "
        "Leave out other sheets and columns, or send it in parts."
    )
    return SheetError(msg, code="too_large")
