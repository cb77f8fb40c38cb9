"""Examples of schedules in the OpenAPI description."""

from typing import Any, Final

_SCHEDULE: Final[dict[str, Any]] = {
    "name": "Vaduz, every morning",
    "at": "06:00",
    "plan_day": "same",
    "calendar": {"weekdays": ["mon", "tue", "wed", "thu", "fri"], "holidays": ["2026-12-08"], "extra_days": []},
    "request": {
        "area": "liechtenstein",
        "time_zone": "Europe/Vaduz",
        "cases": [{"id": "case-1", "address": "Im Pardiel 46, 9494 Schaan"}],
        "collectors": [
            {
                "id": "collector-1",
                "start": {"location": {"lat": 47.1410304, "lon": 9.5209277}},
                "shift": {"start": "08:00", "end": "17:00"},
            }
        ],
    },
}
_RUN: Final = {
    "slot": "2026-11-25T05:00:00Z",
    "at": "2026-11-25T05:00:01.210000Z",
    "plan": "3f0c8f0e-6a55-4a56-9a53-0d5a5a1f6c11",
    "problem": None,
}
_STORED: Final[dict[str, Any]] = _SCHEDULE | {
    "id": "8d0f9d0e-1a55-4a56-9a53-0d5a5a1f6c11",
    "enabled": True,
    "version": 1,
    "created_at": "2026-11-24T20:15:30.120000Z",
    "changed_at": "2026-11-24T20:15:30.120000Z",
    "next_run_at": "2026-11-26T05:00:00Z",
    "runs": [_RUN],
}
SCHEDULE_REQUESTS: Final[dict[str, Any]] = {
    "daily": {"summary": "Every working day at six", "value": _SCHEDULE},
}
SCHEDULE_COMPONENTS: Final = (
    ("schedule", "A schedule that has run once", _STORED),
    ("schedules", "A page with one schedule", {"schedules": [_STORED | {"runs": []}], "next": None}),
)
