"""The table of problems: each code with its status, and the words for whoever reads it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKind:
    """One kind of error: what a client branches on, and what a person reads."""

    code: str
    status: int
    title: str
    detail: str


KINDS: Final[dict[str, ProblemKind]] = {
    code: ProblemKind(code=code, status=status, title=title, detail=detail)
    for code, status, title, detail in (
        ("bad_request", 400, "Request cannot be read", "The request is not valid HTTP for this service."),
        ("malformed_json", 400, "Body is not JSON", "Send one JSON value in UTF-8, as RFC 8259 describes it."),
        (
            "not_authenticated",
            401,
            "Who are you?",
            "Send a key or a token: Authorization: Bearer dsk_…. `doorstep init` makes the first key.",
        ),
        ("credentials_refused", 401, "Key refused", "It is unknown, has expired or was revoked. Ask for a new one."),
        ("not_allowed", 403, "Not allowed", "Your role or key lacks the scope for this."),
        ("cross_site_request", 403, "Request of another site", "A page of another origin may change nothing here."),
        ("not_found", 404, "Nothing here", "No resource has this address. The reference at /docs lists them all."),
        ("plan_not_found", 404, "No such plan", "No plan has this id. Use the Location that POST /v1/plans gave."),
        ("review_not_found", 404, "No such review", "No review has this id. GET /v1/geocode/reviews lists them all."),
        ("pin_not_found", 404, "No such pin", "No pin has this id. GET /v1/geocode/pins lists them all."),
        (
            "person_not_found",
            404,
            "Nobody is known by this",
            "Nothing is kept of whoever fits all that you gave. Name a case or a collector by its id.",
        ),
        ("link_not_found", 404, "No such link", "The plan has no link of this id. GET …/links lists them all."),
        ("schedule_not_found", 404, "No such schedule", "No schedule has this id. GET /v1/schedules lists them."),
        ("route_not_found", 404, "No such route", "The plan has fewer routes. Without ?route= all of them are shown."),
        ("batch_not_found", 404, "No such batch", "No batch has this id, or it was erased. Send the addresses again."),
        ("branch_not_found", 404, "No such branch", "No branch has this id. GET /v1/branches lists them all."),
        ("visit_not_found", 404, "No such visit", "The case has no visit of this id. GET its visits lists them all."),
        ("case_not_found", 404, "No such case", "No case has this id. GET /v1/cases lists them all."),
        (
            "collector_not_found",
            404,
            "No such collector",
            "No collector has this id. GET /v1/collectors lists them all.",
        ),
        ("key_not_found", 404, "No such key", "No key has this id. GET /v1/keys lists them all."),
        ("user_not_found", 404, "No such user", "No user has this id. GET /v1/users lists them all."),
        ("webhook_not_found", 404, "No such webhook", "No webhook has this id. GET /v1/webhooks lists them all."),
        ("delivery_not_found", 404, "No such delivery", "No delivery of the webhook has this id, or it was erased."),
        ("area_not_found", 404, "No such area", "No prepared area has this name. GET /v1/areas lists them all."),
        ("method_not_allowed", 405, "Method not allowed", "The Allow header names the methods of this resource."),
        ("plan_not_done", 409, "Plan is not done yet", "Wait until its status is successful, then ask again."),
        ("plan_without_result", 409, "Plan has no result", "The plan failed or was dismissed. Make a new one."),
        ("batch_not_done", 409, "Batch is not done yet", "Wait until its status is successful, then ask again."),
        ("batch_without_result", 409, "Batch has no answers", "The batch failed. Send the addresses again."),
        ("person_ambiguous", 409, "Several people fit", "Name the person by the id of a case."),
        (
            "person_at_work",
            409,
            "Person is being planned",
            "Nothing was erased. Try again when running plans end.",
        ),
        ("too_many_webhooks", 409, "Too many webhooks", "There are as many as there may be. Delete one that is idle."),
        (
            "idempotency_key_busy",
            409,
            "Still being answered",
            "A request with this Idempotency-Key is under way. Send it again after Retry-After.",
        ),
        ("plan_finished", 409, "Plan is over", "A finished plan cannot be dismissed."),
        ("branch_in_use", 409, "Branch is in use", "Cases or collectors belong to it. Move or delete them first."),
        ("resource_changed", 412, "Somebody was faster", "It has changed. Read it again, and change what it is now."),
        ("name_taken", 409, "Is there already", "Something of this name is there. Choose another one."),
        ("version_changed", 412, "Somebody was faster", "It has changed. Read it again, and decide on that."),
        ("review_changed", 412, "Somebody was faster", "The review has changed. Read it again, and decide on that."),
        ("pin_changed", 412, "Somebody was faster", "The pin has changed. Read it again, and decide on that."),
        ("body_too_large", 413, "Body is too large", "Send fewer cases in one request, or ask for a higher limit."),
        (
            "unsupported_media_type",
            415,
            "Content-Type is not supported",
            "Send the body with Content-Type: application/json.",
        ),
        ("host_not_allowed", 421, "Host not served", "The service answers only to the names in its allowed_hosts."),
        ("invalid_request", 422, "Request breaks rules", "Correct what errors names, and send the request again."),
        ("invalid_file", 422, "File cannot be read", "Send a CSV or XLSX file whose first row names the columns."),
        (
            "too_much_waiting",
            429,
            "Too much is waiting",
            "Wait until some of what you sent is done, then send this again.",
        ),
        ("reason_missing", 428, "Reason is missing", "Say why in the header Audit-Reason: it is recorded."),
        (
            "idempotency_key_reused",
            422,
            "Key was used already",
            "This Idempotency-Key came with another request before. Take a new key for each request.",
        ),
        ("rate_limited", 429, "Too many requests", "Send it again after Retry-After; RateLimit-Policy has the limits."),
        ("version_missing", 428, "Version is missing", 'Send the ETag of what you change as If-Match, such as "1".'),
        ("internal_error", 500, "Internal error", "The fault is ours. Report the incident to the operator."),
        ("planning_failed", 500, "Planning failed", "The fault is ours. Send the plan again or tell the operator."),
        (
            "geocoding_failed",
            500,
            "Locating failed",
            "The fault is ours. Send the addresses again or tell the operator.",
        ),
        ("worker_lost", 500, "Workers were lost", "Every worker that took this work died. Tell the operator."),
        ("database_unavailable", 503, "Database is away", "Nothing was stored. Try again in a few seconds."),
        (
            "area_unusable",
            503,
            "Area cannot be used",
            (
                "Its files are damaged, gone or of another version. "
                "Build it again: doorstep area build --pbf FILE --name NAME"
            ),
        ),
        (
            "provider_away",
            503,
            "Identity provider is away",
            "It does not say whether this token is good. Try again in a minute.",
        ),
        (
            "secret_key_wrong",
            503,
            "Secret key does not fit",
            "The keys in the database were wrapped with another DOORSTEP_SECRET_KEY. Tell the operator.",
        ),
        ("not_ready", 503, "Not ready", "A part that is needed is missing; errors says which."),
    )
}


def type_uri(code: str) -> str:
    """Return the URI reference that names the problem; it can be opened."""
    return f"/problems/{code}"
