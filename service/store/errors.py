"""Errors of the store.

StoreError
├── PlanNotFoundError         no plan has that id
├── PlanFinishedError         the plan is over: it cannot be stopped or dismissed any more
├── LostClaimError            the plan is no longer this worker's: dismissed, or taken over by another worker
├── UnstorableValueError      JSON that PostgreSQL cannot keep (a NUL character, a lone surrogate, NaN)
├── InvalidDatabaseUrlError   a database URL that is not PostgreSQL's
└── EmbeddedServerError       the embedded PostgreSQL cannot start
    └── StateDirInUseError    another doorstep runs on the same state folder
"""


class StoreError(Exception):
    """Base of every error that the store raises on purpose. Messages never hold what a plan holds."""


class PlanNotFoundError(StoreError):
    """No plan has that id."""


class PlanFinishedError(StoreError):
    """The plan is over: it cannot be stopped or dismissed any more."""


class LostClaimError(StoreError):
    """The plan is no longer this worker's: dismissed, or taken over by another worker."""


class UnstorableValueError(StoreError):
    """JSON that PostgreSQL cannot keep: a NUL character, a lone surrogate, NaN."""


class InvalidDatabaseUrlError(StoreError):
    """A database URL that is not PostgreSQL's."""


class EmbeddedServerError(StoreError):
    """The embedded PostgreSQL cannot start."""


class StateDirInUseError(EmbeddedServerError):
    """Another doorstep runs on the same state folder."""
