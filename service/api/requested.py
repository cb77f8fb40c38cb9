"""A plan request, completed and checked against what this service has and allows."""

from datetime import date

from service.deps import Deps
from service.errors import problem
from service.schemas.plan_request import PlanRequest
from service.schemas.problem import FieldError
from service.schemas.resolve import resolve
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
    resolved = resolve(request, area=area, settings=settings, now=deps.now())
    if resolved.date is None:
        msg = "resolve leaves no date open."
        raise TypeError(msg)
    return resolved.model_dump(mode="json"), area.name, resolved.date


def _beyond_limits(request: PlanRequest, settings: Settings) -> list[FieldError]:
    errors = []
    if len(request.cases) > settings.max_cases:
        rule = f"This service plans at most {settings.max_cases} cases at a time."
        errors.append(FieldError(pointer="/cases", code="wrong_length", detail=rule))
    if (request.options.budget_s or 0) > settings.max_solve_budget_s:
        rule = f"This service grants at most {settings.max_solve_budget_s} seconds of search."
        errors.append(FieldError(pointer="/options/budget_s", code="out_of_range", detail=rule))
    return errors
