"""Text that a spreadsheet program would take for a formula, made harmless.

A cell that begins with = + - @, a tab or a carriage return may be executed when somebody opens the file
(https://owasp.org/www-community/attacks/CSV_Injection); full-width signs count too. A leading apostrophe makes it text,
and is taken away again when such a file is read.
"""

import re
from typing import Final

_APOSTROPHE: Final = "'"
_ACTIVE: Final = re.compile(r"'*[\s\x00-\x1f\u200b-\u200f\ufeff]*[=+\-@＝＋－＠]|'*[\t\r\n]")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")


def neutralised(text: str) -> str:
    """Return a text that no program runs; a plain number stays one.

    Examples
    --------
    >>> neutralised("=1+1"), neutralised("-9.5"), neutralised("Landstrasse 19")
    ("'=1+1", '-9.5', 'Landstrasse 19')
    """
    return _APOSTROPHE + text if _ACTIVE.match(text) and not _NUMBER.fullmatch(text) else text


def original(text: str) -> str:
    """Return what `neutralised` was given.

    Examples
    --------
    >>> original("'=1+1"), original("'s Gravenweg 3")
    ('=1+1', "'s Gravenweg 3")
    """
    return text[1:] if text.startswith(_APOSTROPHE) and _ACTIVE.match(text) else text
