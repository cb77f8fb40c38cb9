"""Looking at what is about people: the audit log is told of it, once in a while for each reader and thing."""

from collections.abc import Callable, Mapping
from uuid import UUID

from pydantic import BaseModel

from service.audit.entry import Action, Entry
from service.deps import Deps
from service.kept_views import KeptView
from service.store.audit.audit_log import acted
from service.store.jobs.records import BatchRecord, PlanRecord


def read_plan(deps: Deps, plan_id: UUID, *, view: str) -> PlanRecord:
    """Return a plan to show its visits in a view, such as `sheet`; raises PlanNotFoundError."""
    record = deps.plans.get(plan_id)
    if record.result is not None or record.partial is not None:
        deps.audit.reading(acted(Action.PLAN_READ, "plan", plan_id, view=view))
    return record


def seen_plan(
    deps: Deps, plan_id: UUID, *, view: str, name: str, make: Callable[[PlanRecord], tuple[BaseModel, str]]
) -> tuple[KeptView, PlanRecord | None]:
    """Return a view of a plan as JSON, and the plan unless the view was kept.

    `view` is what the audit log calls it, `name` tells views apart, `make` gives the view and its ETag.
    Raises PlanNotFoundError.
    """
    revision = deps.plans.revision(plan_id)
    kept = None if revision is None else deps.kept_views.get(plan_id, name, revision)
    if kept is not None:
        deps.audit.reading(acted(Action.PLAN_READ, "plan", plan_id, view=view))
        return kept, None
    record = read_plan(deps, plan_id, view=view)
    made, tag = make(record)
    fresh = KeptView(body=made.model_dump_json(by_alias=True).encode(), tag=tag)
    if revision is not None and record.result is not None:
        deps.kept_views.put(plan_id, name, revision, fresh)
    return fresh, record


def read_batch(deps: Deps, batch_id: UUID, *, view: str) -> BatchRecord:
    """Return a batch to show its addresses in a view, such as `csv`; raises BatchNotFoundError."""
    record = deps.batches.get(batch_id)
    if record.result is not None:
        deps.audit.reading(acted(Action.BATCH_READ, "batch", batch_id, view=view))
    return record


def told_of_case(deps: Deps, case_id: str, *, view: str) -> None:
    """Tell the log that a case is shown, or its visits."""
    deps.audit.reading(acted(Action.CASE_READ, "case", case_id, view=view))


def told_of_collectors(deps: Deps, *, collector_id: str | None = None, view: str) -> None:
    """Tell the log that a collector is shown, whose home may be in it, or many in a view such as `list`."""
    deps.audit.reading(acted(Action.COLLECTOR_READ, "collector", collector_id, view=view))


def told_of_schedules(deps: Deps, *, schedule_id: UUID | None = None, found: int = 1) -> None:
    """Tell the log that a schedule is shown with the request that it repeats, or a list of so many."""
    deps.audit.reading(_one_or_many(Action.SCHEDULE_READ, "schedule", schedule_id, found))


def told_of_reviews(deps: Deps, *, review_id: UUID | None = None, found: int = 1) -> None:
    """Tell the log that a review is shown with its address, or a list of so many."""
    deps.audit.reading(_one_or_many(Action.REVIEW_READ, "review", review_id, found))


def told_of_pins(deps: Deps, *, pin_id: UUID | None = None, found: int = 1) -> None:
    """Tell the log that a pin is shown with its address, or a list of so many."""
    deps.audit.reading(_one_or_many(Action.PIN_READ, "pin", pin_id, found))


def _one_or_many(action: Action, kind: str, id_: UUID | None, found: int) -> Entry:
    return acted(action, kind, id_, view=kind) if id_ is not None else acted(action, kind, view="list", found=found)


def told_of_search(deps: Deps, asked: Mapping[str, object], *, found: int) -> None:
    """Tell the log that cases were looked for: by which fields, and how many there were, but not by which names."""
    fields = ",".join(sorted(name for name, value in asked.items() if value is not None))
    deps.audit.add(acted(Action.CASES_SEARCHED, "case", fields=fields, found=found))
