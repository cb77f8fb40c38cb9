"""The examples of the audit log, of preview links and of settings in the OpenAPI description."""

from typing import Any, Final

_PLAN_ID: Final = "3f0c8f0e-6a55-4a56-9a53-0d5a5a1f6c11"
_KEY_ID: Final = "6f2a1b7e-7a55-4a0e-8f1d-0f3b6d0c9a12"
_LINK: Final[dict[str, Any]] = {
    "id": "c0a5c2d4-9d63-4f0e-8a3d-1e5f7a9b2c31",
    "plan": _PLAN_ID,
    "route": 1,
    "created_by": _KEY_ID,
    "created_at": "2026-11-24T20:31:02.410000Z",
    "expires_at": "2026-11-25T23:00:00Z",
    "revoked_at": None,
    "last_opened_at": None,
}
_ENTRY: Final[dict[str, Any]] = {
    "seq": 42,
    "at": "2026-11-24T20:31:02.415112Z",
    "actor": {"kind": "key", "id": _KEY_ID, "role": "planner"},
    "action": "link.created",
    "object": {"kind": "plan", "id": _PLAN_ID},
    "reason": "ticket 1742",
    "request": "b1946ac92492d2347c6235b4d2611184",
    "details": {"link": _LINK["id"], "route": 1},
    "hash": "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4",
}
RECORD_EXAMPLES: Final = (
    (
        "erasure",
        "A person with one case, who is on one plan",
        {
            "at": "2026-11-24T20:31:02.415112Z",
            "found": True,
            "cases": ["case-1"],
            "collectors": [],
            "taken": [{"kind": "plan", "id": "8c2ad0ef-15f6-4a31-9b53-0b3d9a8f6f0e", "whole": False, "paused": False}],
            "erased": {"cases": 1, "case_visits": 2, "pins": 1, "reviews": 0, "geocode_batches": 0},
            "blanked": {"plans": 1},
            "left": {"plans": 0, "cases": 0, "case_visits": 0, "pins": 0, "reviews": 0, "geocode_batches": 0},
            "audit": {"seq": 42, "hash": _ENTRY["hash"]},
            "earlier": None,
        },
    ),
    (
        "person_export",
        "A person with one case",
        {
            "cases": ["case-1"],
            "collectors": [],
            "kept": {"cases": [{"id": "case-1", "address": "Im Pardiel 46, 9494 Schaan"}]},
        },
    ),
    (
        "new_link",
        "A link until the end of the day",
        {"link": _LINK, "url": "https://doorstep.example/r/f3Zb0u8h3qVn1kV3w5mDq7oQm2bL9xYpT4sR6aEjKcM"},
    ),
    ("links", "A page with one link", {"links": [_LINK], "next": None}),
    ("audit", "A page with one entry", {"entries": [_ENTRY], "next": "/v1/audit?limit=1&before=42"}),
    (
        "audit_head",
        "A log of 42 entries",
        {"seq": 42, "hash": _ENTRY["hash"], "head": f"42:{_ENTRY['hash']}"},
    ),
    (
        "settings",
        "Plans are kept for 90 days, all else as long as the service says",
        {
            "max_running": None,
            "max_waiting": None,
            "navigation": True,
            "keep_plans_days": 90,
            "keep_cases_days": None,
            "keep_collectors_days": None,
            "keep_batches_days": None,
            "keep_reviews_days": None,
            "keep_pins_days": None,
            "keep_links_days": None,
            "keep_answers_days": None,
            "keep_deliveries_days": None,
            "keep_access_days": None,
        },
    ),
)
