"""What a worker does with a stored request: plan it, and answer with the document that is stored."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import structlog

from geodata.area.catalog import AreaCatalog
from geodata.errors import AreaError
from service.jobs.errors import PlanRefusedError
from service.jobs.execution import Tell
from service.jobs.patience import PatientBook
from service.jobs.search_watch import OnTold, SearchWatch
from service.planning.addresses import AddressBook
from service.planning.errors import PlanningError, UnknownSeasonError, UnknownVehicleError
from service.planning.pipeline import AreaLabel, Solver, plan_day
from service.planning.traced_solver import TracedSolver
from service.schemas.document import PlanDocument
from service.schemas.plan_request import CompletePlanRequest, PlanRequest
from service.schemas.plan_resource import PartialPlan, PlanProgress
from service.schemas.resolve import check_area, day_of
from service.telemetry.telemetry import Telemetry

JsonObject = dict[str, object]

#: What was there when the request was accepted, and is no more.
_OF_THE_AREA = (UnknownVehicleError, UnknownSeasonError)
_REBUILT = "The area was built again since the request was accepted. "

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRunner:
    """Plans resolved requests on the areas of a catalog.

    `book_of` gives an area's pins and reviews by its name; None where nothing is kept, without a database.
    """

    catalog: AreaCatalog
    solver: Solver
    book_of: Callable[[str], AddressBook] | None = None
    telemetry: Telemetry = field(default_factory=Telemetry)

    def __call__(
        self,
        request: JsonObject,
        on_progress: Tell,
        should_stop: Callable[[], bool],
    ) -> JsonObject:
        """Plan a request that `resolve` completed; returns a PlanDocument as JSON.

        Raises
        ------
        PlanRefusedError
            When the area is damaged, of another version or gone; when it has been built again since the request
            was accepted, without a vehicle or a season that the request names; or when a prefix cannot be driven.
        """
        asked = CompletePlanRequest.model_validate(request)
        try:
            document = self.plan(
                asked,
                on_progress=partial(_tell, on_progress),
                should_stop=should_stop,
            )
        except PlanningError as exc:
            raise PlanRefusedError(_refusal(exc)) from exc
        except AreaError as exc:
            # It names files of ours, and nothing of the request: the log may have it, and its owner need not.
            _log.warning("area_unusable", area=asked.area, reason=str(exc))
            raise PlanRefusedError(unusable(asked.area or "")) from exc
        return document.model_dump(mode="json")

    def plan(
        self,
        request: PlanRequest,
        *,
        on_progress: OnTold,
        should_stop: Callable[[], bool],
    ) -> PlanDocument:
        """Plan a request that `resolve` completed, without a database.

        Raises
        ------
        UnknownVehicleError, UnknownSeasonError
            When the area lacks one.
        UndrivablePrefixError
            When a route cannot begin with the cases that it has to begin with.
        AreaError
            When the area is damaged, of another version or gone.
        """
        area = self.catalog.open(request.area or "")
        check_area(request, area.meta)
        label = AreaLabel(name=area.meta.name, version=area.meta.version, attribution=area.meta.attribution)
        watch = SearchWatch(on_progress, should_stop)
        plan = plan_day(
            day_of(request),
            area=area,
            label=label,
            solver=TracedSolver(self.solver, self.telemetry),
            on_progress=watch.note,
            should_stop=watch.should_stop,
            book=None if self.book_of is None else PatientBook(self.book_of(area.meta.name)),
            step=self.telemetry.step,
        )
        self.telemetry.metrics.geocoded(located.answer.status.value for located in plan.geocoding)
        if plan.bound is not None:
            self.telemetry.metrics.gap(plan.bound.gap_percent)
        return PlanDocument.of(plan)


def _tell(tell: Tell, progress: PlanProgress, best: PartialPlan | None = None) -> None:
    tell(progress.model_dump(mode="json"), None if best is None else best.model_dump(mode="json"))


def _refusal(error: PlanningError) -> JsonObject:
    return {
        "type": "/problems/invalid_request",
        "title": "Request breaks rules",
        "status": 422,
        "detail": f"{_REBUILT if isinstance(error, _OF_THE_AREA) else ''}{error.pointer}: {error}",
        "code": "invalid_request",
        "errors": [{"pointer": pointer, "code": error.code, "detail": str(error)} for pointer in error.pointers],
    }


def unusable(area: str) -> JsonObject:
    """Return the problem of work whose area cannot be used."""
    return {
        "type": "/problems/area_unusable",
        "title": "Area cannot be used",
        "status": 503,
        "detail": (
            f"The files of area {area!r} are damaged, gone or of another version. "
            f"Build it again: doorstep area build --pbf FILE --name {area}"
        ),
        "code": "area_unusable",
    }
