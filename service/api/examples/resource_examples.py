"""Examples of branches, cases and collectors in the OpenAPI description: real addresses, invented people."""

import json
from typing import Any, Final

from service.schemas.bulk import BulkResult

_AT: Final = "2026-11-28T17:45:10.120000Z"
_STORED: Final = {"version": 1, "created_at": _AT, "changed_at": _AT}

_BRANCH: Final[dict[str, Any]] = {
    "name": "Vaduz",
    "area": "liechtenstein",
    "time_zone": "Europe/Vaduz",
    "policy": "cn",
    "calendar": {"weekdays": ["mon", "tue", "wed", "thu", "fri"], "holidays": ["2026-12-08"], "extra_days": []},
    "shifts": [{"start": "08:00", "end": "17:00"}],
    "start": {"location": {"lat": 47.1410304, "lon": 9.5209277}},
    "end": {"location": {"lat": 47.1410304, "lon": 9.5209277}},
}
_CASE: Final[dict[str, Any]] = {
    "address": "Im Pardiel 46, 9494 Schaan",
    "branch": "vaduz",
    "priority": 80,
    "service_s": 1200,
    "windows": [{"start": "09:00", "end": "12:00"}],
    "days_past_due": 95,
    "due_on": "2026-11-25",
    "name": "Anna Muster",
    "phone": "+423 232 11 11",
    "suppressions": [{"reason": "hospital", "since": "2026-11-02", "until": "2026-11-20"}],
    "visited_on": ["2026-10-12"],
}
_COLLECTOR: Final[dict[str, Any]] = {
    "branch": "vaduz",
    "vehicle": "car",
    "skills": ["senior"],
    "max_visits": 20,
    "name": "Max Muster",
}
_VISIT: Final[dict[str, Any]] = {
    "visited_on": "2026-11-25",
    "outcome": "promised",
    "collector": "collector-1",
    "promised_on": "2026-12-15",
    "suppressions": [{"reason": "active_plan", "until": "2026-12-15"}],
}


def _one(summary: str, value: object) -> dict[str, Any]:
    return {"example": {"summary": summary, "value": value}}


BRANCH_REQUESTS: Final = _one("A branch", _BRANCH)
BRANCH_PATCHES: Final = _one("Other holidays", {"calendar": {"holidays": ["2026-12-08", "2026-12-24"]}})
CASE_REQUESTS: Final = _one("A case", _CASE)
CASE_PATCHES: Final = _one("More urgent, and no window any more", {"priority": 95, "windows": None})
CASE_SEARCHES: Final = _one("Who has this telephone?", {"phone": "00423 2321111", "status": "open"})
CASE_ROWS: Final = _one("Two cases", [{"id": "2026-00017", **_CASE}, {"id": "2026-00018", "address": "Landstrasse 19"}])
COLLECTOR_REQUESTS: Final = _one("A collector", _COLLECTOR)
COLLECTOR_PATCHES: Final = _one("Away", {"status": "inactive"})
COLLECTOR_ROWS: Final = _one("A collector", [{"id": "collector-1", **_COLLECTOR}])
VISIT_REQUESTS: Final = _one("Payment was promised", _VISIT)

_BRANCH_OUT: Final = {"id": "vaduz", **_BRANCH, **_STORED}
_CASE_OUT: Final = {"id": "2026-00017", **_CASE, **_STORED}
_COLLECTOR_OUT: Final = {"id": "collector-1", **_COLLECTOR, **_STORED}
_VISIT_OUT: Final = {"id": "1b1f0f8e-95d0-4c8c-9df5-0f6d0a1e2c33", "created_at": _AT, **_VISIT}
_REFUSED: Final = {
    "pointer": "/windows/0/end",
    "code": "window_order",
    "detail": "end must be later than start, on the same day.",
}
_BULK: Final = BulkResult.model_validate(
    {
        "dry_run": False,
        "counts": {"created": 1, "updated": 0, "unchanged": 0, "refused": 1},
        "rows": [
            {"row": 1, "id": "2026-00017", "outcome": "created", "version": 1, "errors": []},
            {"row": 2, "id": "2026-00018", "outcome": "refused", "version": None, "errors": [_REFUSED]},
        ],
    }
).model_dump(mode="json")
IMPORTED: Final[dict[str, Any]] = _BULK | {
    "read_as": "CSV, utf-8, semicolon",
    "columns": ["id", "address", "priority", "windows"],
    "ignored_columns": [5],
}

CASE_LINES: Final = json.dumps(_CASE_OUT, ensure_ascii=False) + "\n"
COLLECTOR_LINES: Final = json.dumps(_COLLECTOR_OUT, ensure_ascii=False) + "\n"
RESOURCE_COMPONENTS: Final[tuple[tuple[str, str, Any], ...]] = (
    ("branch", "A branch", _BRANCH_OUT),
    ("branches", "The only branch", {"branches": [_BRANCH_OUT], "next": None}),
    ("case", "A case", _CASE_OUT),
    ("cases", "A page of cases", {"cases": [_CASE_OUT], "next": None}),
    ("found_cases", "The case that was looked for", {"cases": [_CASE_OUT], "next": None}),
    ("collector", "A collector", _COLLECTOR_OUT),
    ("collectors", "The only collector", {"collectors": [_COLLECTOR_OUT], "next": None}),
    ("visit", "A visit", _VISIT_OUT),
    ("visits", "The only visit", {"visits": [_VISIT_OUT], "next": None}),
    ("bulk_result", "One row was good", _BULK),
    ("import_result", "One row of a file was good", IMPORTED),
)
