"""Errors of routing.

RoutingError
├── InvalidProblemError    a Problem that breaks a rule; the message names the thing, shows it, says the rule
├── InvalidScheduleError   a sequence that cannot be scheduled at all (an unknown index, a visit twice)
└── EngineError            an engine that broke, died, or answered what `check` refuses
"""


class RoutingError(Exception):
    """Base of every error that routing raises on purpose."""


class InvalidProblemError(RoutingError):
    """A Problem that breaks a rule."""


class InvalidScheduleError(RoutingError):
    """A sequence that cannot be scheduled at all."""


class EngineError(RoutingError):
    """An engine that broke, died, or answered what `check` refuses."""
