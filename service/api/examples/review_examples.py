"""The examples of reviews and pins in the OpenAPI description: an invented doubt about a real street."""

from typing import Any, Final

_REVIEW_ID: Final = "8f4c2f0a-52a9-4d41-8d1c-6b1d5a1e7f02"
_PIN_ID: Final = "1f6b1f9e-0d3b-4d0f-9f35-2f8c0f3f6a77"
_PATH: Final = f"/v1/geocode/reviews/{_REVIEW_ID}"
_ADDRESS: Final = "Im Pardiel 460, 9494 Schaan"
_STREET: Final = {"lat": 47.1651204, "lon": 9.5081127}
_DOOR: Final = {"lat": 47.1649981, "lon": 9.5087332}
_ANSWER: Final[dict[str, Any]] = {
    "status": "needs_review",
    "location": _STREET,
    "label": "Im Pardiel, 9494 Schaan",
    "match_level": "street",
    "location_level": "street",
    "uncertainty_m": 310,
    "confidence": 0.52,
    "match_type": "fallback",
    "components": {"house_number": "460", "street": "Im Pardiel", "place": "Schaan", "postcode": "9494"},
    "unmatched_text": "",
    "alternatives": [
        {
            "label": "Im Pardiel 46, 9494 Schaan",
            "location": _DOOR,
            "level": "house_number",
            "confidence": 0.31,
            "uncertainty_m": 15,
            "reasons": ["house_number_uncertain"],
        }
    ],
    "margin": 0.21,
    "reasons": ["house_number_unknown"],
    "provider": "gazetteer",
    "dataset_version": "3f9a1c2b",
    "review": None,
}
_REVIEW: Final[dict[str, Any]] = {
    "id": _REVIEW_ID,
    "area": "liechtenstein",
    "address": _ADDRESS,
    "source": "geocode",
    "status": "open",
    "answer": _ANSWER,
    "version": 1,
    "asked_at": "2026-11-24T20:15:30.120000Z",
    "decided_at": None,
    "pin": None,
    "links": {
        "self": _PATH,
        "accept": f"{_PATH}/accept",
        "move": f"{_PATH}/move",
        "reject": f"{_PATH}/reject",
        "page": f"/reviews#{_REVIEW_ID}",
    },
}
_ACCEPTED: Final[dict[str, Any]] = _REVIEW | {
    "status": "accepted",
    "version": 2,
    "decided_at": "2026-11-24T20:21:07.900000Z",
    "pin": {"location": _DOOR, "level": "house_number", "uncertainty_m": 15},
}
_REJECTED: Final[dict[str, Any]] = _ACCEPTED | {"status": "rejected", "pin": None}
_FIX: Final[dict[str, Any]] = _REVIEW | {
    "source": "gps",
    "answer": _ANSWER
    | {
        "location": {"lat": 47.1702118, "lon": 9.5123076},
        "label": None,
        "match_level": "point",
        "location_level": "point",
        "uncertainty_m": 12,
        "confidence": 0.3,
        "match_type": "given",
        "reasons": ["gps_far"],
        "provider": "gps",
        "margin": 0.0,
    },
}
_PIN: Final[dict[str, Any]] = {
    "id": _PIN_ID,
    "area": "liechtenstein",
    "address": _ADDRESS,
    "source": "gps",
    "location": _DOOR,
    "level": "point",
    "uncertainty_m": 9,
    "version": 1,
    "created_at": "2026-11-25T09:04:12.000000Z",
    "changed_at": "2026-11-25T09:04:12.000000Z",
}

#: Name, summary and value of each, for `components` of the description.
REVIEW_EXAMPLES: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("reviews", "One review, and no more", {"reviews": [_REVIEW], "next": None}),
    ("review", "A house number that the map lacks", _REVIEW),
    ("accepted_review", "The alternative was accepted", _ACCEPTED),
    ("rejected_review", "No place is right", _REJECTED),
    ("pinned", "A fix that became a pin", {"outcome": "pinned", "pin": _PIN, "review": None}),
    ("fix_to_review", "A fix far from the street", {"outcome": "review", "pin": None, "review": _FIX}),
    ("pins", "One pin, and no more", {"pins": [_PIN], "next": None}),
    ("pin", "A pin that the GPS of a visit set", _PIN),
)

ACCEPT_REQUESTS: Final[dict[str, Any]] = {
    "alternative": {"summary": "The first alternative", "value": {"alternative": 0}},
    "answer": {"summary": "The answer's own place", "value": {}},
}
MOVE_REQUESTS: Final[dict[str, Any]] = {
    "by hand": {"summary": "Where the planner sees the door", "value": {"location": _DOOR}},
    "copied": {
        "summary": "Copied from a Chinese map",
        "value": {"location": {"lat": 47.1649981, "lon": 9.5087332, "datum": "gcj02"}},
    },
}
PIN_REQUESTS: Final[dict[str, Any]] = {
    "visit": {
        "summary": "The GPS of a visit",
        "value": {"area": "liechtenstein", "address": _ADDRESS, "location": _DOOR, "accuracy_m": 9},
    },
    "planner": {
        "summary": "A planner knows the door",
        "value": {"address": _ADDRESS, "location": _DOOR, "source": "planner"},
    },
}
