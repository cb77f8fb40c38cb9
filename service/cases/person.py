"""The forms of names and telephone numbers by which people are found again, exactly."""

import re
import unicodedata
from typing import Final

_NO_DIGIT: Final = re.compile(r"\D+")
_SPACES: Final = re.compile(r"\s+")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
#: A mobile number of China has eleven digits and begins with 1.
_CHINESE_MOBILE: Final = re.compile(r"86(1\d{10})")


def phone_form(phone: str) -> str:
    """Write a telephone number as digits; empty when it has none.

    Width, spaces and signs make no difference, nor do + and 00 before a country's code, nor China's own code
    before a mobile number.

    Examples
    --------
    >>> phone_form("+86 138-0013-8000"), phone_form("１３８ ００１３ ８０００"), phone_form("00423 232 11 11")
    ('13800138000', '13800138000', '4232321111')
    """
    digits = _NO_DIGIT.sub("", unicodedata.normalize("NFKC", phone)).removeprefix("00")
    mobile = _CHINESE_MOBILE.fullmatch(digits)
    return mobile[1] if mobile else digits


def name_form(name: str) -> str:
    """Write a name without regard to case, width, accents' coding and spaces; those in a Chinese name do not count.

    Examples
    --------
    >>> name_form("  Anna   MUSTER "), name_form("王 小明")
    ('anna muster', '王小明')
    """
    plain = unicodedata.normalize("NFKC", name).casefold().strip()
    return _SPACES.sub("" if _HAN.search(plain) else " ", plain)
