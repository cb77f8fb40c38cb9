"""A plan request, completed and checked against what this service has and allows."""

from datetime import date

from service.api.deps import Deps
from service.errors import problem
from service.planning.resolve import Defaults, resolve
from service.schemas.plan_request import PlanRequest
from service.schemas.problem import FieldError
from service.settings import Settings
from service.store.records import JsonObject


def complete(request: PlanRequest, deps: Deps) -> tuple[JsonObject, str, date]:
    """Return the request as it is stored, its area and its date.

    Raises
    ------
    Problem
        `invalid_request` when it asks for more than this service allows.
    AreaNotFoundError, PlanningError
        When the area, the time zone or the policy does not exist.
    """
    settings = deps.settings
    if errors := _beyond_limits(request, settings):
        raise problem(code="invalid_request", errors=errors)
    area = deps.areas.open(request.area or settings.area).meta
    resolved = resolve(
        _with_budget(request, settings),
        defaults=Defaults(
            area=area.name,
            area_time_zone=area.time_zone,
            time_zone=settings.time_zone,
            policy=settings.policy,
            minutes_per_priority_point=settings.minutes_per_priority_point,
        ),
        now=deps.now(),
    )
    if resolved.date is None:
        msg = "resolve leaves no date open."
        raise TypeError(msg)
    return resolved.model_dump(mode="json"), area.name, resolved.date


def _with_budget(request: PlanRequest, settings: Settings) -> PlanRequest:
    if "budget_s" in request.options.model_fields_set:
        return request
    options = request.options.model_copy(update={"budget_s": float(settings.solve_budget_s)})
    return request.model_copy(update={"options": options})


def _beyond_limits(request: PlanRequest, settings: Settings) -> list[FieldError]:
    errors = []
    if len(request.cases) > settings.max_cases:
        rule = f"This service plans at most {settings.max_cases} cases at a time."
        errors.append(FieldError(pointer="/cases", code="wrong_length", detail=rule))
    if request.options.budget_s > settings.max_solve_budget_s:
        rule = f"This service grants at most {settings.max_solve_budget_s} seconds of search."
        errors.append(FieldError(pointer="/options/budget_s", code="out_of_range", detail=rule))
    return errors
