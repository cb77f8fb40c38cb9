"""Chinese script: traditional characters written as simplified ones, and how characters sound."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Final, Protocol

import opencc

#: Endings by what they end: names of one kind are not mistaken for names of another.
_KINDS: Final = {
    "town": ("街道办事处", "街道", "镇", "乡", "苏木"),
    "county": ("特别行政区", "自治区", "自治州", "自治县", "省", "市", "州", "盟", "县", "区", "旗"),
    "village": ("村民委员会", "居民委员会", "社区", "村", "屯", "庄", "寨"),
}
#: All of these, the longest first: many end in another one.
ENDINGS: Final = tuple(sorted((ending for kind in _KINDS.values() for ending in kind), key=len, reverse=True))


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converter() -> _Converter:
    converter: _Converter = opencc.OpenCC("t2s")
    return converter


@cache
def _readings() -> Mapping[int, str]:
    """Give readings by code point. Phrases are left out: they take 40 MB and sound a character by its neighbours."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415 - loaded only where there are Chinese names

    readings: Mapping[int, str] = pinyin_dict
    return readings


@cache
def _sound(character: str) -> str:
    from pypinyin.contrib.tone_convert import to_normal  # noqa: PLC0415 - as above

    readings = _readings().get(ord(character))
    return to_normal(readings.partition(",")[0]) if readings else character


def simplified(text: str) -> str:
    """Write traditional characters as simplified ones.

    Examples
    --------
    >>> simplified("黃甲鎮趙家溝村")
    '黄甲镇赵家沟村'
    """
    return _converter().convert(text)


def sound_of(text: str) -> tuple[str, ...]:
    """Give the sound of each character, its most usual one, without tones.

    Examples
    --------
    >>> sound_of("王家沟") == sound_of("汪家钩") == ("wang", "jia", "gou")
    True
    """
    return tuple(map(_sound, text))


def kind_of_ending(name: str) -> str:
    """Say what a name's ending says it is: town, county, village, or nothing.

    Examples
    --------
    >>> kind_of_ending("黄甲镇"), kind_of_ending("王家村"), kind_of_ending("王家")
    ('town', 'village', '')
    """
    return next((kind for kind, endings in _KINDS.items() if name.endswith(endings)), "")
