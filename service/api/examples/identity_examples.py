"""Examples of keys, users and callers."""

from typing import Any, Final

_KEY_ID: Final = "5b1f7c3e-8f0e-4e0b-9a51-0f9b7d1c2a34"
_USER_ID: Final = "c0a8f1d2-3b4c-4d5e-8f90-a1b2c3d4e5f6"
_KEY: Final[dict[str, Any]] = {
    "id": _KEY_ID,
    "name": "case system",
    "hint": "dsk_Xy12AbCd",
    "role": "integrator",
    "scopes": ["cases:read", "cases:write"],
    "created_at": "2026-11-25T08:00:00Z",
    "created_by": "init",
    "expires_at": "2027-11-25T00:00:00Z",
    "last_used_at": None,
    "revoked_at": None,
}
_USER: Final[dict[str, Any]] = {
    "id": _USER_ID,
    "email": "planner@bank.example",
    "role": "planner",
    "active": True,
    "linked": False,
    "created_at": "2026-11-25T08:00:00Z",
    "last_login_at": None,
}

KEY_REQUESTS: Final[dict[str, Any]] = {
    "narrow": {
        "summary": "A key that writes cases and ends in a year",
        "value": {
            "name": "case system",
            "role": "integrator",
            "scopes": ["cases:read", "cases:write"],
            "expires_at": "2027-11-25T00:00:00Z",
        },
    },
    "whole": {"summary": "A key of a planner", "value": {"name": "branch office", "role": "planner"}},
}
USER_REQUESTS: Final[dict[str, Any]] = {
    "planner": {"summary": "A planner", "value": {"email": "planner@bank.example", "role": "planner"}}
}
USER_CHANGES: Final[dict[str, Any]] = {
    "out": {"summary": "Shut somebody out", "value": {"active": False}},
    "role": {"summary": "Another role", "value": {"role": "auditor"}},
}

IDENTITY_EXAMPLES: Final[dict[str, Any]] = {
    "new_key": {
        "summary": "The key and its secret",
        "value": {"key": _KEY, "secret": "dsk_Xy12AbCd" + "0" * 35},
    },
    "key": {"summary": "A key", "value": _KEY},
    "keys": {"summary": "A page of keys", "value": {"keys": [_KEY], "next": None}},
    "user": {"summary": "A user", "value": _USER},
    "users": {"summary": "A page of users", "value": {"users": [_USER], "next": None}},
    "me": {
        "summary": "A key of the case system",
        "value": {
            "tenant": "main",
            "kind": "key",
            "subject": _KEY_ID,
            "role": "integrator",
            "scopes": ["cases:read", "cases:write"],
        },
    },
}
