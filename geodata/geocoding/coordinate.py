"""A coordinate that came with the case: it is used, and checked for the usual mistakes."""

from dataclasses import replace
from typing import Final

from geodata.coords import BoundingBox, LonLat, great_circle_m
from geodata.geocoding.port import GeocodeAnswer, Level, MatchType, Status

#: A text located farther than this from the coordinate contradicts it.
ELSEWHERE_M: Final = 2000
_NULL_ISLAND: Final = LonLat(0.0, 0.0)
_NULL_ISLAND_M: Final = 1000
#: What one expects of a coordinate typed or taken by a telephone, metres.
_GIVEN_UNCERTAINTY_M: Final = 20


def answer_coordinate(point: LonLat, *, service_area: BoundingBox | None, text: GeocodeAnswer | None) -> GeocodeAnswer:
    """Answer with the coordinate itself.

    Parameters
    ----------
    point : the coordinate as given; it stays in the answer even when it is doubted.
    service_area : where points are expected, None for anywhere.
    text : what the address text of the same case means, None when there is no text.
    """
    reasons = [*faults_of(point, service_area)]
    answer = GeocodeAnswer(status=Status.ACCEPTED) if text is None else text
    if text is not None and is_elsewhere(point, text):
        reasons.append("address_elsewhere")
    keep_text = text is not None and text.location is not None and "address_elsewhere" not in reasons
    return replace(
        answer,
        status=Status.NEEDS_REVIEW if reasons else Status.ACCEPTED,
        location=point,
        label=answer.label if keep_text else None,
        match_level=Level.POINT,
        location_level=Level.POINT,
        uncertainty_m=_GIVEN_UNCERTAINTY_M,
        confidence=0.3 if reasons else 1.0,
        match_type=MatchType.GIVEN,
        alternatives=answer.alternatives if "address_elsewhere" in reasons else (),
        margin=0.0 if reasons else 1.0,
        reasons=tuple(reasons),
        provider="given",
    )


def faults_of(point: LonLat, service_area: BoundingBox | None) -> list[str]:
    """Say what is wrong with a coordinate, as machine-readable reasons."""
    if great_circle_m(point, _NULL_ISLAND) <= _NULL_ISLAND_M and (service_area is None or point not in service_area):
        return ["null_island"]
    if service_area is None or point in service_area:
        return []
    if abs(point.lon) <= 90 and LonLat(point.lat, point.lon) in service_area:
        return ["swapped_coordinates", "out_of_area"]
    return ["out_of_area"]


def is_elsewhere(point: LonLat, text: GeocodeAnswer) -> bool:
    """Whether everything that the text may mean is far from the point."""
    if text.location is None:
        return False
    limit = max(ELSEWHERE_M, text.uncertainty_m or 0)
    meant = [text.location]
    if text.status is Status.AMBIGUOUS:
        meant += [candidate.location for candidate in text.alternatives]
    return all(great_circle_m(point, location) > limit for location in meant)
