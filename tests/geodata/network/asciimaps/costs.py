"""What a trip costs, as a scenario states it: distances at a speed, waits and walks, added up."""

import re
from dataclasses import dataclass
from typing import Final

#: Pace from the road to a door, metres per second.
WALKING_M_PER_S: Final = 1.25
#: How much longer the way on the ground is than the straight line.
DETOUR: Final = 1.3
#: OpenStreetMap's coordinates are whole 1e-7 degrees: a length is known to about this.
GRAIN_M: Final = 0.02
_DRIVEN: Final = re.compile(r"(?P<metres>[\d.]+) m at (?P<kmh>[\d.]+) km/h\b.*")
_TIMED: Final = re.compile(r"(?P<metres>[\d.]+) m in (?P<seconds>[\d.]+) s\b.*")
_WALKED: Final = re.compile(r"(?P<metres>[\d.]+) m on foot")
_WAITED: Final = re.compile(r"(?P<seconds>[\d.]+) s\b.*")


class ScenarioError(ValueError):
    """A scenario that does not say what it means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a trip takes: its parts add up before anything is rounded, but for the walks."""

    metres: float
    driven_s: float
    walked_s: int

    @property
    def seconds(self) -> int:
        """Whole seconds from door to door."""
        return round(self.driven_s) + self.walked_s


def cost(text: str) -> Cost:
    """Add up what a trip takes.

    Examples
    --------
    >>> cost("100 m at 30 km/h + 60 s at the gate + 10 m on foot").seconds
    82
    """
    metres, driven_s, walked_s, margin_s = 0.0, 0.0, 0, 0.0
    for part in text.split(" + "):
        if match := _WALKED.fullmatch(part):
            walked_s += int(DETOUR * float(match["metres"]) / WALKING_M_PER_S + 0.5)
        elif match := _DRIVEN.fullmatch(part):
            driven_s += float(match["metres"]) * 3.6 / float(match["kmh"])
            margin_s = max(margin_s, GRAIN_M * 3.6 / float(match["kmh"]))
        elif match := _TIMED.fullmatch(part) or _WAITED.fullmatch(part):
            driven_s += float(match["seconds"])
        else:
            msg = f"This is no cost: {part!r}. One reads '100 m at 30 km/h', '50 m on foot' or '60 s at the gate'."
            raise ScenarioError(msg)
        metres += float(match.groupdict().get("metres", "0"))
    if abs(driven_s % 1 - 0.5) < margin_s:
        msg = f"{text!r} is {driven_s:.3f} s: take other lengths, a millimetre decides which second that is."
        raise ScenarioError(msg)
    return Cost(metres=metres, driven_s=driven_s, walked_s=walked_s)
