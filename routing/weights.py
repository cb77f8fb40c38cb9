"""What a second of each kind costs."""

from dataclasses import dataclass, fields
from typing import Final

from routing.errors import InvalidProblemError

#: So much at most: a day's cost stays far within 64 bits, and below what a mandatory visit counts.
MAX_WEIGHT: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Cost of one second on the road, of waiting, of overtime and of lateness. Penalties weigh 1."""

    travel: int = 1
    waiting: int = 0
    overtime: int = 1
    lateness: int = 1

    def __post_init__(self) -> None:
        for field in fields(self):
            weight: int = getattr(self, field.name)
            if not 0 <= weight <= MAX_WEIGHT:
                msg = f"Weights: {field.name} must be from 0 to {MAX_WEIGHT}, got {weight}."
                raise InvalidProblemError(msg)


#: Travel, overtime and lateness second by second; waiting is free.
DEFAULT_WEIGHTS: Final = Weights()
