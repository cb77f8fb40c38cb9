"""The examples of requests in the OpenAPI description: real addresses of Liechtenstein, invented cases."""

from typing import Any, Final

VADUZ: Final = {"lat": 47.1410304, "lon": 9.5209277}

_SMALL_DAY: Final = {
    "date": "2026-11-25",
    "area": "liechtenstein",
    "cases": [
        {
            "id": "case-1",
            "address": "Im Pardiel 46, 9494 Schaan",
            "priority": 80,
            "windows": [{"start": "09:00", "end": "12:00"}, {"start": "17:00", "end": "19:00"}],
        },
        {"id": "case-2", "address": "Gewerbeweg 4, 9490 Vaduz", "service_s": 900, "required_skills": ["german"]},
        {"id": "case-3", "location": {"lat": 47.1064, "lon": 9.5247}, "mandatory": True},
    ],
    "collectors": [
        {
            "id": "collector-1",
            "start": {"location": VADUZ},
            "end": {"location": VADUZ},
            "shift": {"start": "08:30", "end": "17:30"},
            "vehicle": "car",
            "skills": ["german"],
        }
    ],
    "options": {"budget_s": 5, "seed": 1},
}
_SHORTEST: Final = {
    "cases": [{"id": "case-1", "address": "Gewerbeweg 4, 9490 Vaduz"}],
    "collectors": [
        {
            "id": "collector-1",
            "start": {"address": "Im Pardiel 46, 9494 Schaan"},
            "shift": {"start": "08:00", "end": "17:00"},
        }
    ],
}
_WET_DAY: Final = _SHORTEST | {
    "roads": {
        "season": "wet",
        "closed_ways": [3035],
        "observed_speeds": [{"way": 375, "kmh": 18, "direction": "both"}],
    },
}
_RULES: Final = {
    "cases": [
        {
            "id": "case-1",
            "address": "Im Pardiel 46, 9494 Schaan",
            "windows": [{"start": "09:00", "end": "10:00", "grace_s": 1800}],
            "setup_s": 300,
            "excluded_skills": ["trainee"],
        },
        {
            "id": "case-2",
            "address": "Gewerbeweg 4, 9490 Vaduz",
            "pin": {"collector": "collector-1", "position": 1},
        },
        {"id": "case-3", "location": {"lat": 47.1064, "lon": 9.5247}, "allowed_collectors": ["collector-2"]},
    ],
    "collectors": [
        {
            "id": "collector-1",
            "start": {"location": VADUZ},
            "end": {"location": VADUZ},
            "shift": {"start": "08:00", "end": "18:00"},
            "overtime_after": "17:00",
            "max_work_s": 30600,
            "max_driving_s": 14400,
            "breaks": [
                {"after_work_s": 10800, "duration_s": 900},
                {"earliest": "11:30", "latest": "13:00", "duration_s": 2700},
            ],
        },
        {
            "id": "collector-2",
            "start": {"location": VADUZ},
            "shift": {"start": "08:00", "end": "17:00"},
            "pace_percent": 120,
            "max_visits": 8,
            "prefix": ["case-3"],
        },
    ],
    "options": {
        "weights": {"travel": 1, "waiting": 0, "overtime": 2, "lateness": 3},
        "start": {"routes": [{"collector": "collector-1", "cases": ["case-2", "case-1"]}]},
    },
}
#: Bodies of POST /v1/plans.
PLAN_REQUESTS: Final[dict[str, Any]] = {
    "small day": {"summary": "Three cases, one collector", "value": _SMALL_DAY},
    "shortest": {"summary": "The shortest request: all defaults", "value": _SHORTEST},
    "rules": {
        "summary": "Grace, pins, limits, breaks, a frozen beginning, weights, a start",
        "value": _RULES,
    },
    "a branch": {
        "summary": "A stored branch: its due cases, its collectors, and one case more",
        "value": {"branch": "vaduz", "date": "2026-11-25", "case_ids": ["2026-00017"], "due_cases": True},
    },
    "wet day": {"summary": "A wet day: a closed road, and one where traffic crawls", "value": _WET_DAY},
}
#: Bodies of POST /v1/areas/{name}/reachable.
REACH_REQUESTS: Final[dict[str, Any]] = {
    "half an hour": {
        "summary": "Half an hour by car from Vaduz",
        "value": {"location": VADUZ, "vehicle": "car", "minutes": 30},
    },
    "on a wet day": {
        "summary": "The same on a wet day with a closed way",
        "value": {
            "location": VADUZ,
            "vehicle": "car",
            "minutes": 30,
            "roads": {"season": "wet", "closed_ways": [375]},
        },
    },
}
#: Bodies of POST /v1/geocode/reverse.
REVERSE_REQUESTS: Final[dict[str, Any]] = {
    "a door": {
        "summary": "Which door is this?",
        "value": {"area": "liechtenstein", "locations": [{"lat": 47.165, "lon": 9.5087}]},
    }
}
#: Bodies of POST /v1/geocode.
GEOCODE_REQUESTS: Final[dict[str, Any]] = {
    "two addresses": {
        "summary": "Two addresses",
        "value": {
            "area": "liechtenstein",
            "queries": [{"address": "Im Pardiel 46, 9494 Schaan"}, {"address": "Gewerbeweg 4, 9490 Vaduz"}],
        },
    }
}
