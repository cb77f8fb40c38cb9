"""A Chinese address cut into its parts: known names first, then administrative endings, then numbers."""

import re
from collections.abc import Callable
from typing import Final

from geodata.geocoding.chinese import ENDINGS, kind_of_ending
from geodata.geocoding.normalise import fold, has_cjk

_LONGEST_NAME: Final = 12
#: The offices of villages, communities and townships stand for these.
_OFFICES: Final = (
    (re.compile("村?(?:村民委员会|村委会|行政村|自然村)"), "村"),
    (re.compile("(?:社区)?(?:居民委员会|居委会)"), "社区"),
    (re.compile("街道(?:办事处|办)"), "街道"),
    (re.compile("(?<=[乡镇])人民政府"), ""),
    (re.compile("^(中华人民共和国|中国)(?=.)"), r"\1 "),
)
_ENDING: Final = "|".join(ENDINGS)
_GROUP: Final = "(?:村民小组|居民小组|小组|组|社(?!区)|生产队|队)"
_UNIT: Final = f"(?:号院|号楼|号|{_GROUP}|栋|幢|室|楼|单元)"
_PART: Final = re.compile(
    rf"第?\d+{_UNIT}?|附(?=\d)|[^\d]{{2,}}?(?:{_ENDING}|路|街|大道|巷|弄|胡同)|[^\d]+?(?=附\d|第\d)|[^\d]+"
)
_NUMBERED: Final = re.compile(rf"第?(\d+)({_UNIT})?")
#: A numeral beside a unit is a number; in 四号村 it is a part of the name.
_NUMERAL: Final = re.compile(rf"[〇零一二三四五六七八九十百]+(?={_UNIT}(?!村|屯|庄|桥))")
_DIGITS: Final = dict(zip("〇零一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_AFTER_CORE: Final = re.compile("街道|社区|[镇乡村县区市]")


def spaced(segment: str, is_name: Callable[[str], bool]) -> str:
    """Put spaces between the parts of a Chinese address.

    Parameters
    ----------
    is_name : whether a key names something known; cuts where no ending does.

    Examples
    --------
    >>> spaced("黄甲镇王家沟村委会第三村民小组十二号附1号", lambda _key: False)
    '黄甲镇 王家沟村 3 组 12 附 1'
    """
    for office, plain in _OFFICES:
        segment = office.sub(plain, segment)
    parts: list[str] = []
    i = 0
    pending = ""
    while i < len(segment):
        length = _known_length(segment, i, is_name)
        if length:
            parts.extend(_by_ending(pending))
            parts.append(segment[i : i + length])
            pending = ""
            i += length
        else:
            pending += segment[i]
            i += 1
    parts.extend(_by_ending(pending))
    return " ".join(parts)


def _known_length(segment: str, start: int, is_name: Callable[[str], bool]) -> int:
    """Length of the longest known name at a place of the text, with an ending of another kind if it has none itself.

    So 黄甲乡 stays together where the map has 黄甲镇: townships change their kind.
    """
    if not has_cjk(segment[start]):
        return 0
    for length in range(min(_LONGEST_NAME, len(segment) - start), 1, -1):
        name = segment[start : start + length]
        if is_name(fold(name)):
            ending = None if kind_of_ending(name) else _AFTER_CORE.match(segment, start + length)
            return length + (len(ending.group()) if ending else 0)
    return 0


def _by_ending(text: str) -> list[str]:
    parts = []
    text = _NUMERAL.sub(lambda m: str(_number(m.group())), text)
    for piece in text.split():
        for part in _PART.findall(piece) if has_cjk(piece) else [piece]:
            number = _NUMBERED.fullmatch(part)
            if number is None:
                parts.append(part)
            elif number[2] is None or number[2].startswith("号"):
                parts.append(number[1])
            else:
                parts.append(f"{number[1]} {re.sub(_GROUP, '组', number[2])}")
    return parts


def _number(numeral: str) -> int:
    if not {"十", "百"} & set(numeral):
        return int("".join(str(_DIGITS[c]) for c in numeral))
    total, digit = 0, 0
    for c in numeral:
        if c in _DIGITS:
            digit = _DIGITS[c]
        else:
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
    return total + digit
