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
_CHINESE_NUMBER: Final = re.compile(r"(\d+)(?=号)")
_POSTCODE: Final = re.compile(r"\d{4,6}")
_WORD: Final = re.compile(r"[^\W_]+")
_ALIKE: Final = 85
#: Words that a label need not repeat.
_SMALL: Final = 3


def is_explained(text: str, label: str, *, to_the_door: bool) -> bool:
    """Whether every name of an address is in a provider's label, spelt alike, and so are its numbers.

    Parameters
    ----------
    to_the_door : whether a door was found, whose number then must be there to the letter; a street or a place has none.

    Examples
    --------
    >>> is_explained("Landstr. 19, 9494 Schaan", "Landstrasse 19, 9494 Schaan, Liechtenstein", to_the_door=True)
    True
    >>> is_explained("Landstr. 19, 9494 Schaan", "Landstrasse 21, 9494 Schaan, Liechtenstein", to_the_door=True)
    False
    >>> is_explained("田家庄镇张家村3组", "陕西省凤翔县田家庄镇李家村", to_the_door=False)
    False
    """
    if not label:
        return False
    if has_cjk(text):
        names = _village_names(text)
        named = bool(names) and all(name in simplified(label) for name in names)
        return named and (not to_the_door or _has_chinese_numbers(text, label))
    said = [word for word in _words(text) if len(word) >= _SMALL and not _is_number(word)]
    there = _words(label)
    named = bool(said) and all(_is_there(word, there) for word in said)
    return named and (not to_the_door or _has_numbers(_words(text), there))


def _has_chinese_numbers(text: str, label: str) -> bool:
    numbers = _CHINESE_NUMBER.findall(text)
    return bool(numbers) and all(re.search(rf"(?<!\d){number}(?!\d)", label) for number in numbers)


def _has_numbers(said: list[str], there: list[str]) -> bool:
    """Whether the label has all numbers; a postcode may be missing where it has none. 12 a and 12a are alike."""
    known = {*there, *map("".join, pairwise(there))}
    joined = dict(zip(said, [*map("".join, pairwise(said)), ""], strict=True))
    missing = [word for word in said if _is_number(word) and word not in known and joined[word] not in known]
    has_postcode = any(_POSTCODE.fullmatch(word) for word in there)
    is_postcode = all(_POSTCODE.fullmatch(word) for word in missing) and not has_postcode
    return any(map(_is_number, said)) and (not missing or (is_postcode and len(missing) < sum(map(_is_number, said))))


def _is_number(word: str) -> bool:
    return any(c.isdigit() for c in word)


def _village_names(text: str) -> list[str]:
    return [_ABOVE.sub("", name) for name in _CHINESE_NAME.findall(simplified(text))]


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _is_there(word: str, there: list[str]) -> bool:
    return process.extractOne(word, there, scorer=fuzz.ratio, score_cutoff=_ALIKE) is not None or (
        len(word) > _SMALL and word in "".join(there)
    )
