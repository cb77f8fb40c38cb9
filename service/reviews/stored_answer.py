"""Answers of a geocoder as JSON objects, for the store."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import Candidate, GeocodeAnswer, Level, MatchType, Status
from service.reviews.review import Accept, Decision, Move, Reject

JsonObject = dict[str, object]


def dump_answer(answer: GeocodeAnswer) -> JsonObject:
    """Return the answer as JSON; positions are [longitude, latitude]."""
    return {**asdict(answer), "location": _position(answer.location), "alternatives": _candidates(answer.alternatives)}


def load_answer(stored: Mapping[str, Any]) -> GeocodeAnswer:
    """Return the answer that `dump_answer` wrote. What an older version did not know has its default."""
    known = {name: stored[name] for name in GeocodeAnswer.__dataclass_fields__ if name in stored}
    return GeocodeAnswer(
        **{
            **known,
            "status": Status(stored["status"]),
            "location": _point(stored["location"]),
            "match_level": Level(stored["match_level"]),
            "location_level": Level(stored["location_level"]),
            "match_type": MatchType(stored["match_type"]),
            "alternatives": tuple(_candidate(one) for one in stored["alternatives"]),
            "reasons": tuple(stored["reasons"]),
        }
    )


def dump_decision(decision: Decision) -> JsonObject:
    """Return the decision as JSON, so that the same one is known again."""
    match decision:
        case Accept(alternative=index):
            return {"kind": "accept", "alternative": index}
        case Move(location=location):
            return {"kind": "move", "location": _position(location)}
        case Reject():
            return {"kind": "reject"}


def dump_pin(pin: Pin) -> JsonObject:
    """Return the pin as JSON."""
    return {**asdict(pin), "location": _position(pin.location)}


def load_pin(stored: Mapping[str, Any]) -> Pin:
    """Return the pin that `dump_pin` wrote."""
    lon, lat = stored["location"]
    return Pin(location=LonLat(lon, lat), level=Level(stored["level"]), uncertainty_m=stored["uncertainty_m"])


def _position(point: LonLat | None) -> list[float] | None:
    return None if point is None else [point.lon, point.lat]


def _point(stored: Sequence[float] | None) -> LonLat | None:
    return None if stored is None else LonLat(*stored)


def _candidates(alternatives: Sequence[Candidate]) -> list[JsonObject]:
    return [{**asdict(one), "location": _position(one.location)} for one in alternatives]


def _candidate(stored: Mapping[str, Any]) -> Candidate:
    lon, lat = stored["location"]
    return Candidate(
        label=stored["label"],
        location=LonLat(lon, lat),
        level=Level(stored["level"]),
        confidence=stored["confidence"],
        uncertainty_m=stored["uncertainty_m"],
        reasons=tuple(stored["reasons"]),
    )
