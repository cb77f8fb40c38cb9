"""Errors of planning.

PlanningError
├── UnknownTimeZoneError   a time zone that the IANA database does not have
└── UnknownPolicyError     a policy pack that does not exist
"""


class PlanningError(Exception):
    """Base of every error that planning raises on purpose. `pointer` is the JSON pointer of the field."""

    pointer = ""
    code = "planning_error"


class UnknownTimeZoneError(PlanningError):
    """A time zone that the IANA database does not have."""

    pointer = "/time_zone"
    code = "unknown_time_zone"


class UnknownPolicyError(PlanningError):
    """A policy pack that does not exist."""

    pointer = "/policy"
    code = "unknown_policy"
