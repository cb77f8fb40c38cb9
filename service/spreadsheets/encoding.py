"""The encoding of a text file: a byte order mark, UTF-8, GB18030 as Chinese Windows writes, or Windows-1252."""

import codecs
import re
from typing import Final

from service.spreadsheets.sheet import SheetError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: GB18030 has its signature too, U+FEFF as four bytes.
_MARK_OF_GB18030: Final = b"\x84\x31\x95\x33"
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_NO_TABLE: Final = "The file is neither a CSV text nor an XLSX workbook."
#: So much of a file tells its encoding.
_SAMPLE_BYTES: Final = 200_000


def decode(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """Return the text and the name of its encoding.

    Parameters
    ----------
    encoding : what the sender says it is; None to find out.

    Raises
    ------
    SheetError
        When the encoding is unknown, the bytes are not of it, or the file is no text at all.
    """
    name = _known(encoding) if encoding is not None else _guess(content)
    try:
        text = content.decode(name)
    except UnicodeDecodeError as exc:
        if encoding is None and b"\x00" in content:
            raise SheetError(_NO_TABLE, code="not_a_table") from None
        msg = f"Byte {exc.start} of the file is not {name}. Save it as CSV UTF-8."
        raise SheetError(msg, code="wrong_encoding") from None
    if "\x00" in text:
        raise SheetError(_NO_TABLE, code="not_a_table")
    return text.removeprefix("\ufeff"), name


def _known(encoding: str) -> str:
    try:
        found = codecs.lookup(encoding)
    except (LookupError, ValueError):
        found = None
    if found is None or not found._is_text_encoding:  # noqa: SLF001 - bytes.decode asks it too
        msg = "This encoding is unknown. Use utf-8, gb18030 or windows-1252, or leave it out."
        raise SheetError(msg, code="unknown_encoding")
    return "utf-8-sig" if found.name == "utf-8" else found.name


def _guess(content: bytes) -> str:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    if content.startswith(_MARK_OF_GB18030):
        return "gb18030"
    for name in ("utf-8", "gb18030"):
        try:
            content.decode(name)
        except UnicodeDecodeError:
            continue
        if name == "utf-8" or _is_in_pairs(content[:_SAMPLE_BYTES]):
            return name
    return "cp1252"


def _is_in_pairs(content: bytes) -> bool:
    """Whether bytes above 127 come in pairs, as Chinese characters do; accented letters mostly stand alone.

    Most characters of GB 2312 have two high bytes; rarer ones of GBK end in a low one.
    """
    runs = _HIGH_RUN.findall(content)
    paired = sum(len(run) for run in runs if len(run) % 2 == 0)
    return paired * 2 > sum(map(len, runs))
