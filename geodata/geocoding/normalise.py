"""Text as it is compared: one folding for what people type and for what the map says."""

import re
import unicodedata
from typing import Final

from geodata.geocoding.chinese import simplified

_UMLAUTS: Final = str.maketrans({"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe"})
_DIGRAPHS: Final = re.compile(r"([aou])e")
_ABBREVIATIONS: Final = (
    # Abbreviated endings and words of street names in German-speaking countries.
    (re.compile(r"str\.?(?![^\W_])"), "strasse"),
    (re.compile(r"(?<=[^\W\d_]{3})(?<!we)(?<!rin)(?<!ber)g\.(?![^\W_])"), "gasse"),
    (re.compile(r"gass(?![^\W_])"), "gasse"),
    (re.compile(r"(?<![^\W_])pl\.(?![^\W_])"), "platz"),
    (re.compile(r"(?<=[^\W\d_])pl\.(?![^\W_])"), "platz"),
    (re.compile(r"(?<![^\W_])st\.(?=\s*[^\W\d_])"), "sankt "),
    (re.compile(r"(?<![^\W_])a\.\s?d\.(?![^\W_])"), "an der"),
    (re.compile(r"(?<![^\W_])b\.(?=\s*[^\W\d_])"), "bei"),
)
_NOT_KEY: Final = re.compile(r"[\W_]+")
_WORD: Final = re.compile(r"[^\W_]+")
_CJK: Final = re.compile(r"[㐀-鿿豈-﫿]")
_IDEOGRAPHS: Final = re.compile(r"[㐀-鿿]+")


def fold(text: str) -> str:
    """Lower case without accents, umlauts as one letter (ü, ue and u alike), abbreviations written out.

    Words stay apart. The folding loses letters on purpose: it is applied to both sides of a comparison.

    Examples
    --------
    >>> fold("Bühelstr."), fold("Buehelstraße"), fold("Steckergass")
    ('buhelstrasse', 'buhelstrasse', 'steckergasse')
    """
    text = normal_form(text)
    if _IDEOGRAPHS.fullmatch(text):
        return text  # the rest is for letters: a Chinese address asks for each of its parts
    text = text.translate(_UMLAUTS).casefold()
    for pattern, full in _ABBREVIATIONS:
        text = pattern.sub(full, text)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return _DIGRAPHS.sub(r"\1", text)


def normal_form(text: str) -> str:
    """Write a text in Unicode's NFKC form and in simplified characters."""
    text = unicodedata.normalize("NFKC", text)
    return simplified(text) if has_cjk(text) else text


def key_of(name: str) -> str:
    """Name a thing for comparison: folded, letters and digits only, words joined.

    Examples
    --------
    >>> key_of("Schaaner Strasse") == key_of("Schaanerstr.") == "schaanerstrasse"
    True
    """
    return _NOT_KEY.sub("", fold(name))


def words_of(name: str) -> frozenset[str]:
    """Split a name into its folded words."""
    return frozenset(_WORD.findall(fold(name)))


def has_cjk(text: str) -> bool:
    """Whether a text holds Chinese characters."""
    return _CJK.search(text) is not None
