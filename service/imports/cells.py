"""What a cell says: words of people turned into values of a request, and back."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from service.geocoding.rows import DATUMS, degrees_of
from service.spreadsheets.sheet import Cell, text_of

_YES: Final = frozenset({"yes", "y", "true", "1", "x", "ja", "oui", "是", "真", "有"})
_NO: Final = frozenset({"no", "n", "false", "0", "nein", "non", "否", "假", "无"})
_DAY: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_CLOCK: Final = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?")
_WINDOW: Final = re.compile(r"(\S+?)\s*[-–~～至]\s*([^\s+]+)\s*(?:\+\s*(\d+))?")
_SUPPRESSION: Final = re.compile(r"(\w+)(?:\s+([^\s#]*?)\.\.([^\s#]*))?\s*(?:#(.*))?", re.DOTALL)
_BREAK: Final = re.compile(r"(\d+)(?:\s+(\d\S*)?\s*-\s*(\d\S*)?)?(?:\s+after\s+(\d+))?")
#: What parts several values in one cell; one in a value has a backslash before it.
_PARTS: Final = re.compile(r"(?<!\\)(?:[;；\n]|、)")


class CellError(ValueError):
    """A cell that does not say what its column says. The message is the rule, and repeats nothing."""

    def __init__(self, rule: str, *, code: str) -> None:
        super().__init__(rule)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class CellKind:
    """How a value is read from a cell that is not blank, and written into one. `form` says it to people."""

    read: Callable[[Cell], object]
    write: Callable[[Any], Cell | None]
    form: str


def _whole(cell: Cell) -> int:
    try:
        return int(text_of(cell))
    except ValueError:
        rule = "Must be a whole number."
        raise CellError(rule, code="wrong_type") from None


def _degrees(cell: Cell) -> float:
    degrees = degrees_of(cell)
    if degrees is None:
        rule = "Must be degrees as a number, such as 47.141."
        raise CellError(rule, code="wrong_number")
    return degrees


def _write_degrees(degrees: float) -> Cell:
    """Write a number; one with more digits than spreadsheets keep is a text."""
    return degrees if float(f"{degrees:.15g}") == degrees else repr(degrees)


def _flag(cell: Cell) -> bool:
    word = text_of(cell).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    rule = "Must be yes or no."
    raise CellError(rule, code="unknown_word")


def _day(text: Cell) -> str:
    found = _DAY.fullmatch(text_of(text))
    if found is None:
        rule = "Must be a date as YYYY-MM-DD."
        raise CellError(rule, code="iso_date")
    year, month, day = (int(part) for part in found.groups())
    return f"{year:04}-{month:02}-{day:02}"


def _clock(text: Cell) -> str:
    found = _CLOCK.fullmatch(text_of(text))
    if found is None:
        rule = "Must be a local time as HH:MM."
        raise CellError(rule, code="local_time")
    return f"{int(found[1]):02}:{found[2]}:{found[3] or '00'}"


def _datum(cell: Cell) -> str:
    found = DATUMS.get(text_of(cell).casefold().replace("-", "").replace(":", "").replace(" ", ""))
    if found is None:
        rule = "Must be wgs84, gcj02 or bd09."
        raise CellError(rule, code="unknown_word")
    return found.value


def _parts(cell: Cell) -> list[str]:
    parts = [part.strip().replace("\\;", ";").replace("\\\\", "\\") for part in _PARTS.split(text_of(cell))]
    return [part for part in parts if part]


def _joined(parts: list[str]) -> str:
    return "; ".join(part.replace("\\", "\\\\").replace(";", "\\;") for part in parts)


def _window(text: str) -> dict[str, object]:
    found = _WINDOW.fullmatch(text)
    if found is None:
        rule = "Must be windows as 09:00-12:00; 14:00-17:00, with +600 for 600 seconds of grace."
        raise CellError(rule, code="local_time")
    grace = {} if found[3] is None else {"grace_s": int(found[3])}
    return {"start": _clock(found[1]), "end": _clock(found[2]), **grace}


def _write_window(window: dict[str, Any]) -> str:
    grace = f"+{window['grace_s']}" if window.get("grace_s") else ""
    return f"{_write_clock(window['start'])}-{_write_clock(window['end'])}{grace}"


def _write_clock(clock: str) -> str:
    return clock.removesuffix(":00") if clock.count(":") > 1 else clock


def _suppression(text: str) -> dict[str, object]:
    found = _SUPPRESSION.fullmatch(text)
    if found is None:
        rule = "Must be a reason with days, as dispute 2026-11-01..2026-12-31; hardship"
        raise CellError(rule, code="wrong_text")
    reason, since, until, reference = found.groups()
    days = {name: _day(day) for name, day in (("since", since), ("until", until)) if day}
    return {"reason": reason.lower(), **days, **({"evidence_ref": reference} if reference else {})}


def _write_suppression(one: dict[str, Any]) -> str:
    since, until = one.get("since") or "", one.get("until") or ""
    days = f" {since}..{until}" if since or until else ""
    reference = f" #{one['evidence_ref']}" if one.get("evidence_ref") else ""
    return f"{one['reason']}{days}{reference}"


def _break(text: str) -> dict[str, object]:
    found = _BREAK.fullmatch(text)
    if found is None:
        rule = "Must be seconds with times or work before it, as 2700 11:30-13:00; 900 after 10800"
        raise CellError(rule, code="wrong_text")
    seconds, earliest, latest, after = found.groups()
    rest: dict[str, object] = {"duration_s": int(seconds)}
    if earliest:
        rest["earliest"] = _clock(earliest)
    if latest:
        rest["latest"] = _clock(latest)
    if after:
        rest["after_work_s"] = int(after)
    return rest


def _write_break(rest: dict[str, Any]) -> str:
    text = str(rest["duration_s"])
    if rest.get("earliest") or rest.get("latest"):
        text += f" {_write_clock(rest.get('earliest') or '')}-{_write_clock(rest.get('latest') or '')}"
    return text + (f" after {rest['after_work_s']}" if rest.get("after_work_s") is not None else "")


TEXT: Final = CellKind(read=text_of, write=lambda value: value, form="text")
WORD: Final = CellKind(read=lambda cell: text_of(cell).lower(), write=lambda value: value, form="a word")
WHOLE: Final = CellKind(read=_whole, write=lambda value: value, form="a whole number")
DEGREES: Final = CellKind(read=_degrees, write=_write_degrees, form="degrees, as 47.141")
DATUM: Final = CellKind(read=_datum, write=lambda value: value, form="wgs84, gcj02 or bd09")
FLAG: Final = CellKind(read=_flag, write=lambda value: "yes" if value else "no", form="yes or no")
DAY: Final = CellKind(read=_day, write=lambda value: value, form="a date, as 2026-11-25")
CLOCK: Final = CellKind(read=_clock, write=_write_clock, form="a time, as 08:30")
WORDS: Final = CellKind(read=_parts, write=_joined, form="several, with ; between them")
DAYS: Final = CellKind(
    read=lambda cell: [_day(part) for part in _parts(cell)], write="; ".join, form="dates, with ; between them"
)
WINDOWS: Final = CellKind(
    read=lambda cell: [_window(part) for part in _parts(cell)],
    write=lambda windows: "; ".join(map(_write_window, windows)),
    form="as 09:00-12:00; 14:00-17:00, and +600 behind one for 600 seconds of grace",
)
SUPPRESSIONS: Final = CellKind(
    read=lambda cell: [_suppression(part) for part in _parts(cell)],
    write=lambda found: _joined([_write_suppression(one) for one in found]),
    form="as dispute 2026-11-01..2026-12-31 #evidence; hardship",
)
BREAKS: Final = CellKind(
    read=lambda cell: [_break(part) for part in _parts(cell)],
    write=lambda breaks: "; ".join(map(_write_break, breaks)),
    form="seconds with times, or work before it: 2700 11:30-13:00; 900 after 10800",
)
