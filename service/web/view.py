"""From a stored plan to what the map page shows. Nothing is computed here but the totals."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from service.schemas.document import Line, PlanDocument, Sheet
from service.schemas.map_view import (
    MapCollector,
    MapLeg,
    MapPartialRoute,
    MapPlan,
    MapProblem,
    MapRoads,
    MapStop,
    MapTotals,
    MapView,
)
from service.schemas.navigation import NavigationLinks
from service.schemas.plan import PlanResult, UnavailableCollectorOut
from service.schemas.plan_resource import PartialPlan, PlanProgress
from service.schemas.roads import RoadsOut, RoadsRequest
from service.schemas.route import LegOut, RouteOut, StopOut
from service.store.jobs.records import JsonObject, PlanRecord, PlanStatus
from service.web.palette import route_style

#: Where the base map of an area and version is served; None when there is none any more.
TilesUrl = Callable[[str, str], str | None]


def map_view(record: PlanRecord, *, tiles_url: TilesUrl, collector: str | None = None) -> MapView:
    """Return what the page of the whole plan shows, or the page of one collector.

    A collector's view holds nothing of the others, and nothing of the cases that nobody visits. It has no
    collector at all when the plan knows none of that name.
    """
    document = None if record.result is None else PlanDocument.load(record.result)
    return MapView(
        id=record.id,
        status=record.status,
        date=record.plan_date,
        area=record.area,
        created_at=record.created_at,
        collector=collector,
        progress=None if record.progress is None else PlanProgress.model_validate(record.progress, strict=False),
        partial=_partial(record, collector),
        problem=None if record.problem is None else _problem(record.problem),
        plan=None if document is None else _plan(document, tiles_url, collector, roads=_asked_roads(record)),
    )


def _partial(record: PlanRecord, only: str | None) -> list[MapPartialRoute]:
    if record.partial is None or record.status is not PlanStatus.RUNNING:
        return []
    return [
        MapPartialRoute(
            collector=route.collector, departure=route.departure, arrival=route.arrival, visits=len(route.stops)
        )
        for route in PartialPlan.model_validate(record.partial, strict=False).routes
        if only in {None, route.collector}
    ]


def document_view(document: PlanDocument, *, tiles_url: TilesUrl, plan_id: UUID, created_at: datetime) -> MapView:
    """Return what the page of a plan shows that is in no store."""
    return MapView(
        id=plan_id,
        status=PlanStatus.SUCCESSFUL,
        date=document.result.date,
        area=document.result.area,
        created_at=created_at,
        collector=None,
        progress=None,
        problem=None,
        plan=_plan(document, tiles_url, None),
    )


def _asked_roads(record: PlanRecord) -> RoadsRequest | None:
    asked = record.request.get("roads")
    return None if asked is None else RoadsRequest.model_validate(asked)


def _plan(
    document: PlanDocument, tiles_url: TilesUrl, only: str | None, *, roads: RoadsRequest | None = None
) -> MapPlan:
    result = document.result
    collectors = [
        _collector(index, route, list(zip(lines, sheets, strict=True)))
        for index, (route, lines, sheets) in enumerate(
            zip(result.routes, document.lines, document.sheets_of_lines(), strict=True)
        )
        if only in {None, route.collector}
    ]
    unassigned = result.unassigned if only is None else []
    reviews = {
        one.pointer: f"/reviews#{one.answer.review}" for one in result.geocoding if one.answer.review is not None
    }
    tiles = tiles_url(result.area, result.area_version)
    return MapPlan(
        time_zone=result.time_zone,
        attribution=result.attribution,
        area_version=result.area_version,
        tiles_url=tiles,
        reach_url=None if tiles is None else f"/v1/areas/{result.area}/reachable",
        reach_roads=None if tiles is None else roads,
        totals=_totals(collectors, len(unassigned)),
        roads=None if result.roads is None else _roads(result.roads),
        engine=result.engine,
        start=result.start if only is None else None,
        gap_percent=None if result.bound is None or only is not None else result.bound.gap_percent,
        collectors=collectors,
        unassigned=unassigned,
        reviews=[reviews.get(one.reason.pointer.removesuffix("/address")) for one in unassigned],
        unavailable_collectors=_unavailable(result, only),
    )


def _roads(roads: RoadsOut) -> MapRoads:
    return MapRoads(
        season=roads.season,
        closed=len(roads.closed_ways),
        observed=len(roads.observed_ways),
        unknown=len(roads.unknown_ways),
    )


def _unavailable(result: PlanResult, only: str | None) -> list[UnavailableCollectorOut]:
    return [one for one in result.unavailable_collectors if only in {None, one.collector}]


def _collector(index: int, route: RouteOut, drawn: list[tuple[Line, Sheet]]) -> MapCollector:
    ways = iter(drawn)
    return MapCollector(
        collector=route.collector,
        vehicle=route.vehicle,
        style=route_style(index),
        start=route.start,
        end=route.end,
        departure=route.departure,
        arrival=route.arrival,
        visits=len(route.stops),
        travel_s=route.travel_s,
        length_m=route.length_m,
        service_s=route.service_s,
        waiting_s=route.waiting_s,
        break_s=route.break_s,
        overtime_s=route.overtime_s,
        lateness_s=route.lateness_s,
        stops=[_stop(stop, route.vehicle, *next(ways)) for stop in route.stops],
        return_leg=None if route.return_leg is None else _leg(route.return_leg, *next(ways)),
        breaks=route.breaks,
        start_flags=route.start_flags,
        end_flags=route.end_flags,
    )


def _stop(stop: StopOut, vehicle: str, line: Line, steps: Sheet) -> MapStop:
    fields = {name: getattr(stop, name) for name in StopOut.model_fields if name not in {"leg", "navigation"}}
    navigation = NavigationLinks.to(stop.location, vehicle=vehicle)
    return MapStop(**fields, leg=_leg(stop.leg, line, steps), navigation=navigation)


def _leg(leg: LegOut, line: Line, steps: Sheet) -> MapLeg:
    return MapLeg(travel_s=leg.travel_s, length_m=leg.length_m, access_s=leg.access_s, line=line, steps=steps)


def _totals(collectors: list[MapCollector], unassigned: int) -> MapTotals:
    return MapTotals(
        collectors=sum(1 for one in collectors if one.stops),
        visits=sum(one.visits for one in collectors),
        travel_s=sum(one.travel_s for one in collectors),
        length_m=sum(one.length_m for one in collectors),
        unassigned=unassigned,
    )


def _problem(problem: JsonObject) -> MapProblem:
    detail = problem.get("detail")
    return MapProblem(
        code=str(problem.get("code", "planning_failed")),
        title=str(problem.get("title", "Planning failed")),
        detail=None if detail is None else str(detail),
    )
