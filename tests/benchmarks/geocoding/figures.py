"""How good answers are: recall, error, what was accepted, and whether confidence means what it says."""

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.port import GeocodeAnswer, Status

_EDGES = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
_RIGHT_M = 500


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was asked, and how far the answer is from the truth; infinitely far where there is no location."""

    text: str
    error_m: float
    answer: GeocodeAnswer

    @property
    def accepted(self) -> bool:
        """Whether a visit would be planned on it."""
        return self.answer.status is Status.ACCEPTED


def outcome(text: str, truth: LonLat, answer: GeocodeAnswer) -> Outcome:
    """Hold an answer against the truth."""
    error = math.inf if answer.location is None else great_circle_m(truth, answer.location)
    return Outcome(text=text, error_m=error, answer=answer)


def recall(outcomes: Sequence[Outcome], within_m: float) -> float:
    """Share of all that are located within a distance, accepted or not."""
    return sum(o.error_m <= within_m for o in outcomes) / max(1, len(outcomes))


def accepted_share(outcomes: Sequence[Outcome]) -> float:
    """Share that a visit would be planned on."""
    return sum(o.accepted for o in outcomes) / max(1, len(outcomes))


def precision(outcomes: Sequence[Outcome], within_m: float) -> float:
    """Share of the accepted that are right; 1 where nothing was accepted."""
    accepted = [o for o in outcomes if o.accepted]
    return recall(accepted, within_m) if accepted else 1.0


def quantile(outcomes: Sequence[Outcome], share: float) -> float:
    """Error in metres below which that share lies."""
    errors = sorted(o.error_m for o in outcomes)
    return errors[min(len(errors) - 1, math.ceil(share * len(errors)) - 1)] if errors else math.nan


def reliability(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """Rows of confidence against the share that is right, the head first."""
    rows = [["confidence", "answers", "mean confidence", "within 500 m", "accepted", "accepted: within 500 m"]]
    for low, high in itertools.pairwise(_EDGES):
        last = high == _EDGES[-1]
        part = [o for o in outcomes if low <= o.answer.confidence < high or (last and o.answer.confidence == high)]
        if part:
            mean = statistics.fmean(o.answer.confidence for o in part)
            taken = [o for o in part if o.accepted]
            right = f"{recall(taken, _RIGHT_M):.3f}" if taken else ""
            shares = [f"{mean:.3f}", f"{recall(part, _RIGHT_M):.3f}", f"{accepted_share(part):.3f}", right]
            rows.append([f"{low:.2f} to {high:.2f}", str(len(part)), *shares])
    return rows
