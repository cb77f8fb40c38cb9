"""From what the own map and the providers say to one answer: accepted when two agree, or one explains all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from geodata.coords import BoundingBox, LonLat, great_circle_m
from geodata.geocoding.port import Candidate, GeocodeAnswer, Level, MatchType, Status
from geodata.geocoding.providers.explained import is_explained
from geodata.geocoding.providers.port import Found

#: Two that are farther apart do not mean the same place.
DISAGREE_M: Final = 2000
_ALTERNATIVE_APART_M: Final = 50
_MOST_ALTERNATIVES: Final = 5
#: Radius in which the door is expected, by what a provider found; guesses on the safe side, metres.
_UNCERTAINTY_M: Final = {
    Level.HOUSE_NUMBER: 50,
    Level.POI: 200,
    Level.STREET: 500,
    Level.PLACE: 1500,
    Level.TOWN: 5000,
    Level.REGION: 20_000,
}
_FINE: Final = frozenset({Level.HOUSE_NUMBER, Level.POI, Level.STREET, Level.PLACE})
#: With these the own map may mean the neighbour: it vouches for nobody.
_MAY_BE_NEIGHBOUR: Final = frozenset(
    {"place_unexplained", "unexplained_text", "region_unexplained", "place_contradicts", "country_contradicts"}
)
_AGREED, _EXPLAINED, _DOUBTED = 0.95, 0.85, 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one provider says of an address; `place` is of WGS-84."""

    provider: str
    place: Found


def best_of(provider: str, founds: Sequence[Found], area: BoundingBox | None) -> Opinion | None:
    """Return the provider's first place inside the area, else its first; None when it found nothing."""
    inside = [found for found in founds if area is None or found.location in area]
    chosen = next(iter([*inside, *founds]), None)
    return None if chosen is None else Opinion(provider=provider, place=chosen)


def answer_of(
    text: str, local: GeocodeAnswer, opinions: Sequence[Opinion], *, area: BoundingBox | None
) -> GeocodeAnswer:
    """Make one answer of the own map's, which is not sure, and at least one opinion.

    It is accepted when the place is fine enough and inside the area, and all names and numbers of the address are in
    the provider's label or, where it answers without one, a second source has the place too. Opinions over two
    kilometres apart are never accepted.
    """
    ranked = sorted(opinions, key=lambda one: (not _explains(one, text), _UNCERTAINTY_M[one.place.level]))
    best = ranked[0]
    location = best.place.location
    explained = _explains(best, text)
    agreed = _is_shared(best, ranked[1:], local)
    apart = disagree(opinions)
    reasons = []
    if apart:
        reasons.append("providers_disagree")
    if best.place.level not in _FINE:
        reasons.append("location_too_wide")
    if not best.place.is_exact:
        reasons.append("provider_inexact")
    if not (explained or (agreed and not best.place.label)):
        reasons.append("provider_unconfirmed")
    if area is not None and location not in area:
        reasons.append("out_of_area")
    confidence = _DOUBTED if reasons else _AGREED if agreed else _EXPLAINED
    return replace(
        local,
        status=Status.NEEDS_REVIEW if reasons else Status.ACCEPTED,
        location=location,
        label=best.place.label or local.label,
        match_level=best.place.level,
        location_level=best.place.level,
        uncertainty_m=_UNCERTAINTY_M[best.place.level],
        confidence=confidence,
        match_type=MatchType.EXACT if best.place.is_exact and best.place.level in _FINE else MatchType.FALLBACK,
        unmatched_text="" if explained else local.unmatched_text,
        alternatives=_alternatives(location, ranked[1:], local),
        margin=0.0 if apart else confidence,
        reasons=tuple(reasons),
        provider=best.provider,
    )


def disagree(opinions: Sequence[Opinion]) -> bool:
    """Whether two providers found places over two kilometres apart; one that is as wide as that says nothing."""
    fine = [one.place.location for one in opinions if one.place.level in _FINE]
    return any(great_circle_m(one, other) > DISAGREE_M for one, other in combinations(fine, 2))


def _explains(opinion: Opinion, text: str) -> bool:
    return is_explained(text, opinion.place.label, to_the_door=opinion.place.level is Level.HOUSE_NUMBER)


def _is_shared(best: Opinion, others: Sequence[Opinion], local: GeocodeAnswer) -> bool:
    """Whether a second source has the place: another provider, or the own map where it knows it to two kilometres."""
    places = [(other.place.location, _UNCERTAINTY_M[other.place.level]) for other in others if other.place.is_exact]
    vouches = local.status is not Status.AMBIGUOUS and not _MAY_BE_NEIGHBOUR & set(local.reasons)
    if local.location is not None and vouches:
        places.append((local.location, local.uncertainty_m or 0))
    limit_m = _UNCERTAINTY_M[best.place.level]
    return any(
        radius <= DISAGREE_M and great_circle_m(best.place.location, at) <= min(DISAGREE_M, limit_m + radius)
        for at, radius in places
    )


def _alternatives(chosen: LonLat, others: Sequence[Opinion], local: GeocodeAnswer) -> tuple[Candidate, ...]:
    candidates = [
        Candidate(
            label=other.place.label or other.provider,
            location=other.place.location,
            level=other.place.level,
            confidence=_DOUBTED,
            uncertainty_m=_UNCERTAINTY_M[other.place.level],
            reasons=(other.provider,),
        )
        for other in others
    ]
    if local.location is not None:
        candidates.append(
            Candidate(
                label=local.label or "",
                location=local.location,
                level=local.location_level,
                confidence=local.confidence,
                uncertainty_m=local.uncertainty_m or 0,
                reasons=local.reasons,
            )
        )
    kept: list[Candidate] = []
    for candidate in (*candidates, *local.alternatives):
        taken = [chosen, *(one.location for one in kept)]
        if all(great_circle_m(candidate.location, other) >= _ALTERNATIVE_APART_M for other in taken):
            kept.append(candidate)
    return tuple(kept[:_MOST_ALTERNATIVES])
