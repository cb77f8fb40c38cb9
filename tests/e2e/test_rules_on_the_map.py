"""Breaks, setup, lateness, overtime and where a plan comes from, on the map page."""

import pytest

from service.store.jobs.records import PlanStatus
from tests.e2e.map_page import OpenPage
from tests.e2e.site import Site
from tests.service.web.days import day_with_rules, parsed_day, stored

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

_ROWS = """(collector) => [...document.querySelectorAll(`[data-collector="${collector}"] .stops > li`)]
    .map((row) => [row.className, row.querySelector(".stop-note")?.textContent ?? row.textContent])"""
_FACTS = """(collector) => Object.fromEntries(
    [...document.querySelectorAll(`[data-collector="${collector}"] .facts > div`)].map(
        (fact) => [...fact.children].map((part) => part.textContent)))"""


@pytest.fixture(scope="module")
def url(site: Site) -> str:
    """The page of a day with every rule."""
    return f"{site.url}/plans/{site.plans.put(status=PlanStatus.SUCCESSFUL, result=stored(day_with_rules()))}/map"


def test_breaks_stand_in_their_order_between_the_stops_and_at_the_door(open_page: OpenPage, url: str) -> None:
    first = day_with_rules().result.routes[0]

    with open_page() as opened:
        opened.open(url)
        rows = opened.page.evaluate(_ROWS, first.collector)

    # The start, the first way and its stop; then the second way, the break on it, and its stop.
    assert [kind for kind, _ in rows][:6] == ["depot", "leg", "", "leg", "rest", ""]
    on_way = first.breaks[0]
    assert rows[4][1] == f"{on_way.start:%H:%M}–{on_way.end:%H:%M} break on the way, 15 min"
    assert f"break {first.breaks[1].start:%H:%M}–{first.breaks[1].end:%H:%M}" in rows[7][1]
    assert rows[-2][0] == "rest"


def test_setup_and_lateness_are_said_of_the_stop_and_summed_with_overtime(open_page: OpenPage, url: str) -> None:
    first = day_with_rules().result.routes[0]

    with open_page() as opened:
        opened.open(url)
        rows = opened.page.evaluate(_ROWS, first.collector)
        facts = opened.page.evaluate(_FACTS, first.collector)
        others = opened.page.evaluate(_FACTS, parsed_day().result.routes[1].collector)

    assert "setup 5 min" in rows[5][1]
    assert "ends 12 min after its window" in rows[5][1]
    assert (facts["Breaks"], facts["Overtime"], facts["Late"]) == ("55 min", "25 min", "12 min")
    assert others.keys() == {"Visits", "Distance", "Travel", "At doors", "Waiting"}


def test_the_popup_of_a_stop_says_its_break_and_how_late_it_ends(open_page: OpenPage, url: str) -> None:
    first = day_with_rules().result.routes[0]

    with open_page() as opened:
        opened.open_map(url)
        opened.page.get_by_role("button", name=first.collector).first.click()
        opened.page.locator("[data-stop='0:1']").click()
        late = opened.page.locator(".popup").inner_text()
        opened.page.locator("[data-stop='0:2']").click()
        rested = opened.page.locator(".popup").inner_text()

    assert "Late by" in late
    assert "Setup" in late
    assert f"{first.breaks[1].start:%H:%M}–{first.breaks[1].end:%H:%M}" in rested


def test_the_planner_reads_the_engine_and_what_the_plan_was_made_from(open_page: OpenPage, url: str) -> None:
    with open_page(locale="zh-CN") as opened:
        opened.open(url)
        notes = opened.page.locator(".plan-note").all_inner_texts()
        foot = opened.page.locator("#panel-foot").inner_text()

    assert notes == ["在先前的计划基础上生成", "先前计划中有、本次请求中已没有：C-gone"]
    assert "hybrid" in foot


def test_a_collectors_page_names_no_case_of_an_earlier_plan(open_page: OpenPage, url: str) -> None:
    collector = day_with_rules().result.routes[0].collector

    with open_page() as opened:
        opened.open(url.replace("/map", f"/collectors/{collector}/map"))
        page = opened.page.content()

    assert "C-gone" not in page


def test_a_plan_that_failed_for_its_request_says_what_to_change(open_page: OpenPage, site: Site) -> None:
    detail = "/collectors/0/prefix/1: The prefix cannot be driven: the shift ends before."
    problem = {"code": "invalid_request", "title": "Request breaks rules", "detail": detail}
    plan = site.plans.put(status=PlanStatus.FAILED, problem=problem)

    with open_page() as opened:
        opened.open(f"{site.url}/plans/{plan}/map")
        notice = opened.page.locator("body").inner_text()

    assert "What to change" in notice
    assert detail in notice
    assert "operator" not in notice
