"""A plan request, completed and checked against what this service has and allows."""

from datetime import date

from service.access import require
from service.api.stored_refs import branch_of, with_defaults, with_stored
from service.auth.caller import Caller
from service.auth.scope import Scope
from service.deps import Deps
from service.errors import problem
from service.planning.errors import UnknownPlanError
from service.schemas.document import PlanDocument
from service.schemas.plan_request import PlanRequest
from service.schemas.problem import FieldError
from service.schemas.resolve import resolve, routes_of
from service.settings import Settings
from service.store.errors import PlanNotFoundError
from service.store.jobs.records import JsonObject
from service.work_ports import Plans


def complete(request: PlanRequest, deps: Deps) -> tuple[JsonObject, str, date]:
    """Return the request as it is stored, its area and its date.

    Raises
    ------
    Problem
        `invalid_request` when it asks for more than this service allows.
    AreaNotFoundError, PlanningError
        When the area, the time zone, the policy or the earlier plan does not exist.
    """
    settings = deps.settings
    require_to_see(request, deps.caller)
    branch = branch_of(request, deps.registry)
    request = with_defaults(request, branch)
    area = deps.areas.open(request.area or settings.area).meta
    request = with_stored(request, branch, deps.registry, area=area, settings=settings, now=deps.now())
    if errors := _beyond_limits(request, settings):
        raise problem(code="invalid_request", errors=errors)
    request = _with_earlier_routes(request, deps.plans)
    resolved = resolve(request, area=area, settings=settings, now=deps.now())
    if resolved.date is None:
        msg = "resolve leaves no date open."
        raise TypeError(msg)
    return resolved.model_dump(mode="json"), area.name, resolved.date


def require_to_see(request: PlanRequest, caller: Caller) -> None:
    """Refuse to plan what is stored for a caller who may not read it: the plan tells of it."""
    named = {
        Scope.BRANCHES_READ: request.branch is not None,
        Scope.CASES_READ: bool(request.case_ids) or request.takes_due_cases(),
        Scope.COLLECTORS_READ: bool(request.collector_ids) or (request.branch is not None and not request.collectors),
    }
    require(caller, *(scope for scope, is_named in named.items() if is_named))


def _with_earlier_routes(request: PlanRequest, plans: Plans) -> PlanRequest:
    """Fill in the routes of the plan that the search is to begin from."""
    start = request.options.start
    if start is None or start.plan is None:
        return request
    msg = "Must be the id of a plan that has routes."
    try:
        record = plans.get(start.plan)
    except PlanNotFoundError:
        raise UnknownPlanError(msg) from None
    if record.result is None:
        raise UnknownPlanError(msg)
    filled = start.model_copy(update={"routes": routes_of(PlanDocument.load(record.result).result)})
    return request.model_copy(update={"options": request.options.model_copy(update={"start": filled})})


def _beyond_limits(request: PlanRequest, settings: Settings) -> list[FieldError]:
    errors = []
    if len(request.cases) > settings.max_cases:
        rule = f"This service plans at most {settings.max_cases} cases at a time."
        errors.append(FieldError(pointer="/cases", code="wrong_length", detail=rule))
    for name, asked_s in (
        ("budget_s", request.options.budget_s),
        ("bound_budget_s", request.options.bound_budget_s),
    ):
        if (asked_s or 0) > settings.max_solve_budget_s:
            rule = f"This service grants at most {settings.max_solve_budget_s} seconds of search."
            errors.append(FieldError(pointer=f"/options/{name}", code="out_of_range", detail=rule))
    if (request.options.threads or 0) > settings.solver_threads:
        rule = f"This service searches with at most {settings.solver_threads} threads."
        errors.append(FieldError(pointer="/options/threads", code="out_of_range", detail=rule))
    start = request.options.start
    if start is not None and start.plan is not None and start.routes is not None:
        rule = "Give plan or routes, not both."
        errors.append(FieldError(pointer="/options/start", code="start_contradiction", detail=rule))
    return errors
