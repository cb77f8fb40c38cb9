"""Errors of planning.

PlanningError
├── UnknownTimeZoneError   a time zone that the IANA database does not have
├── MissingDayError        a day that the time zone skipped
├── UnknownPolicyError     a policy pack that does not exist
├── UnknownVehicleError    a vehicle whose roads the area does not have
├── UnknownSeasonError     a season that a vehicle does not know
├── UnknownStoredError     branches, cases and collectors that are stored, where nothing is stored
├── UnknownPlanError       an earlier plan that is not there, or has no routes
└── UndrivablePrefixError  cases that a route has to begin with, and cannot
"""


class PlanningError(Exception):
    """Base of every error that planning raises on purpose. `pointer` is the JSON pointer of the field."""

    pointer = ""
    code = "planning_error"

    @property
    def pointers(self) -> tuple[str, ...]:
        """The JSON pointers of all fields that the message holds for."""
        return (self.pointer,)


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


class UnknownVehicleError(PlanningError):
    """A vehicle whose roads the area does not have, wherever the request names one."""

    code = "unknown_vehicle"

    def __init__(self, message: str, *, pointers: tuple[str, ...]) -> None:
        super().__init__(message)
        self.pointer = pointers[0]
        self._pointers = pointers

    @property
    def pointers(self) -> tuple[str, ...]:
        """Every field that names such a vehicle."""
        return self._pointers


class UnknownSeasonError(PlanningError):
    """A season that a vehicle of the request does not know."""

    pointer = "/roads/season"
    code = "unknown_season"


class UnknownStoredError(PlanningError):
    """Branches, cases and collectors that are stored, where nothing is stored: without a service."""

    code = "unknown_stored"

    def __init__(self, message: str, *, pointers: tuple[str, ...]) -> None:
        super().__init__(message)
        self.pointer = pointers[0]
        self._pointers = pointers

    @property
    def pointers(self) -> tuple[str, ...]:
        """Every field that names something that is stored."""
        return self._pointers


class UnknownPlanError(PlanningError):
    """An earlier plan that is not there, or has no routes."""

    pointer = "/options/start/plan"
    code = "unknown_plan"


class UndrivablePrefixError(PlanningError):
    """Cases that a route has to begin with, and cannot."""

    code = "undrivable_prefix"

    def __init__(self, message: str, *, pointer: str) -> None:
        super().__init__(message)
        self.pointer = pointer
