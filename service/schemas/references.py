"""What a request's parts say of each other: ids that must exist, pins and prefixes that must agree."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from service.schemas.case_request import CaseRequest
    from service.schemas.collector_request import CollectorRequest
    from service.schemas.options import StartRouteRequest
    from service.schemas.plan_request import PlanRequest

_UNKNOWN_COLLECTOR = "Must be the id of one of the request's collectors."
_UNKNOWN_CASE = "Must be the id of one of the request's cases."


class Contradiction(NamedTuple):
    """A field that contradicts another part of the request, by its JSON pointer."""

    pointer: str
    code: str
    rule: str


def contradictions(request: "PlanRequest") -> Iterator[Contradiction]:
    """Yield every field that names what does not exist, or asks for what another field forbids."""
    cases = {case.id: case for case in request.cases}
    collectors = {collector.id for collector in request.collectors}
    stored = request.stored()
    for index, case in enumerate(request.cases):
        yield from _of_case(f"/cases/{index}", case, collectors, is_stored=case.id in stored)
    frozen = Counter(case for collector in request.collectors for case in dict.fromkeys(collector.prefix))
    for index, collector in enumerate(request.collectors):
        yield from _of_prefix(f"/collectors/{index}/prefix", collector, cases, frozen)
    start = request.options.start
    if start is not None and start.routes and start.plan is None:  # an earlier plan may name what is gone
        yield from _of_start("/options/start/routes", start.routes, cases, collectors)


def _of_case(pointer: str, case: "CaseRequest", collectors: set[str], *, is_stored: bool) -> Iterator[Contradiction]:
    for index, allowed in enumerate(case.allowed_collectors or ()):
        if allowed not in collectors and not is_stored:  # a stored case names whoever may come on any day
            yield Contradiction(f"{pointer}/allowed_collectors/{index}", "unknown_collector", _UNKNOWN_COLLECTOR)
    if case.pin is None or case.pin.collector is None:
        return
    if case.pin.collector not in collectors:
        yield Contradiction(f"{pointer}/pin/collector", "unknown_collector", _UNKNOWN_COLLECTOR)
    elif not case.may_come():
        rule = "The collector must be one of allowed_collectors."
        yield Contradiction(f"{pointer}/pin/collector", "pin_contradiction", rule)


def _of_prefix(
    pointer: str, collector: "CollectorRequest", cases: Mapping[str, "CaseRequest"], frozen: Mapping[str, int]
) -> Iterator[Contradiction]:
    seen: set[str] = set()
    for index, id_ in enumerate(collector.prefix):
        here, case = f"{pointer}/{index}", cases.get(id_)
        if case is None:
            yield Contradiction(here, "unknown_case", _UNKNOWN_CASE)
        elif id_ in seen or frozen[id_] > 1:
            yield Contradiction(here, "duplicate_visit", "A case may be in one prefix once.")
        elif (why := _why_not(collector, case, index)) is not None:
            yield Contradiction(here, "prefix_contradiction", why)
        seen.add(id_)


def _why_not(collector: "CollectorRequest", case: "CaseRequest", index: int) -> str | None:
    allowed = case.may_come()
    if allowed is not None and collector.id not in allowed:
        return "The case's pin or allowed_collectors forbids this collector."
    if case.pin is not None and case.pin.position not in {None, index + 1}:
        return "The case's pin asks for another position."
    skills = set(collector.skills)
    if not skills.issuperset(case.required_skills) or skills.intersection(case.excluded_skills):
        return "The case's skills forbid this collector."
    return None


def _of_start(
    pointer: str, routes: Sequence["StartRouteRequest"], cases: Container[str], collectors: Container[str]
) -> Iterator[Contradiction]:
    begun = Counter(route.collector for route in routes)
    visited = Counter(case for route in routes for case in route.cases)
    for index, route in enumerate(routes):
        here = f"{pointer}/{index}"
        if route.collector not in collectors:
            yield Contradiction(f"{here}/collector", "unknown_collector", _UNKNOWN_COLLECTOR)
        elif begun[route.collector] > 1:
            yield Contradiction(f"{here}/collector", "duplicate_route", "A collector has one route.")
        for number, id_ in enumerate(route.cases):
            if id_ not in cases:
                yield Contradiction(f"{here}/cases/{number}", "unknown_case", _UNKNOWN_CASE)
            elif visited[id_] > 1:
                yield Contradiction(f"{here}/cases/{number}", "duplicate_visit", "A case may be in the start once.")
