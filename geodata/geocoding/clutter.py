"""What stands beside an address and is none: telephones, e-mail, addressees, floors, labels of numbers, landmarks."""

import re
import unicodedata
from typing import Final

from geodata.geocoding.normalise import normal_form

#: Longer texts are no address.
MAX_LENGTH: Final = 300

_PHONE_LABEL: Final = (
    r"(?:tel(?:efono?|ephone)?|t[ée]l[ée]phone|t[ée]l|mobile?|mob|m[óo]vil|cell(?:ulare)?|handy|natel|fax|phone|ph"
    r"|contact(?: no)?|电话|手机|联系电话)"
)
_PHONES: Final = (
    re.compile(rf"(?i)(?<![^\W\d_]){_PHONE_LABEL}[.:：\s]*\+?\(?\d[\d\s/().\-]{{4,}}\d"),
    re.compile(r"(?<![\w+])(?:\+|00)\d[\d\s/().\-]{5,}\d(?!\w)"),
    re.compile(r"(?<![\w+])0\d{1,3}\s*/\s*\d[\d\s\-]{4,}\d(?!\w)"),
    re.compile(r"(?<![\w+\-])0\d[\d \-]{6,}\d(?!\w)"),
    re.compile(r"(?<![\w\-])\(?[2-9]\d{2}\)?[\-. ]\s?\d{3}[\-.]\d{4}(?!\w)"),  # North America
    re.compile(r"(?<![\w\-])[6-9]\d{4}\s\d{5}(?!\w)"),  # mobile telephones of India
    re.compile(r"(?<!\d)\d{8,}(?!\d)"),
)
#: Ends at commas and Chinese characters, which an address written without spaces has beside it.
_EMAIL: Final = re.compile(r"[^\s,;:、。<>@㐀-鿿]+@[^\s,;:、。<>@㐀-鿿]+\.[^\W㐀-鿿]+")
_CARE_OF: Final = re.compile(
    r"(?i)(?<!\w)(?:c\s*/\s*o|[sdwh]\s*/\s*o|care of|p\.\s?a\.|z\.\s?h(?:d)?\.|zhd\.|a\s*/\s*a|attn|att\.ne|herrn?|"
    r"frau|fam\.|familie|famille|famiglia|familia|monsieur|madame|mme|mlle|mr|mrs|ms|miss|sig(?:\.ra|\.na|nora|nor)?|dott|"
    r"presso|shri|smt|se[ñn]ora?|sra|chez m(?:me|\.|onsieur|adame))(?!\w)[:.]?"
)
_SEPARATORS: Final = re.compile(r"[,;\n\r|•·，；、。]+")
#: Floor and door of a flat in Spain and Italy: 2º B, 1ª dcha. Not the first of May that a street is named after.
_FLOOR: Final = re.compile(
    r"(?i)(?<!\w)\d{1,2}\s?[ºª°](?!\s+de\s)(?:\s?(?:[a-z]|izq\w*|d(?:e?re?)?ch?a|ctro|\d{1,2}\s?[ºª])\b\.?)?"
)
#: What stands before a number and only says that it is one.
_NUMBER_LABEL: Final = re.compile(
    r"(?i)(?<!\w)(?:(?:h(?:ouse)?|d(?:oor)?|plot)\s?\.?\s?(?:no|nr|number)\b\.?|n\s?[º°]|n\.\s?[º°o]?(?=\s?\d)|n(?=\s\d+(?![\w-])))\s?[:#]?"
)
_FLAT_LABEL: Final = re.compile(r"(?i)(?<!\w)(flat|shop|unit|suite|apt)\s?\.?\s?(?:no|nr|number|#)\s?[.:]?(?=\s?\w)")
_HASH: Final = re.compile(r"#\s?(?=\w)")
_NO_NUMBER: Final = re.compile(r"(?i)(?<!\w)(?:s\s?/\s?n(?:[º°o]\.?)?|s\.\s?n\.\s?c?\.?|snc)(?!\w)")
_CALLE: Final = re.compile(r"(?i)(?<!\w)c\s?/\s?(?!o(?!\w))(?=[^\W\d])")
_LANDMARK: Final = re.compile(r"(?i)(?<!\w)(?:near|opp(?:osite|\.)?|behind|next to|adjacent to)\s+(?=[^\W\d])")
_BOX: Final = re.compile(r"(?i)(?<!\w)(?:case postale|bo[iî]te postale|casella postale|apartado(?: de correos)?)(?!\w)")
_LIEU_DIT: Final = re.compile(r"(?i)(?<!\w)lieu[- ]?dit(?!\w)")


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
    """Drop telephones, e-mail and floors, and labels of numbers; write the rest in NFKC and simplified characters.

    Examples
    --------
    >>> without_contacts("C/ Mayor, nº 5, 2º B, 28013 Madrid").replace("  ", " ")
    'calle Mayor, 5, , 28013 Madrid'
    """
    text = _NUMBER_LABEL.sub(" ", _FLOOR.sub(" ", text))
    text = normal_form(text)
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    text = _EMAIL.sub(" ", text)
    for pattern in _PHONES:
        text = pattern.sub(" , ", text)
    text = _FLAT_LABEL.sub(r"\1 ", text)
    before, hash_sign, after = text.partition("#")
    text = f"{before} apt {after}" if hash_sign and any(c.isdigit() for c in before) else _HASH.sub("", text)
    text = _CALLE.sub("calle ", _NO_NUMBER.sub(" ", text))
    text = _BOX.sub("postfach ", _LIEU_DIT.sub(" ", text))
    return _LANDMARK.sub(" , ", text)


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
