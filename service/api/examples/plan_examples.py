"""Examples of plans: as they go on, their result, their lines, their turns and their map."""

import json
from typing import Any, Final

from service.api.examples.place_examples import ATTRIBUTION, SCHAAN
from service.api.examples.request_examples import VADUZ
from service.cases.refusal import Refusal
from service.schemas.base import Location
from service.schemas.navigation import NavigationLinks
from service.schemas.problem import Reason

_PLAN_ID: Final = "3f0c8f0e-6a55-4a56-9a53-0d5a5a1f6c11"
_LINKS: Final = {
    "self": f"/v1/plans/{_PLAN_ID}",
    "geojson": f"/v1/plans/{_PLAN_ID}.geojson",
    "sheet": f"/v1/plans/{_PLAN_ID}/sheet",
    "map": f"/plans/{_PLAN_ID}/map",
    "events": f"/v1/plans/{_PLAN_ID}/events",
    "stop": f"/v1/plans/{_PLAN_ID}/stop",
}
PLAN_EVENTS: Final = f"""\
retry: 2000

event: status
data: {{"status": "running", "attempt": 1, "stop_requested": false}}

event: progress
data: {{"stage": "solving", "cost_s": 2710, "unserved_mandatory": 0, "assigned": 3, "unassigned": 1, "elapsed_s": 1.4, \
"budget_s": 5.0}}
id: 6a1b8d0c5e2f4739

event: status
data: {{"status": "successful", "attempt": 1, "stop_requested": false}}

event: result
data: {{"status": "successful", "problem": null, "links": {{"self": "/v1/plans/{_PLAN_ID}"}}}}
id: 0f3c9a7b1d5e8246

"""

_ACCEPTED_PLAN: Final[dict[str, Any]] = {
    "id": _PLAN_ID,
    "status": "accepted",
    "created_at": "2026-11-24T20:15:30.120000Z",
    "started_at": None,
    "finished_at": None,
    "attempt": 0,
    "stop_requested": False,
    "area": "liechtenstein",
    "date": "2026-11-25",
    "progress": None,
    "partial": None,
    "result": None,
    "problem": None,
    "links": _LINKS,
}
_STOPPING_PLAN: Final[dict[str, Any]] = _ACCEPTED_PLAN | {
    "status": "running",
    "started_at": "2026-11-24T20:15:30.480000Z",
    "attempt": 1,
    "stop_requested": True,
    "progress": {
        "stage": "solving",
        "cost_s": 2710,
        "unserved_mandatory": 0,
        "assigned": 3,
        "unassigned": 1,
        "elapsed_s": 1.4,
        "budget_s": 5.0,
    },
    "partial": {
        "cost_s": 2710,
        "assigned": 1,
        "elapsed_s": 1.2,
        "routes": [
            {
                "collector": "collector-1",
                "departure": "2026-11-25T08:53:08+01:00",
                "arrival": "2026-11-25T09:26:52+01:00",
                "stops": [{"case": "case-1", "arrival": "2026-11-25T09:00:00+01:00"}],
            }
        ],
    },
}
_DISMISSED_PLAN: Final[dict[str, Any]] = _ACCEPTED_PLAN | {
    "status": "dismissed",
    "finished_at": "2026-11-24T20:15:31.020000Z",
    "stop_requested": True,
}
_LEG: Final = {"travel_s": 412, "length_m": 3650, "access_s": 24}
_STOP: Final = {
    "number": 1,
    "case": "case-1",
    "location": SCHAAN,
    "priority": 80,
    "mandatory": False,
    "arrival": "2026-11-25T09:00:00+01:00",
    "start": "2026-11-25T09:00:00+01:00",
    "departure": "2026-11-25T09:20:00+01:00",
    "service_s": 1200,
    "waiting_s": 0,
    "leg": _LEG,
    "navigation": NavigationLinks.to(Location(**SCHAAN), vehicle="car").model_dump(),
    "flags": ["street_preferred"],
}
_ROUTE: Final = {
    "collector": "collector-1",
    "vehicle": "car",
    "start": VADUZ,
    "end": VADUZ,
    "departure": "2026-11-25T08:53:08+01:00",
    "arrival": "2026-11-25T09:26:52+01:00",
    "travel_s": 824,
    "length_m": 7300,
    "service_s": 1200,
    "waiting_s": 0,
    "stops": [_STOP],
    "return_leg": _LEG,
    "start_flags": [],
    "end_flags": [],
}
_REASON: Final = Reason.of(Refusal(code="address_not_found", pointer="/cases/1/address")).model_dump()
_FINISHED_PLAN: Final[dict[str, Any]] = _ACCEPTED_PLAN | {
    "status": "successful",
    "started_at": "2026-11-24T20:15:30.480000Z",
    "finished_at": "2026-11-24T20:15:36.910000Z",
    "attempt": 1,
    "result": {
        "date": "2026-11-25",
        "time_zone": "Europe/Vaduz",
        "area": "liechtenstein",
        "area_version": "3f9a1c2b",
        "attribution": ATTRIBUTION,
        "policy_version": "cn-2025-1",
        "engine": "hybrid",
        "seed": 1,
        "cost": {"travel_s": 824, "penalty_s": 3000, "total_s": 3824, "unserved_mandatory": 0},
        "routes": [_ROUTE],
        "unassigned": [
            {"case": "case-2", "priority": 50, "mandatory": False, "location": None, "reason": _REASON},
        ],
        "unavailable_collectors": [],
        "geocoding": [],
        "roads": {"season": "wet", "closed_ways": [3035], "observed_ways": [375], "unknown_ways": []},
    },
}
_SHEET: Final[dict[str, Any]] = {
    "date": "2026-11-25",
    "time_zone": "Europe/Vaduz",
    "attribution": ATTRIBUTION,
    "routes": [
        {
            "number": 1,
            "collector": "collector-1",
            "vehicle": "car",
            "start": VADUZ,
            "end": VADUZ,
            "departure": "2026-11-25T08:53:08+01:00",
            "arrival": "2026-11-25T09:26:52+01:00",
            "breaks": [],
            "legs": [
                _LEG
                | {
                    "stop": 1,
                    "case": "case-1",
                    "location": SCHAAN,
                    "navigation": NavigationLinks.to(Location(**SCHAAN), vehicle="car").model_dump(),
                    "departure": "2026-11-25T08:53:08+01:00",
                    "arrival": "2026-11-25T09:00:00+01:00",
                    "steps": [
                        {"turn": "start", "name": "Städtle", "length_m": 240, "duration_s": 38},
                        {"turn": "left", "name": "Landstrasse", "length_m": 2980, "duration_s": 291},
                        {"turn": "roundabout", "name": "Im Pardiel", "length_m": 404, "duration_s": 59},
                        {"turn": "arrive", "name": "Im Pardiel", "length_m": 0, "duration_s": 0},
                    ],
                },
            ],
        }
    ],
}
_GEOJSON: Final[dict[str, Any]] = {
    "type": "FeatureCollection",
    "attribution": ATTRIBUTION,
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [[9.5209277, 47.1410304], [9.5087332, 47.1649981]]},
            "properties": {
                "kind": "leg",
                "collector": "collector-1",
                "stop": 1,
                "travel_s": 412,
                "length_m": 3650,
            },
        },
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [9.5087332, 47.1649981]},
            "properties": {
                "kind": "stop",
                "collector": "collector-1",
                "number": 1,
                "case": "case-1",
                "arrival": "2026-11-25T09:00:00+01:00",
                "priority": 80,
            },
        },
    ],
}


_LISTED_PLAN: Final = {
    **{key: _FINISHED_PLAN[key] for key in ("id", "status", "area", "date", "created_at", "started_at", "finished_at")},
    "self": _LINKS["self"],
}
#: The lines of a list of plans and of a plan's visits, as NDJSON.
PLAN_LINES: Final = json.dumps(_LISTED_PLAN) + "\n"
VISIT_LINES: Final = "".join(
    json.dumps({"type": kind, "plan": _PLAN_ID, "date": "2026-11-25"} | line) + "\n"
    for kind, line in (
        ("stop", {"route": 1, "collector": "collector-1"} | _STOP),
        ("unassigned", _FINISHED_PLAN["result"]["unassigned"][0]),
    )
)
PLAN_EXAMPLES: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("accepted_plan", "A plan that was just accepted", _ACCEPTED_PLAN),
    ("stopping_plan", "A plan whose search was asked to end", _STOPPING_PLAN),
    ("dismissed_plan", "A plan that was given up", _DISMISSED_PLAN),
    ("finished_plan", "A plan that is done", _FINISHED_PLAN),
    ("sheet", "The way to a stop, turn by turn", _SHEET),
    ("geojson", "A leg and a stop", _GEOJSON),
    ("plans", "A page with one plan", {"plans": [_LISTED_PLAN], "next": None}),
)
