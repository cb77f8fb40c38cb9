"""Errors of the store.

StoreError
├── PlanNotFoundError         no plan has that id
├── ReviewNotFoundError       no review has that id
├── ReviewChangedError        somebody else changed the review first
├── PinNotFoundError          no pin has that id
├── PinChangedError           somebody else changed the pin first
├── VersionChangedError       somebody else changed it first
├── SealBrokenError           a row that is sealed with another key than its tenant's
├── WrongSecretKeyError       keys that were wrapped with another DOORSTEP_SECRET_KEY
├── PlanFinishedError         the plan is over: it cannot be stopped or dismissed any more
├── BatchNotFoundError        no batch of addresses has that id
├── BatchFinishedError        the batch is over
├── ResourceNotFoundError     no branch, case or collector has that id
├── ResourceExistsError       there is one already, and nobody said which version is to be changed
├── ResourceChangedError      somebody else changed it first
├── UnknownBranchError        a case or collector of a branch that is not there
├── BranchInUseError          a branch that has cases or collectors
├── WebhookNotFoundError      no webhook has that id
├── TooManyWebhooksError      the tenant has as many as it may
├── DeliveryNotFoundError     no delivery of the webhook has that id
├── KeyReusedError            an Idempotency-Key that came with another request before
├── KeyBusyError              a request with the Idempotency-Key is being answered
├── LostClaimError            the work is no longer this worker's: dismissed, or taken over by another worker
├── UnstorableValueError      JSON that PostgreSQL cannot keep (a NUL character, a lone surrogate, NaN)
├── BackupError               a backup cannot be made or restored
├── SchemaBehindError         the tables are older than this doorstep needs
├── InvalidDatabaseUrlError   a database URL that is not PostgreSQL's
└── EmbeddedServerError       the embedded PostgreSQL cannot start
    └── StateDirInUseError    another doorstep runs on the same state folder
"""


class StoreError(Exception):
    """Base of every error that the store raises on purpose. Messages never hold what a plan holds."""


class PlanNotFoundError(StoreError):
    """No plan has that id."""


class ReviewNotFoundError(StoreError):
    """No review has that id."""


class ReviewChangedError(StoreError):
    """Somebody else changed the review first."""


class PinNotFoundError(StoreError):
    """No pin has that id."""


class PinChangedError(StoreError):
    """Somebody else changed the pin first."""


class VersionChangedError(StoreError):
    """Somebody else changed it first."""


class PersonNotFoundError(StoreError):
    """Nobody is known by what was given."""


class AmbiguousPersonError(StoreError):
    """What was given fits several people."""


class PersonAtWorkError(StoreError):
    """A worker computes something with this person in it."""


class LinkNotFoundError(StoreError):
    """The plan has no preview link of that id."""


class SealBrokenError(StoreError):
    """A row that is sealed with another key than its tenant's."""


class WrongSecretKeyError(StoreError):
    """Keys that were wrapped with another DOORSTEP_SECRET_KEY."""


class PlanFinishedError(StoreError):
    """The plan is over: it cannot be stopped or dismissed any more."""


class BatchNotFoundError(StoreError):
    """No batch of addresses has that id."""


class BatchFinishedError(StoreError):
    """The batch is over: it cannot be stopped any more."""


class ResourceNotFoundError(StoreError):
    """No branch, case or collector has that id; `kind` says which of them."""

    def __init__(self, message: str, *, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class ResourceExistsError(StoreError):
    """There is one of that id already, and nobody said which version of it is to be changed."""


class ResourceChangedError(StoreError):
    """Somebody else changed it first."""


class UnknownBranchError(StoreError):
    """A case or a collector of a branch that is not there."""


class BranchInUseError(StoreError):
    """A branch that has cases or collectors."""


class TooMuchWaitingError(StoreError):
    """A tenant has as much work waiting as it may."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} wait already, as many as may: send this one when some of them are done.")


class WebhookNotFoundError(StoreError):
    """No webhook has that id."""


class TooManyWebhooksError(StoreError):
    """The tenant has as many webhooks as it may."""


class DeliveryNotFoundError(StoreError):
    """No delivery of the webhook has that id."""


class KeyReusedError(StoreError):
    """The Idempotency-Key came with another request before."""


class KeyBusyError(StoreError):
    """A request with the Idempotency-Key is being answered."""


class LostClaimError(StoreError):
    """The work is no longer this worker's: dismissed, or taken over by another worker."""


class UnstorableValueError(StoreError):
    """JSON that PostgreSQL cannot keep: a NUL character, a lone surrogate, NaN."""


class InvalidDatabaseUrlError(StoreError):
    """A database URL that is not PostgreSQL's."""


class EmbeddedServerError(StoreError):
    """The embedded PostgreSQL cannot start."""


class StateDirInUseError(EmbeddedServerError):
    """Another doorstep runs on the same state folder."""


class BackupError(StoreError):
    """A backup cannot be made or restored; the message says why and what to do."""


class SchemaBehindError(StoreError):
    """The tables are older than this doorstep needs: `doorstep migrate` was not run."""
