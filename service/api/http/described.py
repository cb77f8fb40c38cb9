"""What the description says of all operations, beside what each says of itself: who gets in, how often, and twice."""

from typing import Any, Final

from service.api.examples.plain_examples import ANSWERS, BODIES
from service.api.http.documented import Responses, problems
from service.errors import PROBLEM_MEDIA_TYPE

_GUARDED: Final = problems(
    "not_authenticated", "credentials_refused", "not_allowed", "cross_site_request", "rate_limited"
)
_REPEATABLE: Final = problems("idempotency_key_busy", "idempotency_key_reused", "invalid_request")
#: Every operation refuses parameters of the query that it does not know.
_STRICT: Final = problems("invalid_request")
#: An ETag of ours, and the same where any version will do.
_ETAG: Final = r'^"[1-9]\d{0,8}"$'
_ETAG_OR_ANY: Final = r'^(\*|"[1-9]\d{0,8}")$'
_RETRY_AFTER: Final = {
    "description": "Seconds to wait before the request is sent again.",
    "schema": {"type": "integer", "minimum": 1},
}
_RATE_LIMIT: Final = {
    "RateLimit-Policy": {
        "description": 'The limits: `"caller";q=12000;w=60` is 12000 requests in 60 seconds.',
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": 'What is left of each, and seconds until there is more: `"caller";r=11987;t=1`.',
        "schema": {"type": "string"},
    },
}
#: FastAPI's own body of a 422, which nothing here answers with.
_IS_FASTAPIS: Final = "HTTPValidationError"
#: The statuses that say when to come back; 409 does where waiting helps.
_WITH_RETRY_AFTER: Final = ("429", "503")
_KEY_PARAMETER: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A key of your own for this request, such as a UUID: sent again with the same body, the request is "
    "answered again and makes nothing twice. Kept for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": '^("[!#-~]{1,253}"|[!#-~]{1,255})$'},
    "example": "0d7c6c2b-9d7e-4f0f-b6a1-c9d0e8f7a6b5",
}


def complete(paths: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Add to the paths of a description what holds for many of its operations."""
    for path, methods in paths.items():
        for method, operation in methods.items():
            if _IS_FASTAPIS in str(operation["responses"].get("422")):  # an id in the path that is none is a 404
                del operation["responses"]["422"]
            if "security" in operation:
                _may_answer(operation, _GUARDED)
            if path.startswith("/v1/"):
                _may_answer(operation, _STRICT)
            if "428" in operation["responses"]:
                _require_preconditions(operation)
            if method == "post" and path.startswith("/v1/"):
                operation.setdefault("parameters", []).append(_KEY_PARAMETER)
                _may_answer(operation, _REPEATABLE)
            _say_when_to_come_back(operation["responses"])
            operation["responses"] = dict(sorted(operation["responses"].items()))
            if (body := BODIES.get((method, path))) is not None:
                _show(operation["requestBody"], body)
            if (answer := ANSWERS.get((method, path))) is not None:
                _show(operation["responses"]["200"], answer)


def _require_preconditions(operation: dict[str, Any]) -> None:
    """Say which header is needed, for 428 is answered without it; a PUT that may also create needs it at times only."""
    for parameter in operation.get("parameters", []):
        if parameter["name"].lower() == "if-match":
            any_will_do = "*" in parameter["schema"].get("examples", ())
            parameter["schema"] = {"type": "string", "pattern": _ETAG_OR_ANY if any_will_do else _ETAG}
            parameter["example"] = '"1"'
            parameter["required"] = "201" not in operation["responses"]
        elif parameter["name"] == "Audit-Reason":
            parameter["schema"] = {"type": "string", "minLength": 1}
            parameter["required"] = True


def _say_when_to_come_back(responses: dict[str, Any]) -> None:
    for status in _WITH_RETRY_AFTER:
        if status in responses:
            responses[status].setdefault("headers", {})["Retry-After"] = _RETRY_AFTER
    if "429" in responses:
        responses["429"]["headers"].update(_RATE_LIMIT)


def _show(of: dict[str, Any], example: Any) -> None:
    of["content"]["application/json"]["examples"] = {"example": {"value": example}}


def _may_answer(operation: dict[str, Any], more: Responses) -> None:
    """Add problems to those that an operation has already."""
    responses = operation["responses"]
    for status, response in more.items():
        there = responses.setdefault(str(status), {**response})
        found = there.get("content", {}).get(PROBLEM_MEDIA_TYPE, {}).get("examples")
        if found is None:  # it has an answer of its own with this status
            continue
        examples = {**found, **response["content"][PROBLEM_MEDIA_TYPE]["examples"]}
        title = there["description"].partition(":")[0]
        there["description"] = f"{title}: " + ", ".join(f"`{code}`" for code in examples)
        there["content"] = {
            PROBLEM_MEDIA_TYPE: {**there["content"][PROBLEM_MEDIA_TYPE], "examples": examples},
        }
