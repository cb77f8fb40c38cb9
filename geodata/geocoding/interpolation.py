"""House numbers along an interpolation line: the map has its ends, the doors between stand at even steps."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.parse import DoorNumber, door_number
from geodata.geocoding.raw import Line, RawDoor

_STEPS: Final = {"odd": 2, "even": 2, "all": 1}
_MOST: Final = 500


def doors_between(first: RawDoor, last: RawDoor, line: Line, how: str) -> Iterator[RawDoor]:
    """Give the doors between two numbers of an interpolation line, without its ends.

    Parameters
    ----------
    first, last : the numbered nodes at the ends of this stretch of the line.
    line : the stretch, from `first` to `last`.
    how : the value of addr:interpolation: odd, even, all, alphabetic or a step.
        Source: https://wiki.openstreetmap.org/wiki/Addresses#Using_interpolation

    Yields
    ------
    RawDoor, of the street of the ends. None where the ends contradict the rule or each other.
    """
    if first.street != last.street:
        return
    low, high = door_number(first.number), door_number(last.number)
    if low is None or high is None:
        return
    labels = _labels(low, high, how)
    length = sum(great_circle_m(LonLat(*a), LonLat(*b)) for a, b in pairwise(line))
    for index, label in enumerate(labels, start=1):
        location = _along(line, length * index / (len(labels) + 1))
        yield replace(first, number=label, location=location, reach_m=int(length / 4) + 1)


def _labels(low: DoorNumber, high: DoorNumber, how: str) -> list[str]:
    """Numbers strictly between two, in the order from `low` to `high`."""
    if how == "alphabetic":
        if low.number != high.number:
            return []
        ends = [ord(end.suffix) if len(end.suffix) == 1 else ord("a") - 1 for end in (low, high)]
        return [f"{low.number}{chr(c)}" for c in _between(ends[0], ends[1], 1)]
    step = int(how) if how.isdecimal() and len(how) <= 3 else _STEPS.get(how, 0)
    parity = {"odd": 1, "even": 0}.get(how)
    a, b = low.number, high.number
    if step < 1 or (b - a) % step or (parity is not None and {a % 2, b % 2} != {parity}):
        return []
    return [str(n) for n in _between(a, b, step)]


def _between(a: int, b: int, step: int) -> list[int]:
    if abs(b - a) > _MOST * step:
        return []
    return list(range(a, b, step if b > a else -step))[1:]


def _along(line: Line, metres: float) -> LonLat:
    """Find the point that far along a line."""
    for start, end in pairwise(line):
        stretch = great_circle_m(LonLat(*start), LonLat(*end))
        if metres <= stretch and stretch > 0:
            share = metres / stretch
            return LonLat(start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
        metres -= stretch
    return LonLat(*line[-1])
