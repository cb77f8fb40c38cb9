"""A text as tokens with their kinds: words, house numbers, postcodes, countries and what explains itself."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Final

from geodata.geocoding.chinese_parts import spaced
from geodata.geocoding.clutter import segments_of, without_contacts
from geodata.geocoding.countries import COUNTRIES, COUNTRY_OF_NAME, Rules, postcode_of, rules_of, state_of
from geodata.geocoding.normalise import has_cjk, key_of

#: A letter behind a number is a part of it, unless a dot or a postcode follows: 12 a, 12/B, 12 bis, 1600-A.
_SUFFIX: Final = r"(?:\s?(?:bis|ter|quater)(?![^\W_])|\s?[-–/]?\s?[A-Za-z](?![^\W_])(?!\.|\s?[-–]\s?\d{4}))"
_PATTERN: Final = (
    r"(?P<prefixed>(?<!\w)(?:FL|LI|CH|AT|DE|IT|FR|ES|A|D|F|I|E|CZ|LU)\s?[-–]\s?\d{4,5}(?!\w))"
    r"{national}"
    r"|(?P<ordinal>(?<!\w)\d{1,3}(?:st|nd|rd|th|er|ère|ème|eme)(?![^\W_]))"
    r"|(?P<number>(?<![^\W\d_])\d++{suffix}(?:\s?[-–/+]\s?\d+[A-Za-z]?(?![^\W_]))*)"
    r"|(?P<glued>(?<=[^\W\d_])\d+[A-Za-z]?(?![^\W_]))"
    r"|(?P<cjk>[㐀-鿿豈-﫿]+)"
    r"|(?P<word>(?:[^\W\d_㐀-鿿豈-﫿]\.){2,}|[^\W\d_㐀-鿿豈-﫿][^\W\d_㐀-鿿豈-﫿'’]*\.?)"
)
_DOOR: Final = re.compile(
    r"(\d+)(?:\s?[-–/]?\s?(bis|ter|quater|[a-z])(?![^\W\d_]))?(?:\s?[-–]\s?(\d+)\s?([a-z]?))?(?:\s?[/+]\s?(.*))?"
)
#: Ward, block and house in one, as in Hyderabad: all of it tells the house apart.
_BLOCKS: Final = re.compile(r"(\d+)((?:\s?-\s?\d+){2,}(?:\s?/\s?[a-z\d]+)?)")
#: Folded words beside a number that says where in a house, not which house; the second kind follows its number.
_UNIT_WORDS: Final = frozenset(
    {
        "eg", "dg", "etage", "top", "tur", "wohnung", "whg", "stiege", "apt", "app", "floor", "room", "zimmer",
        "postfach", "po", "box", "附", "flat", "unit", "suite", "apartment", "appt", "appartement", "bat", "batiment",
        "escalier", "esc", "porte", "piso", "purta", "planta", "portal", "bloqu", "interno", "int", "scala", "piano",
        "rm", "bldg", "building", "wing", "bp", "apdo", "cedex", "shop", "lot",
    }
)  # fmt: skip
_UNITS_AFTER: Final = frozenset({"stock", "og", "ug", "组", "社", "栋", "幢", "室", "楼", "单元", "队"})
_NOISE_WORDS: Final = frozenset({"nr", "no", "hausnummer", "haus", "number"})


class Kind(StrEnum):
    """What a token is, before any name is known."""

    WORD = "word"
    NUMBER = "number"
    POSTCODE = "postcode"
    COUNTRY = "country"
    STATE = "state"
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
        gap = " " if len(self.suffix) > 1 and self.suffix.isalpha() else ""
        return f"{self.number}{gap}{self.suffix}{tail}"

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
    """The tokens of an address in their order, and the segments (between commas) that they stood in.

    Attributes
    ----------
    number_first : whether a number before a street is likelier its own than one behind it.
    """

    segments: tuple[str, ...]
    tokens: tuple[Token, ...]
    number_first: bool = False

    def key(self, first: int, last: int) -> str:
        """Comparison key of the text from token `first` to token `last`, both of one segment."""
        return key_of(self.slice(first, last))

    def slice(self, first: int, last: int) -> str:
        """Give the text from token `first` to token `last`."""
        segment = self.segments[self.tokens[first].segment]
        return segment[self.tokens[first].start : self.tokens[last].end]


def parse_text(
    text: str, *, is_name: Callable[[str], bool] = lambda _key: False, rules: Rules | None = None
) -> ParsedText:
    """Cut an address into tokens.

    Parameters
    ----------
    text : the address as it was typed; telephone numbers and addressees are dropped.
    is_name : whether a key names something known; cuts Chinese text where no ending does.
    rules : how the countries of the map write addresses; None for any country.
    """
    rules = rules or rules_of(frozenset())
    pattern = _token_pattern(rules)
    segments = tuple(spaced(s, is_name) if has_cjk(s) else s for s in segments_of(without_contacts(text)))
    tokens = [
        _token(match, index, rules) for index, segment in enumerate(segments) for match in pattern.finditer(segment)
    ]
    marked = _after_units(_places_of_postcodes(tokens, rules))
    return ParsedText(segments=segments, tokens=tuple(marked), number_first=rules.number_first)


@cache
def _token_pattern(rules: Rules) -> re.Pattern[str]:
    """Tokens of all countries, and the postcodes of some that are no plain digits."""
    national = ""
    if rules.allows("GB"):
        national += rf"|(?P<british>(?<![^\W_]){COUNTRIES['GB'].postcode}(?![^\W_]))"
    if rules.allows("US"):
        national += r"|(?P<zip>(?<![\w-])\d{5}-\d{4}(?![\w-]))"
    if rules.only("IN"):
        national += r"|(?P<pin>(?<![\w-])[1-9]\d{2}\s\d{3}(?![\w-]))"
    # N, E, S and W behind a number begin the name of a street there: 12 E Main Street.
    suffix = rf"(?:(?!\s[NESWnesw]\.?\s[^\W\d]){_SUFFIX})?" if rules.only("US") else f"{_SUFFIX}?"
    return re.compile(_PATTERN.replace("{national}", national).replace("{suffix}", suffix))


def door_number(text: str) -> DoorNumber | None:
    """Read a house number.

    Examples
    --------
    >>> [door_number(text).label for text in ("23 A", "12/B", "12bis", "1600-A", "5-7", "1-2-345")]
    ['23a', '12b', '12 bis', '1600a', '5-7', '1-2-345']
    >>> door_number("12/3").unit
    '3'
    """
    plain = text.strip().casefold()
    blocks = _BLOCKS.fullmatch(plain)
    if blocks is not None and len(blocks[1]) <= 6:
        return DoorNumber(number=int(blocks[1]), suffix=blocks[2].replace(" ", ""))
    match = _DOOR.fullmatch(plain)
    if match is None or len(match[1]) > 6:
        return None
    number = int(match[1])
    last = int(match[3]) if match[3] and len(match[3]) <= 6 and int(match[3]) > number else None
    unit = match[5] or (match[3] if match[3] and last is None else "") or ""
    return DoorNumber(number=number, suffix=match[2] or "", last=last, unit=unit.strip())


def _token(match: re.Match[str], segment: int, rules: Rules) -> Token:
    text = match.group()
    kind, value = _kind_of(text, match.lastgroup or "word", rules)
    return Token(text=text, kind=kind, segment=segment, start=match.start(), end=match.end(), value=value)


def _kind_of(text: str, group: str, rules: Rules) -> tuple[Kind, str]:
    if group in {"prefixed", "british", "zip", "pin"}:
        return Kind.POSTCODE, postcode_of(text)
    if group in {"number", "glued"}:
        digits = text.strip()
        if digits.isdecimal() and rules.is_postcode(digits):
            return Kind.POSTCODE, digits
        return Kind.NUMBER, digits
    key = key_of(text)
    if key in COUNTRY_OF_NAME:
        return Kind.COUNTRY, COUNTRY_OF_NAME[key]
    if key in _NOISE_WORDS or key in rules.noise or (not key and text):
        return Kind.NOISE, ""
    return Kind.WORD, key


def _places_of_postcodes(tokens: list[Token], rules: Rules) -> list[Token]:
    """Mark the two capitals that follow a town: a state of the USA, or the province of an Italian one."""
    if not (rules.only("US") or rules.only("IT")):
        return tokens
    marked = []
    for i, token in enumerate(tokens):
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        ends = following is None or following.kind is Kind.POSTCODE or following.segment != token.segment
        capitals = len(token.text) == 2 and token.text.isascii() and token.text.isalpha() and token.text.isupper()
        if i and ends and capitals and token.kind in {Kind.WORD, Kind.COUNTRY}:
            state = state_of(token.text) if rules.only("US") else ""
            if state or rules.only("IT"):
                kind = Kind.STATE if state else Kind.NOISE
                token = replace(token, kind=kind, value=state)  # noqa: PLW2901 - the same token, marked
        marked.append(token)
    return marked


def _after_units(tokens: list[Token]) -> list[Token]:
    """Mark "3. Stock" and "Top 5" as noise: they say where in the house, not which house."""
    noise: set[int] = set()
    for i, token in enumerate(tokens):
        if token.kind is not Kind.WORD or token.value not in _UNIT_WORDS | _UNITS_AFTER:
            continue
        noise.add(i)
        following = i + 1 < len(tokens) and tokens[i + 1].kind is Kind.NUMBER
        letter = i + 1 < len(tokens) and tokens[i + 1].kind is Kind.WORD and len(tokens[i + 1].value) == 1
        if (following or letter) and tokens[i + 1].segment == token.segment and token.value not in _UNITS_AFTER:
            noise.add(i + 1)
        elif i > 0 and tokens[i - 1].kind is Kind.NUMBER and tokens[i - 1].segment == token.segment:
            noise.add(i - 1)
    return [
        Token(text=t.text, kind=Kind.NOISE, segment=t.segment, start=t.start, end=t.end) if i in noise else t
        for i, t in enumerate(tokens)
    ]
