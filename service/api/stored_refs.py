"""What a plan request names of what is stored: looked up once, when the plan is accepted, and put into the request."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from geodata.area.meta import AreaMeta
from service.api.bulk import row_errors
from service.cases.limits import MAX_COLLECTORS
from service.errors import problem
from service.field_errors import MAX_FIELD_ERRORS
from service.schemas.branch import Branch
from service.schemas.case_request import CaseFields
from service.schemas.collector_request import CollectorFields
from service.schemas.plan_request import CompletePlanRequest, PlanRequest
from service.schemas.problem import FieldError
from service.schemas.resolve import time_zone_of
from service.schemas.stored_case import StoredCase, VisitRequest, with_visits
from service.schemas.stored_collector import StoredCollector
from service.settings import Settings
from service.store.resources.registry import Registry
from service.store.resources.resource_records import Resource

_CASE_FIELDS: Final = set(CaseFields.model_fields)
_COLLECTOR_FIELDS: Final = set(CollectorFields.model_fields)
#: The policy looks back thirty days; more than the latest visits say nothing new.
_LATEST_VISITS: Final = 50


def branch_of(request: PlanRequest, registry: Registry) -> Branch | None:
    """Return the branch that a request names, if any.

    Raises
    ------
    Problem
        `invalid_request` when there is no such branch.
    """
    if request.branch is None:
        return None
    found = registry.branches.get_many([request.branch]).get(request.branch)
    if found is None:
        raise _refused(
            [_error("/branch", "unknown_branch", "Must be the id of a branch. GET /v1/branches lists them.")]
        )
    return Branch.model_validate(found.document, strict=False)


def with_defaults(request: PlanRequest, branch: Branch | None) -> PlanRequest:
    """Return the request with the branch's area, time zone and policy where it has none."""
    if branch is None:
        return request
    return request.model_copy(
        update={
            "area": request.area or branch.area,
            "time_zone": request.time_zone or branch.time_zone,
            "policy": request.policy or branch.policy,
        }
    )


def with_stored(
    request: PlanRequest,
    branch: Branch | None,
    registry: Registry,
    *,
    area: AreaMeta,
    settings: Settings,
    now: datetime,
) -> PlanRequest:
    """Return the request with the cases and collectors that it names, and those that its branch means.

    Raises
    ------
    Problem
        `invalid_request` when it names what is not there, when the branch does not work on that day, or has nobody
        to visit or to send; and when the parts do not agree.
    UnknownTimeZoneError
        When the time zone does not exist.
    """
    if not request.names_stored():
        return request
    zone = ZoneInfo(time_zone_of(request, area=area, settings=settings))
    day = request.date or now.astimezone(zone).date()
    if branch is not None and not request.any_day:
        _require_working_day(branch, day)
    cases = _cases(request, registry, day, most=settings.max_cases)
    collectors = list(_collectors(request, branch, registry, day))
    stored = {one.id: StoredCase.model_validate(one.document, strict=False) for one in cases}
    visits = registry.cases.visits(stored)
    whole = request.model_dump() | {
        "date": day,
        "case_ids": [],
        "collector_ids": [],
        "stored_cases": list(stored),
        "closed_cases": [id_ for id_, case in stored.items() if case.status == "closed"],
    }
    whole["cases"] += [_planned_case(id_, case, visits.get(id_, ()), day) for id_, case in stored.items()]
    whole["collectors"] += collectors
    try:
        return CompletePlanRequest.model_validate(whole)
    except ValidationError as exc:
        raise _refused([_named(error, request, whole) for error in row_errors(exc)]) from None


def _named(error: FieldError, request: PlanRequest, whole: dict[str, Any]) -> FieldError:
    """Say of which stored case or collector an error is: nobody sees the list that its pointer counts in."""
    kind, _, rest = error.pointer.removeprefix("/").partition("/")
    number = rest.partition("/")[0]
    sent = {"cases": len(request.cases), "collectors": len(request.collectors)}.get(kind)
    if sent is None or not number.isdecimal() or int(number) < sent:
        return error
    id_ = whole[kind][int(number)]["id"]
    return error.model_copy(update={"detail": f"Of the stored {kind[:-1]} {id_}: {error.detail}"})


def _require_working_day(branch: Branch, day: date) -> None:
    calendar = branch.calendar.to_domain()
    if calendar.is_working_day(day):
        return
    following = next(calendar.working_days(day), None)
    hint = "" if following is None else f" The next day that it works is {following}."
    rule = f"The branch does not work on this day.{hint} Choose another date, or set any_day."
    raise _refused([_error("/date", "not_a_working_day", rule)])


def _cases(request: PlanRequest, registry: Registry, day: date, *, most: int) -> list[Resource]:
    """Return the stored cases of a request: those that it names in its order, then those that are due."""
    named = registry.cases.get_many(request.case_ids)
    taken = {case.id for case in request.cases}
    errors = list(_wrong_ids("/case_ids", request.case_ids, named, taken, "case"))
    if errors:
        raise _refused(errors)
    found = [named[id_] for id_ in request.case_ids]
    if not request.takes_due_cases() or request.branch is None:
        return found
    taken |= named.keys()
    wanted = request.most_due_cases or most
    due = registry.cases.due(request.branch, day, limit=wanted + len(taken) + 1)
    due = [one for one in due if one.id not in taken]
    if request.most_due_cases is None and len(due) > most - len(taken):
        rule = f"The branch has more due cases than this service plans at a time ({most}): set most_due_cases."
        raise _refused([_error("/most_due_cases", "too_many_due", rule)])
    if not due and not taken:
        raise _refused([_error("/branch", "nothing_due", "The branch has no open case that is due on this day.")])
    return [*found, *due[:wanted]]


def _planned_case(id_: str, case: StoredCase, visits: Iterable[Any], day: date) -> dict[str, Any]:
    """Return a stored case as it stands in a request, with what matters on that day of its visits."""
    recorded = [VisitRequest.model_validate(visit.document, strict=False) for visit in visits]
    case = with_visits(case, recorded)
    in_force = [one for one in case.suppressions if one.to_domain().covers(day)]
    fields = case.model_dump(include=_CASE_FIELDS)
    return fields | {
        "id": id_,
        "suppressions": [one.model_dump() for one in in_force[:1]],
        "visited_on": case.visited_on[-_LATEST_VISITS:],
    }


def _collectors(request: PlanRequest, branch: Branch | None, registry: Registry, day: date) -> Iterator[dict[str, Any]]:
    """Yield the stored collectors of a request, or the active ones of its branch who have a shift on that day."""
    named = registry.collectors.get_many(request.collector_ids)
    taken = {collector.id for collector in request.collectors}
    errors = list(_wrong_ids("/collector_ids", request.collector_ids, named, taken, "collector"))
    if errors:
        raise _refused(errors)
    for index, id_ in enumerate(request.collector_ids):
        yield _planned_collector(named[id_], branch, day, pointer=f"/collector_ids/{index}")
    if request.branch is None or request.collectors or request.collector_ids:
        return
    active = registry.collectors.find(branch=request.branch, status="active", limit=MAX_COLLECTORS + 1)
    working = [one for one in active if _shift(_stored_collector(one), branch, day) is not None]
    if not working:
        rule = "The branch has no active collector with a shift on this day; give one a shift, or the branch."
        raise _refused([_error("/branch", "no_collectors", rule)])
    for one in working:
        yield _planned_collector(one, branch, day, pointer="/branch")


def _planned_collector(resource: Resource, branch: Branch | None, day: date, *, pointer: str) -> dict[str, Any]:
    collector = _stored_collector(resource)
    shift = _shift(collector, branch, day)
    start, end = collector.start, collector.end
    if start is None and branch is not None:
        start, end = branch.start, end or branch.end
    errors = []
    if start is None:
        rule = f"The collector {resource.id} has no start, and the plan no branch that has one."
        errors.append(_error(pointer, "start_missing", rule))
    if shift is None:
        rule = f"The collector {resource.id} has no shift on this day, and the plan no branch that has one."
        errors.append(_error(pointer, "shift_missing", rule))
    if errors or start is None:
        raise _refused(errors)
    return collector.model_dump(include=_COLLECTOR_FIELDS) | {
        "id": resource.id,
        "start": start.model_dump(),
        "end": None if end is None else end.model_dump(),
        "shift": shift,
    }


def _stored_collector(resource: Resource) -> StoredCollector:
    return StoredCollector.model_validate(resource.document, strict=False)


def _shift(collector: StoredCollector, branch: Branch | None, day: date) -> dict[str, Any] | None:
    if collector.shift is not None:
        return collector.shift.model_dump()
    found = None if branch is None else branch.shift_on(day)
    return None if found is None else {"start": found[0], "end": found[1]}


def _wrong_ids(
    pointer: str, ids: Sequence[str], found: dict[str, Resource], taken: set[str], kind: str
) -> Iterator[FieldError]:
    """Yield what is wrong with a list of ids: unknown ones, and those that are there twice."""
    seen = set(taken)
    for index, id_ in enumerate(ids):
        if id_ not in found:
            yield _error(f"{pointer}/{index}", f"unknown_{kind}", f"Must be the id of a stored {kind}.")
        elif id_ in seen:
            yield _error(f"{pointer}/{index}", "duplicate_id", f"The request has a {kind} of this id already.")
        seen.add(id_)


def _error(pointer: str, code: str, rule: str) -> FieldError:
    return FieldError(pointer=pointer, code=code, detail=rule)


def _refused(errors: Sequence[FieldError]) -> Exception:
    return problem(code="invalid_request", errors=errors[:MAX_FIELD_ERRORS])
