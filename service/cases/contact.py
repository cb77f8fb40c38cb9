"""Whether a case may be visited on a day at all: suppressions, and how often it was visited lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from service.cases.policy import Policy
from service.cases.refusal import Refusal


class SuppressionReason(StrEnum):
    """Why nobody may come."""

    DISPUTE = "dispute"
    COMPLAINT = "complaint"
    HARDSHIP = "hardship"
    BEREAVEMENT = "bereavement"
    REPRESENTED = "represented"
    CEASE = "cease"
    MINOR = "minor"
    HOSPITAL = "hospital"
    DISASTER = "disaster"
    ACTIVE_PLAN = "active_plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """A time, its first and last day included, in which nobody may come; without a day it is open on that side."""

    reason: SuppressionReason
    since: date | None = None
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether nobody may come on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactHistory:
    """What the policy needs to know of a case beside its windows.

    Attributes
    ----------
    visited_on : days of earlier visits, whatever their outcome; a day stands there once for each visit.
    is_closed : nobody visits it any more.
    """

    suppressions: tuple[Suppression, ...] = ()
    visited_on: tuple[date, ...] = ()
    is_closed: bool = False


#: Of a case of which nothing is known.
NO_HISTORY = ContactHistory()


def contact_refusal(
    policy: Policy, history: ContactHistory, day: date, *, pointer: str, is_under_way: bool = False
) -> Refusal | None:
    """Refuse a visit on a day that a suppression covers, or that would be one too many; None when it may take place.

    Parameters
    ----------
    pointer : JSON pointer of the case in the request.
    is_under_way : the case begins a route: a visit on this very day is the one that is planned.
    """
    if history.is_closed:
        return Refusal(code="case_closed", pointer=pointer)
    for index, suppression in enumerate(history.suppressions):
        if suppression.covers(day):
            until = "" if suppression.until is None else f" until {suppression.until}"
            rule = f"{policy.version}: suppress {suppression.reason}{until}"
            return Refusal(code="suppressed", pointer=f"{pointer}/suppressions/{index}", rule=rule)
    past = [one for one in history.visited_on if one < day or (one == day and not is_under_way)]
    broken = _broken_cap(policy, past, day)
    if broken is None:
        return None
    return Refusal(code="visited_enough", pointer=f"{pointer}/visited_on", rule=f"{policy.version}: {broken}")


def _broken_cap(policy: Policy, past: Sequence[date], day: date) -> str | None:
    caps = policy.caps
    for name, days, most in (("per_day", 1, caps.per_day), ("per_7d", 7, caps.per_7d), ("per_30d", 30, caps.per_30d)):
        since = day - timedelta(days=days - 1)
        if sum(one >= since for one in past) >= most:
            return f"caps.{name} {most}"
    if past and (day - max(past)).days < caps.min_gap_days:
        return f"min_gap_days {caps.min_gap_days}"
    return None
