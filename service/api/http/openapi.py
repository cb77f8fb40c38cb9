"""The OpenAPI description: its first page says what holds for every operation."""

from typing import Any, Final

from fastapi import FastAPI

from service.api.examples.examples import COMPONENTS
from service.api.http.described import complete
from service.schemas.bulk import BULK_ROWS

TITLE: Final = "doorstep"
SUMMARY: Final = "Daily routes for door-to-door visits"

DESCRIPTION: Final = """\
Plans the routes of a day: which collector visits which case, in which order, at which time, on real roads.

## Conventions

| What | How |
|---|---|
| Positions | Named fields `lat` and `lon` in JSON; **longitude before latitude** in arrays and GeoJSON. \
WGS-84, degrees. |
| Durations, lengths | Whole **seconds** (`_s`) and whole **metres** (`_m`). |
| Instants | RFC 3339 with an offset: `2026-11-25T09:00:00+01:00`. |
| Dates, times of day | ISO 8601, `2026-11-25` and `09:30`, by the clock of the branch. \
Its time zone decides what *today* is: the request's, else the area's, else the service's. |
| Bodies | JSON (RFC 8259) in UTF-8. **Unknown keys are refused**, with a pointer to the key; so are a key that comes \
twice, NaN, a number sent as a string, and a boolean sent as a number. |
| Queries | **Unknown parameters are refused**, each by its name: a misspelt filter would give too much. |
| Privacy | Neither names nor debts have a place in a request. Ids are shown on maps and in logs: use none that names \
a person. Answers about an error never repeat what was sent. |

## Who may do what

A program sends its key, a person's application the access token of the bank's identity provider:
`Authorization: Bearer dsk_…`. A key belongs to one bank (tenant), which sees nothing of any other: what is not yours
and what does not exist are the same `404`. A key has a role (planner, integrator, collector, auditor, admin) and may be
narrowed to some of its scopes; without the scope that an operation names, the answer is `403`. On the machine itself
nobody needs a key until `doorstep init` has made the first one.

## Errors

Every error is a problem (RFC 9457, `application/problem+json`). `code` is for programs and never changes; `type` can be
opened and explains the code; `detail` says what to do. `errors` has an entry for each field that breaks a rule, with
a JSON `pointer` (RFC 6901) into the body. All of them are reported at once, up to a hundred.

A case that cannot be visited is no error: the plan goes on, and the case is in `unassigned` with a reason of the same
form.

## Long work

`POST /v1/plans` answers `202` at once; `Location` is the plan. `GET` it until `status` is `successful`, `failed` or
`dismissed` (`accepted` and `running` come before: the states of OGC API Processes), not more often than `Retry-After`
says; or listen to `…/events` (server-sent events: `status`, `progress`, `result`), which costs less than asking.
With `Prefer: wait=10` the service waits up to ten seconds and answers `200` when the plan is done by then. While the
search goes on, `partial` has the best routes so far.
`POST …/stop` ends the search early and keeps the best plan so far; `DELETE` gives the plan up.

Batches of addresses, `POST /v1/geocode/batches` and `POST /v1/geocode/files`, go the same way; `DELETE` erases one with
its addresses.

## Audit

What changes something, and who looks at visits and addresses, is recorded: `GET /v1/audit`. Say why with the header
`Audit-Reason` (UTF-8, percent-encoded where it is not ASCII; it names nobody): it is recorded with what you do.

## Lists and changes

Lists come in pages: `next` is the address of the one behind, null at the end; `.ndjson` gives all of it, a JSON object
a line. Views of a plan have an `ETag`: sent back as `If-None-Match`, it is answered with `304` while nothing changed.

What can be edited has an `ETag`; a change sends it as `If-Match`, and is refused with `412` when somebody else was
faster, with `428` when it is missing.

## Sending again

A `POST` whose answer was lost is sent again with the same `Idempotency-Key` and the same body: it is answered as the
first time (with `Idempotency-Replayed: true`) and makes nothing twice, for a day. While the first is being answered:
`409` with `Retry-After`. With another body: `422`. A request that was refused (`4xx`) leaves its key unused.

`429` and `503` have a `Retry-After`. `RateLimit-Policy` and `RateLimit` say how many requests a caller has, and what is
left of them.

## Being told

`POST /v1/webhooks` has events posted to a URL of yours, signed as [Standard Webhooks](https://www.standardwebhooks.com)
says. They hold ids and states; what changed is read here.
"""

TAGS: Final = [
    {"name": "Plans", "description": "The routes of one branch on one day."},
    {"name": "Schedules", "description": "Plans that are made every working day."},
    {"name": "Branches", "description": "What the plans of a branch have in common."},
    {"name": "Cases", "description": "The overdue accounts that are visited, by your own ids."},
    {"name": "Collectors", "description": "Who visits them, by your own ids."},
    {"name": "Geocoding", "description": "Where addresses are."},
    {"name": "Webhooks", "description": "Being told when plans, batches and reviews change."},
    {"name": "Areas", "description": "The regions whose maps the service has."},
    {"name": "Access", "description": "The keys of programs, the people who may log in, and who is asking."},
    {"name": "Audit", "description": "Who did what to which thing, when and why."},
    {"name": "Persons", "description": "What is kept about one person: erased with a proof, or shown."},
    {"name": "Settings", "description": "What your bank decides for itself."},
    {"name": "Problems", "description": "What the codes of errors and reasons mean."},
    {"name": "Operation", "description": "For those who run the service."},
]


class DescribedApi(FastAPI):
    """An application whose description has the examples that its operations refer to."""

    def openapi(self) -> dict[str, Any]:
        """Return the description."""
        if self.openapi_schema is not None:
            return self.openapi_schema
        description = super().openapi()
        components = description["components"]
        components["examples"] = COMPONENTS
        for row in BULK_ROWS:  # their bodies are read by hand, so that FastAPI does not know them
            schema = row.model_json_schema(ref_template="#/components/schemas/{model}")
            components["schemas"] = {**schema.pop("$defs", {}), row.__name__: schema, **components["schemas"]}
        complete(description["paths"])
        for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own, which nothing here answers with
            components["schemas"].pop(name, None)
        return description
