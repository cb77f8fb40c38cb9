"""Random numbers of a chain's own (splitmix64: Steele, Lea, Flood 2014, 10.1145/2714064.2660195)."""

import numpy as np

from routing.engines.compiled import kernel
from routing.engines.hybrid.layout import Words

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


@kernel
def mixed(word: np.uint64) -> np.uint64:
    """Scatter the bits of a word."""
    word = (word ^ (word >> _30)) * _FIRST
    word = (word ^ (word >> _27)) * _SECOND
    return word ^ (word >> _31)


@kernel
def uniform(chance: Words) -> float:
    """Draw from [0, 1)."""
    chance[0] += _STEP
    return float(mixed(chance[0]) >> _11) * 1.1102230246251565e-16


@kernel
def below(chance: Words, limit: int) -> int:
    """Draw a whole number from 0 to limit - 1."""
    return int(uniform(chance) * limit)
