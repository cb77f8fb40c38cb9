"""When each case may be visited: its own windows, cut to what the policy allows before anything is solved.

The grace of a window is cut as its end is: who is late is never unlawful.
"""

from datetime import time

from routing.problem import TimeWindow
from service.cases.case import Case, Day, LocalWindow
from service.cases.contact import NO_HISTORY, contact_refusal
from service.cases.refusal import Refusal
from service.planning.clock import PlanClock


def allowed_windows(day: Day, case: Case, *, pointer: str) -> tuple[TimeWindow, ...] | Refusal:
    """Cut the case's windows to the policy's hours; refuse when the visit, its end included, fits into none.

    A case that is suppressed, closed or was visited often enough is refused too.

    Parameters
    ----------
    pointer : JSON pointer of the case in the request.
    """
    policy = day.policy
    if not policy.allows(day.date):
        return Refusal(code="policy_day", pointer="/date", rule=f"{policy.version}: no visits on a {day.date:%A}")
    if (refusal := _refused_by_history(day, case, pointer)) is not None:
        return refusal
    asked = case.windows or (LocalWindow(start=policy.start, end=policy.end),)
    clock = PlanClock(day=day.date, time_zone=day.time_zone)
    windows = [_cut(clock, window, policy.start, policy.end) for window in asked]
    if any(window is not None and window.last_s - window.start_s >= case.service_s for window in windows):
        return tuple(window for window in windows if window is not None)
    if all(policy.start <= window.start and window.end <= policy.end for window in asked):
        return Refusal(code="service_too_long", pointer=f"{pointer}/service_s")
    rule = f"{policy.version}: {policy.start:%H:%M}-{policy.end:%H:%M}"
    return Refusal(code="policy_hours", pointer=f"{pointer}/windows", rule=rule)


def _refused_by_history(day: Day, case: Case, pointer: str) -> Refusal | None:
    if case.history == NO_HISTORY:
        return None
    is_under_way = any(case.id in collector.prefix for collector in day.collectors)
    return contact_refusal(day.policy, case.history, day.date, pointer=pointer, is_under_way=is_under_way)


def _cut(clock: PlanClock, window: LocalWindow, earliest: time, latest: time) -> TimeWindow | None:
    start_s, last_s = clock.seconds(max(window.start, earliest)), clock.seconds(latest)
    end_s = min(clock.seconds(window.end), last_s)
    if start_s >= end_s:
        return None
    return TimeWindow(start_s=start_s, end_s=end_s, grace_s=min(window.grace_s, last_s - end_s))
