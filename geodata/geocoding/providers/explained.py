"""Whether a provider's label says all that an address says: else it may be the neighbour's village."""

import re
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz, process

from geodata.geocoding.chinese import simplified
from geodata.geocoding.normalise import fold, has_cjk

_CHINESE_NAME: Final = re.compile(
    r"([^省市县区乡镇村组号\d\s,，]{1,8}?)(?:行政村|自然村|村委会|村|社区|屯|寨|大道|路|街(?!道)|巷|胡同)"
)
_ABOVE: Final = re.compile(r"^.*(?:省|市|县|区|镇|乡|街道)")
_WORD: Final = re.compile(r"[^\W_]+")
_ALIKE: Final = 85
#: Words that a label need not repeat.
_SMALL: Final = 3


def is_explained(text: str, label: str, *, house_number: str | None) -> bool:
    """Whether every name of an address is in a provider's label, spelt alike, and so is the house number.

    Parameters
    ----------
    house_number : what must be there to the letter, None when only the street or the place was found.

    Examples
    --------
    >>> is_explained("Landstr. 19, 9494 Schaan", "Landstrasse 19, 9494 Schaan, Liechtenstein", house_number="19")
    True
    >>> is_explained("田家庄镇张家村3组", "陕西省凤翔县田家庄镇李家村", house_number=None)
    False
    """
    if not label:
        return False
    if has_cjk(text):
        names = _village_names(text)
        return bool(names) and all(name in simplified(label) for name in names)
    said = [word for word in _words(text) if len(word) >= _SMALL and not any(c.isdigit() for c in word)]
    there = _words(label)
    if house_number is not None and fold(house_number).replace(" ", "") not in {*there, *map("".join, _pairs(there))}:
        return False
    return bool(said) and all(_is_there(word, there) for word in said)


def _village_names(text: str) -> list[str]:
    return [_ABOVE.sub("", name) for name in _CHINESE_NAME.findall(simplified(text))]


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _pairs(words: list[str]) -> list[tuple[str, str]]:
    """Return neighbours: a label may part 12 a where the address has 12a."""
    return list(pairwise(words))


def _is_there(word: str, there: list[str]) -> bool:
    return process.extractOne(word, there, scorer=fuzz.ratio, score_cutoff=_ALIKE) is not None or (
        len(word) > _SMALL and word in "".join(there)
    )
