"""Errors of planning.

PlanningError
├── UnknownTimeZoneError   a time zone that the IANA database does not have
├── MissingDayError        a day that the time zone skipped
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


class MissingDayError(PlanningError):
    """A day that the time zone skipped, as Samoa did the 30th of December 2011."""

    pointer = "/date"
    code = "missing_day"


class UnknownPolicyError(PlanningError):
    """A policy pack that does not exist."""

    pointer = "/policy"
    code = "unknown_policy"
