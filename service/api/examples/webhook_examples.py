"""The examples of webhooks in the OpenAPI description."""

from typing import Any, Final

from fastapi.openapi.models import Example

_ID: Final = "5b8f6c1e-0d62-4d52-9f0a-5f7c9f1f0a11"
_PATH: Final = f"/v1/webhooks/{_ID}"
_WEBHOOK: Final[dict[str, Any]] = {
    "id": _ID,
    "url": "https://bank.example/hooks/doorstep",
    "events": ["plan.failed", "plan.successful"],
    "description": "Case system",
    "enabled": True,
    "disabled_reason": None,
    "version": 1,
    "created_at": "2026-11-24T20:15:30.120000Z",
    "changed_at": "2026-11-24T20:15:30.120000Z",
    "links": {
        "self": _PATH,
        "deliveries": f"{_PATH}/deliveries",
        "test": f"{_PATH}/test",
        "rotate": f"{_PATH}/rotate",
    },
}
#: No secret of anybody: what base64 makes of "an example, not a secret of anyone".
_NEW: Final = _WEBHOOK | {"secret": "whsec_YW4gZXhhbXBsZSwgbm90IGEgc2VjcmV0IG9mIGFueW9uZQ=="}
_DELIVERY: Final[dict[str, Any]] = {
    "id": "9d1f7f0e-7c55-4c0e-8a63-2d9e3c5a7b10",
    "message_id": "msg_0c7d6c2b9d7e4f0fb6a1c9d0e8f7a6b5",
    "event": "plan.successful",
    "status": "delivered",
    "created_at": "2026-11-24T20:15:41.020000Z",
    "next_try_at": None,
    "finished_at": "2026-11-24T20:15:46.410000Z",
    "payload": {
        "type": "plan.successful",
        "timestamp": "2026-11-24T20:15:41.020000+00:00",
        "data": {
            "plan": "3f0c8f0e-6a55-4a56-9a53-0d5a5a1f6c11",
            "status": "successful",
            "area": "liechtenstein",
            "date": "2026-11-25",
            "created_at": "2026-11-24T20:15:30.120000+00:00",
            "finished_at": "2026-11-24T20:15:41.010000+00:00",
        },
    },
    "tries": [
        {"at": "2026-11-24T20:15:41.200000Z", "status": 503, "error": "not_accepted", "duration_ms": 41},
        {"at": "2026-11-24T20:15:46.380000Z", "status": 204, "error": None, "duration_ms": 28},
    ],
}
_TEST: Final = _DELIVERY | {
    "event": "webhook.test",
    "status": "pending",
    "next_try_at": "2026-11-24T20:15:41.020000Z",
    "finished_at": None,
    "payload": {"type": "webhook.test", "timestamp": "2026-11-24T20:15:41.020000+00:00", "data": {"webhook": _ID}},
    "tries": [],
}

WEBHOOK_EXAMPLES: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("new_webhook", "A webhook with its secret", _NEW),
    ("webhook", "A webhook", _WEBHOOK),
    ("webhooks", "All webhooks", {"webhooks": [_WEBHOOK]}),
    ("delivery", "A message that was taken at the second try", _DELIVERY),
    ("test_delivery", "A test message that waits", _TEST),
    ("deliveries", "A page with one message", {"deliveries": [_DELIVERY], "next": None}),
)
WEBHOOK_REQUESTS: Final[dict[str, Example]] = {
    "plans": {
        "summary": "Hear when plans are over",
        "value": {
            "url": "https://bank.example/hooks/doorstep",
            "events": ["plan.successful", "plan.failed", "plan.dismissed"],
            "description": "Case system",
        },
    }
}
CHANGE_REQUESTS: Final[dict[str, Example]] = {"pause": {"summary": "Send nothing for now", "value": {"enabled": False}}}
