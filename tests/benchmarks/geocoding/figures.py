"""How good answers are: recall, error, what was accepted, and whether confidence means what it says."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from geodata.coords import LonLat, great_circle_m
from geodata.geocoding.port import GeocodeAnswer, Status

_EDGES = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
#: An answer as near to the door as this is right.
RIGHT_M = 500
#: The assumed share of addresses whose street or village a map lacks.
LACKING = 0.05


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was asked, and how far the answer is from the truth; infinitely far where there is no location.

    `weight` is for how many addresses it stands.
    """

    text: str
    error_m: float
    answer: GeocodeAnswer
    weight: float = 1.0

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


def as_met(present: Sequence[Outcome], gone: Sequence[Outcome]) -> list[Outcome]:
    """Put together what the map has and what it lacks, as they are met: one address in twenty is not on the map.

    Answers to what the map lacks are wrong wherever they lie.
    """
    weight = LACKING / (1 - LACKING) * len(present) / max(1, len(gone))
    return [*present, *(replace(o, error_m=math.inf, weight=weight) for o in gone)]


def reliability(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """Rows of confidence against the share that is right, the head first."""
    rows = [["confidence", "answers", "mean confidence", "within 500 m", "accepted", "accepted: within 500 m"]]
    for low, high in itertools.pairwise(_EDGES):
        last = high == _EDGES[-1]
        part = [o for o in outcomes if low <= o.answer.confidence < high or (last and o.answer.confidence == high)]
        total = sum(o.weight for o in part)
        if part:
            mean = sum(o.weight * o.answer.confidence for o in part) / total
            right = sum(o.weight * (o.error_m <= RIGHT_M) for o in part) / total
            taken = sum(o.weight * o.accepted for o in part)
            of_taken = sum(o.weight * (o.accepted and o.error_m <= RIGHT_M) for o in part)
            shares = [f"{mean:.3f}", f"{right:.3f}", f"{taken / total:.3f}", f"{of_taken / taken:.3f}" if taken else ""]
            rows.append([f"{low:.2f} to {high:.2f}", f"{total:.0f}", *shares])
    return rows
