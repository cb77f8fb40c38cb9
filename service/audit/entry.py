"""What the audit log says: who did what to which thing, why and when. Ids only, never a name, telephone or address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

MAX_REASON: Final = 300
#: So many digits in a row are a telephone or identity number; an @ is an address of somebody.
_PERSONAL: Final = re.compile(r"@|\d{11}")


class Action(StrEnum):
    """What was done, as `thing.what`."""

    PLAN_CREATED = "plan.created"
    PLAN_STOPPED = "plan.stopped"
    PLAN_DISMISSED = "plan.dismissed"
    PLAN_READ = "plan.read"
    CASE_CHANGED = "case.changed"
    CASE_ERASED = "case.erased"
    CASE_READ = "case.read"
    CASES_SEARCHED = "case.searched"
    CASE_VISITED = "case.visited"
    CASE_VISIT_ERASED = "case.visit_erased"
    COLLECTOR_READ = "collector.read"
    COLLECTOR_CHANGED = "collector.changed"
    COLLECTOR_ERASED = "collector.erased"
    BRANCH_CHANGED = "branch.changed"
    BRANCH_ERASED = "branch.erased"
    REVIEW_READ = "review.read"
    REVIEW_DECIDED = "review.decided"
    REVIEW_ERASED = "review.erased"
    PIN_READ = "pin.read"
    PIN_SET = "pin.set"
    PIN_REMOVED = "pin.removed"
    BATCH_CREATED = "batch.created"
    BATCH_STOPPED = "batch.stopped"
    BATCH_DISMISSED = "batch.dismissed"
    BATCH_READ = "batch.read"
    BATCH_ERASED = "batch.erased"
    LINK_CREATED = "link.created"
    LINK_REVOKED = "link.revoked"
    LINK_OPENED = "link.opened"
    KEY_CREATED = "key.created"
    KEY_REVOKED = "key.revoked"
    USER_CHANGED = "user.changed"
    USER_REMOVED = "user.removed"
    LOGIN = "login.succeeded"
    LOGIN_REFUSED = "login.refused"
    LOGOUT = "login.ended"
    SETTINGS_CHANGED = "settings.changed"
    WEBHOOK_CHANGED = "webhook.changed"
    WEBHOOK_REMOVED = "webhook.removed"
    WEBHOOK_REPLAYED = "webhook.replayed"
    SCHEDULE_READ = "schedule.read"
    SCHEDULE_CHANGED = "schedule.changed"
    SCHEDULE_REMOVED = "schedule.removed"
    PERSON_ERASED = "person.erased"
    PERSON_EXPORTED = "person.exported"
    RETENTION_PURGED = "retention.purged"
    KEYS_ROTATED = "tenant_key.rotated"
    KEYS_DESTROYED = "tenant_key.destroyed"
    AUDIT_EXPORTED = "audit.exported"
    REQUEST = "request.done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it.

    Attributes
    ----------
    kind : what stands behind it: `key`, `user`, `worker`, `cli`, `link`, `schedule`.
    id : of the key, user or link; it says nothing of the person to whoever has only the log.
    role : the role that it acted in, None where there is none.
    """

    kind: str
    id: str
    role: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was done.

    Attributes
    ----------
    object_kind, object_id : what it was done to, such as `plan` and its id; None where there is no one thing.
    details : a few ids and figures more. Keys are words of ours.
    """

    actor: Actor
    action: Action
    object_kind: str | None = None
    object_id: str | None = None
    reason: str | None = None
    request: str | None = None
    details: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An entry as it stands in a tenant's log.

    Attributes
    ----------
    seq : its number in that log, from 1, without gaps.
    action : of `Action`, or one that an earlier version knew.
    hash : SHA-256 of the hash before it and of all the rest; see `service.audit.chain`.
    """

    tenant: str
    seq: int
    at: datetime
    actor_kind: str
    actor: str
    role: str | None
    action: str
    object_kind: str | None
    object_id: str | None
    reason: str | None
    request: str | None
    details: Mapping[str, str | int | bool]
    hash: bytes


class ReasonError(ValueError):
    """A reason cannot stand in the log; the message says the rule and shows nothing of it."""


def checked_reason(text: str) -> str:
    """Return the reason as it is kept.

    Raises
    ------
    ReasonError
        When it is empty, too long, no plain text, or names somebody: nothing can be taken out of the log again.
    """
    reason = text.strip()
    if not reason or len(reason) > MAX_REASON or not reason.isprintable():
        msg = f"A reason is one line of 1 to {MAX_REASON} characters."
        raise ReasonError(msg)
    if _PERSONAL.search(reason):
        msg = "A reason names nobody: no e-mail address and no number of 11 digits. Refer to a case by its id."
        raise ReasonError(msg)
    return reason
