"""Text as it is compared: one folding for what people type and for what the map says."""

import re
import unicodedata
from typing import Final

from geodata.geocoding.chinese import simplified

#: Longer texts are no address.
MAX_LENGTH: Final = 300

_PHONE_LABEL = r"(?:tel(?:efon|ephone)?|mobile?|handy|natel|fax|phone|电话|手机|联系电话)"
_PHONES: Final = (
    re.compile(rf"(?i)(?<![^\W\d_]){_PHONE_LABEL}[.:：\s]*\+?\(?\d[\d\s/().\-]{{4,}}\d"),
    re.compile(r"(?<![\w+])(?:\+|00)\d[\d\s/().\-]{5,}\d(?!\w)"),
    re.compile(r"(?<![\w+])0\d{1,3}\s*/\s*\d[\d\s\-]{4,}\d(?!\w)"),
    re.compile(r"(?<![\w+\-])0\d[\d \-]{6,}\d(?!\w)"),
    re.compile(r"(?<!\d)\d{8,}(?!\d)"),
)
_EMAIL: Final = re.compile(r"\S+@\S+\.\w+")
_CARE_OF: Final = re.compile(
    r"(?i)(?<!\w)(?:c\s*/\s*o|p\.\s?a\.|z\.\s?h(?:d)?\.|zhd\.|attn|herrn?|frau|fam\.|familie)(?!\w)[:.]?"
)
_SEPARATORS: Final = re.compile(r"[,;\n\r|•·，；、。]+")
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


def fault_of(text: str) -> str | None:
    """Say why a text cannot be an address, as a machine-readable reason, or None.

    A line break or a tab separates parts of an address; any other control character is a fault.
    """
    if not text.strip():
        return "blank"
    if len(text) > MAX_LENGTH:
        return "too_long"
    if any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} and c not in "\t\n\r" for c in text):
        return "control_characters"
    letters = any(c.isalpha() for c in without_contacts(text))
    if letters:
        return None
    return "only_digits" if any(c.isdigit() for c in text) else "no_letters"


def without_contacts(text: str) -> str:
    """Drop telephone numbers and e-mail addresses; write the rest in Unicode's NFKC form and simplified characters."""
    text = _normal(text)
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    text = _EMAIL.sub(" ", text)
    for pattern in _PHONES:
        text = pattern.sub(" , ", text)
    return text


def segments_of(text: str) -> list[str]:
    r"""Cut a text at commas and line breaks, and drop the parts that name an addressee.

    Where the addressee is not set apart by a comma, the one word after "c/o" or "Herr" is dropped and the
    rest is kept as text that an address may explain.

    Examples
    --------
    >>> segments_of("c/o Anna Muster, Landstrasse 19\n9494 Schaan")
    ['Landstrasse 19', '9494 Schaan']
    """
    parts = [part.strip() for part in _SEPARATORS.split(text)]
    kept = []
    for part in filter(None, parts):
        marker = _CARE_OF.search(part)
        if marker is None:
            kept.append(part)
            continue
        before, after = part[: marker.start()].strip(), part[marker.end() :].strip()
        if before:
            kept.append(before)
        if any(c.isdigit() for c in after):
            kept.append(after.partition(" ")[2])
    return [part for part in kept if part]


def fold(text: str) -> str:
    """Lower case without accents, umlauts as one letter (ü, ue and u alike), abbreviations written out.

    Words stay apart. The folding loses letters on purpose: it is applied to both sides of a comparison.

    Examples
    --------
    >>> fold("Bühelstr."), fold("Buehelstraße"), fold("Steckergass")
    ('buhelstrasse', 'buhelstrasse', 'steckergasse')
    """
    text = _normal(text)
    if _IDEOGRAPHS.fullmatch(text):
        return text  # the rest is for letters: a Chinese address asks for each of its parts
    text = text.translate(_UMLAUTS).casefold()
    for pattern, full in _ABBREVIATIONS:
        text = pattern.sub(full, text)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return _DIGRAPHS.sub(r"\1", text)


def _normal(text: str) -> str:
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
