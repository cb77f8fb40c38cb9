"""The examples of batches in the OpenAPI description."""

import json
from typing import Any, Final

_BATCH_ID: Final = "7c1b6c0e-52f5-4a0b-9f58-0a6f1d1f3a11"
_ROW: Final[dict[str, Any]] = {
    "row": 2,
    "id": "case-1",
    "status": "accepted",
    "location": {"lat": 47.1649981, "lon": 9.5087332},
    "label": "Im Pardiel 46, 9494 Schaan",
    "match_level": "house_number",
    "location_level": "house_number",
    "uncertainty_m": 15,
    "confidence": 1.0,
    "match_type": "exact",
    "components": {"house_number": "46", "street": "Im Pardiel", "place": "Schaan", "postcode": "9494"},
    "unmatched_text": "",
    "alternatives": [],
    "margin": 1.0,
    "reasons": [],
    "provider": "gazetteer",
    "dataset_version": "20261101T000000Z-0123456789ab",
    "fault": None,
}
_BAD: Final[dict[str, Any]] = {
    "row": 3,
    "code": "place_missing",
    "detail": "The row has neither an address nor a location.",
    "pointer": None,
}
_ACCEPTED: Final[dict[str, Any]] = {
    "id": _BATCH_ID,
    "status": "accepted",
    "created_at": "2026-11-24T20:15:30.120000Z",
    "started_at": None,
    "finished_at": None,
    "area": "liechtenstein",
    "total": 2,
    "bad_rows": [_BAD],
    "progress": None,
    "result": None,
    "problem": None,
    "links": {
        "self": f"/v1/geocode/batches/{_BATCH_ID}",
        "events": f"/v1/geocode/batches/{_BATCH_ID}/events",
        "csv": f"/v1/geocode/batches/{_BATCH_ID}.csv",
        "xlsx": f"/v1/geocode/batches/{_BATCH_ID}.xlsx",
        "ndjson": f"/v1/geocode/batches/{_BATCH_ID}.ndjson",
    },
}
BATCH_EVENTS: Final = f"""\
retry: 2000

event: status
data: {{"status": "running", "attempt": 1, "stop_requested": false}}

event: progress
data: {{"done": 1, "total": 2, "elapsed_s": 0.3}}
id: 6a1b8d0c5e2f4739

event: status
data: {{"status": "successful", "attempt": 1, "stop_requested": false}}

event: result
data: {{"status": "successful", "problem": null, "links": {{"self": "/v1/geocode/batches/{_BATCH_ID}"}}}}
id: 0f3c9a7b1d5e8246

"""
_INVALID: Final[dict[str, Any]] = {
    **_ROW,
    "row": 3,
    "id": None,
    "status": "invalid",
    "location": None,
    "label": None,
    "match_level": "none",
    "location_level": "none",
    "uncertainty_m": None,
    "confidence": 0.0,
    "match_type": "none",
    "components": {},
    "margin": 0.0,
    "reasons": ["place_missing"],
    "fault": _BAD,
}
_FINISHED: Final[dict[str, Any]] = {
    **_ACCEPTED,
    "status": "successful",
    "started_at": "2026-11-24T20:15:30.301000Z",
    "finished_at": "2026-11-24T20:15:30.412000Z",
    "result": {
        "area": "liechtenstein",
        "area_version": "20261101T000000Z-0123456789ab",
        "counts": {"accepted": 1, "invalid": 1},
        "answers": [_ROW, _INVALID],
    },
}

BATCH_LINES: Final = "".join(json.dumps(line) + "\n" for line in (_ROW, _INVALID))
#: For `components` of the description: name, summary, value.
BATCH_COMPONENTS: Final = (
    ("accepted_batch", "A file of two rows that was just accepted", _ACCEPTED),
    ("finished_batch", "A batch that is done", _FINISHED),
)
#: Bodies of POST /v1/geocode/batches.
BATCH_REQUESTS: Final[dict[str, Any]] = {
    "two addresses": {
        "summary": "Two addresses with ids",
        "value": {
            "area": "liechtenstein",
            "queries": [
                {"id": "case-1", "address": "Im Pardiel 46, 9494 Schaan"},
                {"id": "case-2", "address": "Gewerbeweg 4, 9490 Vaduz"},
            ],
        },
    },
    "a bad query": {
        "summary": "The second query is blank: it is answered as invalid, the first is located",
        "value": {"queries": [{"address": "Im Pardiel 46, 9494 Schaan"}, {"id": "case-2", "address": " "}]},
    },
}
