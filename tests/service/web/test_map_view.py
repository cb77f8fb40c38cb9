"""The map's view of a plan: the plan's own figures and lines, and only those of whom the page is for."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from geodata.geocoding.port import GeocodeAnswer, Status
from service.schemas.document import PlanDocument
from service.schemas.geocoding import GeocodeResult
from service.schemas.map_view import MapPlan, MapRoads, MapView
from service.schemas.plan import GeocodedOut
from service.schemas.roads import RoadsOut
from service.store.jobs.records import PlanRecord, PlanStatus
from service.web.view import map_view
from tests.service.api.fakes import FakePlans
from tests.service.web.days import day_with_turns, parsed_day, stored

REVIEW = UUID(int=7)


def _record(**changes: object) -> PlanRecord:
    plans = FakePlans()
    return plans.get(plans.put(**changes))


def _finished(document: PlanDocument | None = None) -> PlanRecord:
    return _record(status=PlanStatus.SUCCESSFUL, result=stored(document or parsed_day()))


def _view(record: PlanRecord, collector: str | None = None) -> MapView:
    return map_view(record, tiles_url=lambda area, version: f"/{area}/{version}", collector=collector)


def _plan(record: PlanRecord, collector: str | None = None) -> MapPlan:
    plan = _view(record, collector).plan
    assert plan is not None
    return plan


def test_stops_and_legs_are_the_plans_own() -> None:
    document = parsed_day()

    plan = _plan(_finished(document))

    for shown, route in zip(plan.collectors, document.result.routes, strict=True):
        as_planned = route.with_links().model_dump()
        as_shown = shown.model_dump(exclude={"style", "visits", "stops", "return_leg"})
        assert as_shown == {name: as_planned[name] for name in as_shown}
        stops = [stop.model_dump(exclude={"leg": {"line", "steps"}}) for stop in shown.stops]
        assert stops == as_planned["stops"]


def test_every_leg_gets_its_line() -> None:
    document = parsed_day()

    plan = _plan(_finished(document))

    for shown, lines in zip(plan.collectors, document.lines, strict=True):
        legs = [stop.leg for stop in shown.stops] + ([shown.return_leg] if shown.return_leg else [])
        assert [leg.line for leg in legs] == lines


def test_every_leg_gets_its_turns_and_none_in_a_plan_without_them() -> None:
    document = day_with_turns()

    plan, without = _plan(_finished(document)), _plan(_finished(parsed_day()))

    for shown, sheets in zip(plan.collectors, document.sheets, strict=True):
        legs = [stop.leg for stop in shown.stops] + ([shown.return_leg] if shown.return_leg else [])
        assert [leg.steps for leg in legs] == sheets
    assert {len(stop.leg.steps) for shown in without.collectors for stop in shown.stops} == {0}


def test_reach_is_asked_of_the_plans_area_while_it_has_its_map() -> None:
    gone = map_view(_finished(), tiles_url=lambda _area, _version: None).plan

    assert _plan(_finished()).reach_url == "/v1/areas/liechtenstein/reachable"
    assert gone is not None
    assert gone.reach_url is None


def test_reach_is_asked_with_the_roads_of_the_plans_own_day() -> None:
    roads = {"season": "wet", "closed_ways": [7], "observed_speeds": [{"way": 8, "kmh": 12.0, "direction": "both"}]}
    request = {**_finished().request, "roads": roads}
    record = replace(_finished(), request=request)

    asked = _plan(record).reach_roads

    assert asked is not None
    assert asked.model_dump(mode="json") == roads
    assert _plan(_finished()).reach_roads is None


def test_totals_are_the_sums_of_what_is_shown() -> None:
    document = parsed_day()

    totals = _plan(_finished(document)).totals

    assert totals.visits == 53
    assert totals.unassigned == 7
    assert totals.collectors == 5
    assert totals.travel_s == document.result.cost.travel_s
    assert totals.length_m == sum(route.length_m for route in document.result.routes)


def test_a_collectors_view_holds_nobody_else() -> None:
    document = parsed_day()
    others = [route for route in document.result.routes if route.collector != "vaduz-2"]

    text = _view(_finished(document), "vaduz-2").model_dump_json()

    assert '"vaduz-2"' in text
    assert not any(f'"{route.collector}"' in text for route in others)
    assert not any(f'"{stop.case}"' in text for route in others for stop in route.stops)
    assert not any(f'"{left_out.case}"' in text for left_out in document.result.unassigned)


def test_a_collector_has_the_same_colour_on_both_pages() -> None:
    whole = _plan(_finished()).collectors[3]

    alone = _plan(_finished(), whole.collector).collectors[0]

    assert alone == whole


def test_an_unknown_collector_gets_no_route() -> None:
    plan = _plan(_finished(), "nobody")

    assert plan.collectors == []
    assert plan.unavailable_collectors == []


def test_a_case_whose_address_is_reviewed_leads_to_its_review() -> None:
    document = parsed_day()
    answer = GeocodeResult.of(GeocodeAnswer(status=Status.NEEDS_REVIEW), review=REVIEW)
    place = GeocodedOut(pointer="/cases/20", answer=answer)  # that of C-1021
    result = document.result.model_copy(update={"geocoding": [place]})

    plan = _plan(_finished(document.model_copy(update={"result": result})))

    shown = {one.case: review for one, review in zip(plan.unassigned, plan.reviews, strict=True)}
    assert {case: review for case, review in shown.items() if review} == {"C-1021": f"/reviews#{REVIEW}"}


def test_geocoding_answers_are_not_shown() -> None:
    assert "geocoding" not in _view(_finished()).model_dump_json()


def test_the_base_map_is_the_one_of_the_plans_area_and_version() -> None:
    document = parsed_day()

    plan = _plan(_finished(document))

    assert plan.tiles_url == f"/liechtenstein/{document.result.area_version}"


def test_what_was_different_on_the_roads_is_shown_in_figures() -> None:
    document = parsed_day()
    roads = RoadsOut(season="wet", closed_ways=[1, 2], observed_ways=[3], unknown_ways=[])
    changed = document.model_copy(update={"result": document.result.model_copy(update={"roads": roads})})

    assert _plan(_finished(changed)).roads == MapRoads(season="wet", closed=2, observed=1, unknown=0)
    assert _plan(_finished(document)).roads is None


def test_a_running_plan_shows_its_progress_and_no_routes() -> None:
    progress = {"stage": "solving", "cost_s": 41230, "assigned": 51, "elapsed_s": 4.2, "budget_s": 10.0}

    view = _view(_record(status=PlanStatus.RUNNING, progress=progress))

    assert view.plan is None
    assert view.progress is not None
    assert view.progress.cost_s == 41230


def test_a_failed_plan_shows_its_problem() -> None:
    view = _view(_record(status=PlanStatus.FAILED, problem={"code": "worker_lost", "title": "Lost", "status": 500}))

    assert view.problem is not None
    assert (view.problem.code, view.problem.detail) == ("worker_lost", None)


def test_an_accepted_plan_is_known_by_its_date() -> None:
    record = replace(_record(), id=UUID(int=7))

    view = _view(record)

    assert (view.id, view.date, view.status) == (UUID(int=7), date(2026, 11, 25), "accepted")
