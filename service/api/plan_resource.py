"""From a stored plan to what clients see of it."""

from collections.abc import Mapping
from uuid import UUID

from service.api.http.versions import tag_of
from service.errors import problem, problem_details
from service.schemas.document import PlanDocument
from service.schemas.plan import PlanResult
from service.schemas.plan_resource import PartialPlan, PlanLinks, PlanProgress, PlanResource
from service.schemas.problem import FieldError, ProblemDetails
from service.store.jobs.records import JsonObject, PlanRecord


def plan_resource(record: PlanRecord) -> PlanResource:
    """Return the plan as JSON clients see it; the drawing of its routes is left to the other views."""
    return PlanResource(
        id=record.id,
        status=record.status,
        created_at=record.created_at,
        started_at=record.started_at,
        finished_at=record.finished_at,
        attempt=record.attempt,
        stop_requested=record.stop_requested,
        area=record.area,
        date=record.plan_date,
        progress=None
        if record.progress is None or record.status.is_terminal
        else PlanProgress.model_validate(record.progress, strict=False),
        partial=None
        if record.partial is None or record.status.is_terminal
        else PartialPlan.model_validate(record.partial, strict=False),
        result=None if record.result is None else _result(record.result),
        problem=None if record.problem is None else stored_problem(record.problem),
        links=plan_links(record),
    )


def document_of(record: PlanRecord) -> PlanDocument:
    """Return the result of a plan with its drawing.

    Raises
    ------
    Problem
        `plan_not_done` while it is not done, `plan_without_result` when it never will be.
    """
    if record.result is None:
        raise problem(code="plan_without_result" if record.status.is_terminal else "plan_not_done")
    return PlanDocument.load(record.result)


def plan_tag(record: PlanRecord, view: str) -> str:
    """Return the ETag of a view of the plan, without making the view: it changes with whatever the view may show.

    A plan that is over is shown anew when its row changes: when somebody was erased from it.
    """
    return tag_of(
        record.id,
        record.status.value,
        record.attempt,
        record.stop_requested,
        record.started_at,
        record.finished_at,
        record.progress,
        record.revision if record.status.is_terminal else None,
        view,
    )


def plan_path(plan_id: UUID) -> str:
    """Return the path of the plan's resource."""
    return f"/v1/plans/{plan_id}"


def plan_links(record: PlanRecord) -> PlanLinks:
    """Return where to go on from a plan."""
    path = plan_path(record.id)
    return PlanLinks(
        self=path,
        geojson=f"{path}.geojson",
        sheet=f"{path}/sheet",
        map=f"/plans/{record.id}/map",
        events=f"{path}/events",
        stop=f"{path}/stop",
    )


def _result(stored: JsonObject) -> PlanResult:
    # The lines beside it are many times its size, and are not shown here.
    return PlanResult.model_validate(stored["result"], strict=False).with_links()


def stored_problem(stored: Mapping[str, object]) -> ProblemDetails:
    """Return the stored problem of work that failed."""
    detail, errors = stored.get("detail"), stored.get("errors")
    return problem_details(
        str(stored.get("code", "")),
        detail=detail if isinstance(detail, str) else None,
        errors=[FieldError.model_validate(error) for error in errors] if isinstance(errors, list) else (),
    )
