"""Which words of an address may be sent: those that the map knows, numbers, and what marks itself as an address."""

import re
from collections.abc import Sequence
from typing import Final

from geodata.geocoding.chinese import ENDINGS
from geodata.geocoding.normalise import fold, words_of

_PLACES_HAN: Final = (
    "路", "街", "巷", "弄", "胡同", "大道", "号", "组", "队", "栋", "幢", "楼", "室", "单元", "小区", "花园", "大厦",
    "公寓", "小学", "中学", "学校", "医院", "卫生院", "市场", "广场", "超市", "政府", "委会", "车站", "公司", "厂",
    "矿", "寺", "庙",
)  # fmt: skip
#: What marks a Chinese part as one of an address; a name may follow it.
_MARKS_HAN: Final = re.compile("|".join((*ENDINGS, *_PLACES_HAN, r"\d")))
_FIRST_HAN: Final = re.compile("^.*?(?:" + "|".join(ENDINGS) + ")")
#: The commonest surnames: a part that begins with one, and is too long for a county, may have a name before it.
_SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)
_LONG_COUNTY: Final = 4
_LONG_NAMES: Final = ("自治", "开发区", "示范区", "新区", "高新")

#: Kinds of streets, as words or as their endings.
_STREETS: Final = (
    "strasse", "gasse", "weg", "platz", "allee", "damm", "ufer", "steig", "graben", "street", "road", "lane", "avenue",
    "drive", "terrace", "square", "nagar", "marg", "colony",
)  # fmt: skip
#: Endings of villages and fields, which surnames have as well.
_FIELDS: Final = (
    "ring", "hof", "berg", "feld", "acker", "wies", "wiese", "matt", "rain", "markt", "dorf", "heim", "hausen",
    "kirchen", "bach", "brück", "brücke", "close", "court", "hill", "farm", "cottage", "mill", "house", "village",
)  # fmt: skip
_BEFORE: Final = (
    "rue", "route", "chemin", "place", "impasse", "quai", "boulevard", "hameau", "allée", "via", "viale", "piazza",
    "corso", "vicolo", "località", "strada", "frazione", "calle", "avenida", "plaza", "camino", "paseo", "carretera",
    "barrio",
)  # fmt: skip
_STREET_END: Final = "|".join(map(fold, _STREETS))
_FIELD_END: Final = "|".join(map(fold, _FIELDS))
#: Dorfstrasse, or Strasse alone, when the word before it is the street's name: Schaaner Strasse.
_STREET: Final = re.compile(rf"(?:[a-z]|^)(?:{_STREET_END})$")
_STREET_ALONE: Final = re.compile(rf"^(?:{_STREET_END})$")
_FIELD: Final = re.compile(rf"(?:[a-z]|^)(?:{_FIELD_END})$")
#: It says that the words up to the number are the street's name: rue Jean Moulin 5.
_OPENING: Final = re.compile("^(?:" + "|".join(map(fold, _BEFORE)) + ")$")
#: Words that only join others, and are no names.
_JOINING: Final = frozenset(
    map(
        fold,
        (
            "am", "an", "auf", "bei", "beim", "das", "dem", "den", "der", "die", "hinter", "hinterm", "im", "in", "ob",
            "unter", "unterm", "zu", "zum", "zur", "alte", "alter", "altes", "neue", "neuer", "obere", "oberer",
            "untere", "unterer", "bad", "sankt", "st", "saint", "sainte", "de", "del", "dela", "della", "dei", "des",
            "di", "du", "da", "la", "las", "le", "les", "los", "san", "santa", "nr", "no", "north", "south", "east",
            "west", "the", "of", "upper", "lower",
        ),
    )
)  # fmt: skip
#: Before a word and a number they make the name of a street or of a field: im Loch 3, auf der Egerta 7.
_IN_FIELDS: Final = frozenset(
    {"am", "an", "auf", "im", "in", "zum", "zur", "beim", "ob", "hinter", "unter", "der", "den", "dem"}
)
_POSTCODE: Final = re.compile(r"^(?:[a-z]{1,2}-?)?\d{4,6}$")
_LONGEST_STREET: Final = 5


def han_part(part: str, known: frozenset[str], unexplained: frozenset[str]) -> str:
    """Return what may be sent of a part of a Chinese address, which has no spaces; empty for nothing.

    Parameters
    ----------
    known : names that the map explains the address with.
    unexplained : what the map found in the address and could not explain.
    """
    for word in unexplained:
        if len(word) > 1 and _MARKS_HAN.search(word) is None:
            part = part.replace(word, "")
    first = _FIRST_HAN.match(part)
    if first is not None and not known & {first.group()} and _may_hold_a_name(first.group()):
        part = part[first.end() :]
    marks = list(_MARKS_HAN.finditer(part))
    if part in known:
        return part
    return part[: marks[-1].end()] if marks else ""


def latin_words(words: Sequence[str], known: frozenset[str]) -> list[str]:
    """Return the words of a part of an address, between two commas, that may be sent.

    Parameters
    ----------
    known : the folded words of all names that the map explains the address with.
    """
    folded = [fold(word).strip(".,'’-()") for word in words]
    is_number = [any(c.isdigit() for c in word) for word in folded]
    kept = {i for i, word in enumerate(words) if is_number[i] or _OPENING.match(folded[i]) or words_of(word) <= known}
    if len(words) == 2 and is_number[1] and not is_number[0]:
        kept.add(0)  # a house of a village without streets: Ebnat 5
    for i, word in enumerate(folded):
        if _OPENING.match(word):
            kept.update(_street_after(i, is_number))
        elif _STREET.search(word):
            kept.add(i)
            if _STREET_ALONE.match(word):
                kept.update(_street_before(i, is_number) or range(max(i - 1, 0), i))
        elif _FIELD.search(word):
            numbered = _street_before(i, is_number)
            if (
                numbered
                or len(words) == 1
                or is_number[i + 1 : i + 2] == [True]
                or _JOINING.intersection(folded[max(i - 1, 0) : i])
            ):
                kept.update({i, *numbered})
        elif _POSTCODE.match(word):
            kept.update(_town_after(i, folded))
        elif word in _IN_FIELDS and is_number[i + 2 : i + 3] == [True]:
            kept.add(i + 1)
    joining = {i for i, word in enumerate(folded) if word in _JOINING}
    for i in sorted(joining, reverse=True):
        if i + 1 in kept:
            kept.add(i)
    return [word for i, word in enumerate(words) if i in kept]


def _may_hold_a_name(part: str) -> bool:
    return len(part) > _LONG_COUNTY and part[0] in _SURNAMES and not any(name in part for name in _LONG_NAMES)


def _street_after(opening: int, is_number: Sequence[bool]) -> range:
    """Give the words between "rue" and the number behind it; where the number stands before it, those that follow."""
    for i in range(opening + 1, min(len(is_number), opening + 1 + _LONGEST_STREET)):
        if is_number[i]:
            return range(opening + 1, i)
    if opening > 0 and is_number[opening - 1]:
        return range(opening + 1, min(len(is_number), opening + _LONGEST_STREET))
    return range(0)


def _street_before(closing: int, is_number: Sequence[bool]) -> range:
    """Give the words from the number before it to "Street"; none without a number."""
    for i in range(closing - 1, max(-1, closing - 1 - _LONGEST_STREET), -1):
        if is_number[i]:
            return range(i, closing)
    return range(0)


def _town_after(postcode: int, folded: Sequence[str]) -> range:
    """Give the town behind a postcode: one word, and what joins it."""
    end = postcode + 1
    while end < len(folded) and folded[end] in _JOINING:
        end += 1
    return range(postcode + 1, min(end + 1, len(folded)))
