"""A text as tokens with their kinds: words, house numbers, postcodes, countries and what explains itself."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from geodata.geocoding.chinese_parts import spaced
from geodata.geocoding.normalise import has_cjk, key_of, segments_of, without_contacts

_TOKEN: Final = re.compile(
    r"(?P<prefixed>(?<!\w)(?:FL|LI|CH|AT|DE|IT|FR|A|D|F|I|CZ|LU)\s?[-–]\s?\d{4,5}(?!\w))"
    r"|(?P<number>(?<![^\W\d_])\d+(?:\s?[A-Za-z](?![^\W_])(?!\.|\s?[-–]\s?\d{4}))?(?:\s?[-–/+]\s?\d+[A-Za-z]?(?![^\W_]))*)"
    r"|(?P<glued>(?<=[^\W\d_])\d+[A-Za-z]?(?![^\W_]))"
    r"|(?P<cjk>[㐀-鿿豈-﫿]+)"
    r"|(?P<word>(?:[^\W\d_㐀-鿿豈-﫿]\.){2,}|[^\W\d_㐀-鿿豈-﫿][^\W\d_㐀-鿿豈-﫿'’]*\.?)"
)
_DOOR: Final = re.compile(r"(\d+)\s?([a-z]?)(?:\s?[-–]\s?(\d+)\s?([a-z]?))?(?:\s?[/+]\s?(.*))?")
#: Words beside a number that says where in a house, not which house; the second kind follows its number.
_UNIT_WORDS: Final = frozenset(
    {
        "eg", "dg", "etage", "top", "tur", "wohnung", "whg", "stiege", "apt", "app", "floor", "room", "zimmer",
        "postfach", "po", "box", "附",
    }
)  # fmt: skip
_UNITS_AFTER: Final = frozenset({"stock", "og", "ug", "组", "社", "栋", "幢", "室", "楼", "单元", "队"})
_NOISE_WORDS: Final = frozenset({"nr", "no", "hausnummer", "haus", "number"})
_COUNTRIES: Final = {
    "liechtenstein": "LI", "furstentumliechtenstein": "LI", "fl": "LI", "li": "LI",
    "osterreich": "AT", "austria": "AT", "at": "AT", "autriche": "AT",
    "schweiz": "CH", "switzerland": "CH", "suisse": "CH", "svizzera": "CH", "ch": "CH",
    "deutschland": "DE", "germany": "DE", "allemagne": "DE", "brd": "DE",
    "italien": "IT", "italia": "IT", "italy": "IT", "frankreich": "FR", "france": "FR",
    "andorra": "AD", "china": "CN", "中国": "CN", "中华人民共和国": "CN",
}  # fmt: skip


class Kind(StrEnum):
    """What a token is, before any name is known."""

    WORD = "word"
    NUMBER = "number"
    POSTCODE = "postcode"
    COUNTRY = "country"
    NOISE = "noise"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorNumber:
    """A house number: 23, 23a, 5-7, or 12/3 where 3 is a door inside the house."""

    number: int
    suffix: str = ""
    last: int | None = None
    unit: str = ""

    @property
    def label(self) -> str:
        """The number as it is written on the house."""
        tail = f"-{self.last}" if self.last is not None else ""
        return f"{self.number}{self.suffix}{tail}"

    def covers(self, number: int) -> bool:
        """Whether a range such as 5-9 holds a number (of the same side of the street)."""
        return self.last is not None and self.number <= number <= self.last and (number - self.number) % 2 == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of the text, where it stood and what it is."""

    text: str
    kind: Kind
    segment: int
    start: int
    end: int
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedText:
    """The tokens of an address in their order, and the segments (between commas) that they stood in."""

    segments: tuple[str, ...]
    tokens: tuple[Token, ...]

    def key(self, first: int, last: int) -> str:
        """Comparison key of the text from token `first` to token `last`, both of one segment."""
        return key_of(self.slice(first, last))

    def slice(self, first: int, last: int) -> str:
        """Give the text from token `first` to token `last`."""
        segment = self.segments[self.tokens[first].segment]
        return segment[self.tokens[first].start : self.tokens[last].end]


def parse_text(text: str, *, is_name: Callable[[str], bool] = lambda _key: False) -> ParsedText:
    """Cut an address into tokens.

    Parameters
    ----------
    text : the address as it was typed; telephone numbers and addressees are dropped.
    is_name : whether a key names something known; cuts Chinese text where no ending does.
    """
    segments = tuple(spaced(s, is_name) if has_cjk(s) else s for s in segments_of(without_contacts(text)))
    tokens = [
        token
        for index, segment in enumerate(segments)
        for match in _TOKEN.finditer(segment)
        for token in (_token(match, index),)
    ]
    return ParsedText(segments=segments, tokens=tuple(_after_units(tokens)))


def door_number(text: str) -> DoorNumber | None:
    """Read a house number.

    Examples
    --------
    >>> door_number("23 A").label, door_number("5-7").label, door_number("12/3").unit
    ('23a', '5-7', '3')
    """
    match = _DOOR.fullmatch(text.strip().casefold())
    if match is None or len(match[1]) > 6:
        return None
    number = int(match[1])
    last = int(match[3]) if match[3] and len(match[3]) <= 6 and int(match[3]) > number else None
    unit = match[5] or (match[3] if match[3] and last is None else "") or ""
    return DoorNumber(number=number, suffix=match[2] or "", last=last, unit=unit.strip())


def postcode_of(text: str) -> str:
    """Take a postcode out of its country prefix; empty when there is none.

    Examples
    --------
    >>> postcode_of("LI-9496")
    '9496'
    """
    match = re.fullmatch(r"(?:[A-Za-z]{1,2}\s?[-–]?\s?)?(\d{4,6})", text.strip())
    return match[1] if match else ""


def _token(match: re.Match[str], segment: int) -> Token:
    text = match.group()
    kind, value = _kind_of(text, match.lastgroup or "word")
    return Token(text=text, kind=kind, segment=segment, start=match.start(), end=match.end(), value=value)


def _kind_of(text: str, group: str) -> tuple[Kind, str]:
    if group == "prefixed":
        return Kind.POSTCODE, postcode_of(text)
    if group in {"number", "glued"}:
        digits = text.strip()
        if digits.isdigit() and 4 <= len(digits) <= 6:
            return Kind.POSTCODE, digits
        return Kind.NUMBER, digits
    key = key_of(text)
    if key in _COUNTRIES:
        return Kind.COUNTRY, _COUNTRIES[key]
    if key in _NOISE_WORDS or (not key and text):
        return Kind.NOISE, ""
    return Kind.WORD, key


def _after_units(tokens: list[Token]) -> list[Token]:
    """Mark "3. Stock" and "Top 5" as noise: they say where in the house, not which house."""
    noise: set[int] = set()
    for i, token in enumerate(tokens):
        if token.kind is not Kind.WORD or token.value not in _UNIT_WORDS | _UNITS_AFTER:
            continue
        noise.add(i)
        following = i + 1 < len(tokens) and tokens[i + 1].kind is Kind.NUMBER
        if following and tokens[i + 1].segment == token.segment and token.value not in _UNITS_AFTER:
            noise.add(i + 1)
        elif i > 0 and tokens[i - 1].kind is Kind.NUMBER and tokens[i - 1].segment == token.segment:
            noise.add(i - 1)
    return [
        Token(text=t.text, kind=Kind.NOISE, segment=t.segment, start=t.start, end=t.end) if i in noise else t
        for i, t in enumerate(tokens)
    ]
