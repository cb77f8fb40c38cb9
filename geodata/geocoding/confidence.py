"""What a score means: the share of such answers that lie within 500 m of the door."""

from typing import Final

import numpy as np

#: Score -> confidence, rising, of answers with a street, a door or a point of interest. Fitted by isotonic regression,
#: see tests/benchmarks/geocoding/calibrate.py; judged on other data in docs/benchmarks.md. From 0.46 to 0.60 they stay
#: as fitted before streets without numbers had their middle at houses: since then 0.946, on Liechtenstein alone.
_OF_STREETS: Final = (
    (0.00, 0.000),
    (0.30, 0.334),
    (0.40, 0.335),
    (0.44, 0.336),
    (0.46, 0.883),
    (0.48, 0.883),
    (0.49, 0.883),
    (0.50, 0.883),
    (0.51, 0.884),
    (0.52, 0.884),
    (0.55, 0.884),
    (0.60, 0.884),
    (0.63, 0.986),
    (0.65, 0.986),
    (0.70, 0.987),
    (0.80, 0.988),
    (0.90, 0.989),
    (1.00, 0.990),
)
#: The same of answers with a place alone: a town whose street is unknown, a Chinese village.
_OF_PLACES: Final = (
    (0.00, 0.000),
    (0.30, 0.045),
    (0.40, 0.046),
    (0.44, 0.046),
    (0.46, 0.073),
    (0.48, 0.213),
    (0.49, 0.572),
    (0.50, 0.930),
    (0.51, 0.944),
    (0.52, 0.958),
    (0.55, 0.961),
    (0.60, 0.969),
    (0.63, 0.977),
    (0.65, 0.977),
    (0.70, 0.977),
    (0.80, 0.983),
    (0.90, 0.988),
    (1.00, 0.989),
)


def confidence_of(score: float, *, is_place: bool) -> float:
    """Give the confidence of an answer with a score, both 0 to 1.

    Parameters
    ----------
    is_place : whether the answer is a place alone.

    Examples
    --------
    >>> confidence_of(0.3, is_place=False) < confidence_of(0.6, is_place=False) < confidence_of(0.95, is_place=False)
    True
    """
    scores, confidences = zip(*(_OF_PLACES if is_place else _OF_STREETS), strict=True)
    return float(np.interp(score, scores, confidences))
