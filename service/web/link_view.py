"""What the page behind a preview link shows: one route, with nobody's name, no case's id and no priority."""

from service.schemas.map_view import MapCollector, MapPlan, MapStop, MapView
from service.store.jobs.records import PlanRecord
from service.web.catalogue import Catalogue
from service.web.view import TilesUrl, map_view


def link_view(
    record: PlanRecord, route: int, *, tiles_url: TilesUrl, texts: Catalogue, navigation: bool
) -> MapView | None:
    """Return the view of the route at that position, from 1; None when the plan has none there.

    Parameters
    ----------
    texts : what a route and a visit are called instead of by their names.
    navigation : whether the doors have links that open navigation apps.
    """
    view = map_view(record, tiles_url=tiles_url)
    if view.plan is None or not 1 <= route <= len(view.plan.collectors):
        return None
    name = texts["link.route"].format(number=route)
    one = _nameless(view.plan.collectors[route - 1], name, texts, navigation=navigation)
    return view.model_copy(update={"id": None, "collector": name, "plan": _alone(view.plan, one)})


def _alone(plan: MapPlan, one: MapCollector) -> MapPlan:
    totals = {
        "collectors": 1 if one.stops else 0,
        "visits": one.visits,
        "travel_s": one.travel_s,
        "length_m": one.length_m,
        "unassigned": 0,
    }
    return plan.model_copy(
        update={
            "reach_url": None,
            "reach_roads": None,
            "totals": plan.totals.model_copy(update=totals),
            "start": None,
            "gap_percent": None,
            "collectors": [one],
            "unassigned": [],
            "reviews": [],
            "unavailable_collectors": [],
        }
    )


def _nameless(one: MapCollector, name: str, texts: Catalogue, *, navigation: bool) -> MapCollector:
    def nameless(stop: MapStop) -> MapStop:
        gone = {"case": texts["link.visit"].format(number=stop.number), "priority": None, "mandatory": False}
        return stop.model_copy(update=gone if navigation else gone | {"navigation": None})

    return one.model_copy(update={"collector": name, "stops": [nameless(stop) for stop in one.stops]})
