"""The page of plans in a browser: what there is, what is still to come, and the way to each map."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import pytest

from service.store.jobs.records import PlanStatus
from tests.e2e.map_page import PHONE, OpenPage, Watched
from tests.e2e.site import Site
from tests.service.web.days import day_document

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

#: When the readers of these tests look: a Wednesday morning in Shanghai.
NOW: Final = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
TODAY: Final = date(2026, 11, 25)
READER: Final = {"timezone_id": "Asia/Shanghai"}
#: Milliseconds after which the page reads the list again.
RENEWAL: Final = 5000
#: The state of each plan, from above.
STATES: Final = "[...document.querySelectorAll('.plan')].map(({ dataset }) => dataset.status)"


@pytest.fixture(autouse=True)
def _no_plans(site: Site) -> None:
    site.plans.records.clear()


def put(site: Site, status: PlanStatus, *, minutes: int, days: int = 0, **changes: Any) -> UUID:
    """Store a plan that was sent so many minutes ago, for a day so many days from today."""
    made = NOW - timedelta(minutes=minutes)
    return site.plans.put(status=status, created_at=made, plan_date=TODAY + timedelta(days=days), **changes)


def end(site: Site, plan: UUID) -> None:
    """Let the search of a plan end well."""
    record = site.plans.records[plan]
    site.plans.records[plan] = replace(record, status=PlanStatus.SUCCESSFUL, started_at=NOW, finished_at=NOW)


def _are(wanted: set[str], shown: list[str]) -> bool:
    return set(shown) == wanted


def open_list(watched: Watched, site: Site) -> None:
    """Open the page at a time that stands still until a test moves it."""
    watched.page.clock.install(time=NOW)
    watched.open(f"{site.url}/plans")


def said(watched: Watched) -> list[str]:
    """Return what the list says of each plan, from above."""
    return [" ".join(row.split()) for row in watched.page.locator(".plan").all_inner_texts()]


def test_the_plans_stand_under_their_days_the_newest_day_first(open_page: OpenPage, site: Site) -> None:
    put(site, PlanStatus.DISMISSED, minutes=60 * 24 * 330, days=-329)
    put(site, PlanStatus.FAILED, minutes=1440, area="wanzhou")
    sent = NOW - timedelta(minutes=30)
    done = {"started_at": sent, "finished_at": sent + timedelta(seconds=5.2), "cases": 60, "unassigned": 4}
    put(site, PlanStatus.SUCCESSFUL, minutes=30, days=1, **done)
    put(site, PlanStatus.RUNNING, minutes=1, started_at=NOW, cases=58)

    with open_page(**READER) as watched:
        open_list(watched, site)
        days = watched.page.locator(".day h2").all_inner_texts()
        plans = said(watched)

    assert days == ["Thu, 26 Nov 2026 tomorrow", "Wed, 25 Nov 2026 today", "Wed, 31 Dec 2025"]
    assert plans == [
        "liechtenstein Done sent 25 Nov, 09:00 · took 6 s · cases planned: 56 of 60",
        "liechtenstein Searching sent 25 Nov, 09:29 · cases: 58",
        "wanzhou Failed sent 24 Nov, 09:30",
        "liechtenstein Dismissed sent 30 Dec 2025, 09:30",
    ]


def test_a_plan_that_ends_is_shown_without_reloading_and_the_focus_stays(open_page: OpenPage, site: Site) -> None:
    plan = put(site, PlanStatus.RUNNING, minutes=1)
    put(site, PlanStatus.SUCCESSFUL, minutes=9)

    with open_page(**READER) as watched:
        open_list(watched, site)
        watched.page.locator(".plan").first.focus()
        put(site, PlanStatus.ACCEPTED, minutes=0)
        end(site, plan)
        watched.page.clock.run_for(RENEWAL)
        watched.until(STATES, lambda states: len(states) > 2)
        states = watched.page.evaluate(STATES)
        focused = watched.page.evaluate("document.activeElement.dataset.plan")
        heard = watched.page.locator("#announcement").inner_text()

    assert states == ["accepted", "successful", "successful"]
    assert focused == str(plan)
    assert heard == "Plan of Wed, 25 Nov 2026, liechtenstein: Done"


def test_a_list_whose_plans_are_all_over_is_not_read_again(open_page: OpenPage, site: Site) -> None:
    put(site, PlanStatus.SUCCESSFUL, minutes=9)

    with open_page(**READER) as watched:
        open_list(watched, site)
        watched.page.clock.run_for(10 * RENEWAL)
        asked = [url for url in watched.asked if "/v1/plans" in url]

    assert len(asked) == 1


def test_a_list_that_nobody_sees_is_read_again_when_somebody_does(open_page: OpenPage, site: Site) -> None:
    put(site, PlanStatus.RUNNING, minutes=1)
    turn = """(hidden) => {
        Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""

    with open_page(**READER) as watched:
        open_list(watched, site)
        watched.page.evaluate(turn, True)
        watched.page.clock.run_for(10 * RENEWAL)
        unseen = [url for url in watched.asked if "/v1/plans" in url]
        with watched.page.expect_request("**/v1/plans?*"):
            watched.page.evaluate(turn, False)

    assert len(unseen) == 1


def test_the_next_page_is_read_when_it_is_asked_for_and_stays_when_the_list_is_renewed(
    open_page: OpenPage, site: Site
) -> None:
    plans = [put(site, PlanStatus.ACCEPTED, minutes=0)]
    plans += [put(site, PlanStatus.SUCCESSFUL, minutes=number, days=-(number // 20)) for number in range(1, 210)]

    with open_page(**READER) as watched:
        open_list(watched, site)
        shown = [len(watched.page.evaluate(STATES))]
        for _ in range(4):
            watched.page.locator("#more").press("Enter")
            shown.append(len(watched.until(STATES, lambda states: len(states) > shown[-1])))
        focused = watched.page.evaluate("document.activeElement.dataset.plan")
        end(site, plans[0])
        with watched.page.expect_request("**/v1/plans?*") as renewal:
            watched.page.clock.run_for(RENEWAL)
        renewed = watched.until(STATES, lambda states: "accepted" not in states)

    assert shown == [50, 100, 150, 200, 210]
    assert focused == str(plans[200])
    assert renewal.value.url.endswith("?limit=200")
    assert len(renewed) == 210


def test_a_filter_shows_the_plans_in_its_states(open_page: OpenPage, site: Site) -> None:
    for minutes, status in enumerate(PlanStatus):
        put(site, status, minutes=minutes)
    wanted = {"open": {"accepted", "running"}, "done": {"successful"}, "unmade": {"failed", "dismissed"}}

    with open_page(**READER) as watched:
        open_list(watched, site)
        for name, states in (wanted | {"all": {*PlanStatus}}).items():
            watched.page.locator(f"[data-filter={name}]").click()
            watched.until(STATES, partial(_are, states))
            assert watched.page.locator(".filter[aria-pressed=true]").get_attribute("data-filter") == name


def test_without_any_plan_the_page_says_how_they_are_made(open_page: OpenPage, site: Site) -> None:
    with open_page(**READER) as watched:
        open_list(watched, site)
        words = watched.page.locator("#empty").inner_text()
        leads = watched.page.locator("#empty a").get_attribute("href")

    assert "No plans yet" in words
    assert "POST /v1/plans" in words
    assert leads == "/docs"


def test_the_page_waits_for_a_service_that_does_not_answer(open_page: OpenPage, site: Site) -> None:
    put(site, PlanStatus.SUCCESSFUL, minutes=9)
    with open_page(**READER) as watched:
        watched.page.route("**/v1/plans?*", lambda route: route.fulfill(status=503, json={}), times=1)
        watched.page.clock.install(time=NOW)
        watched.page.goto(f"{site.url}/plans")
        watched.until("document.getElementById('offline')?.textContent ?? ''", lambda text: "Trying again" in text)
        watched.page.clock.run_for(RENEWAL)
        watched.until("document.querySelectorAll('.plan').length")
        notices = watched.page.locator("#offline").count()
        watched.complaints[:] = [one for one in watched.complaints if "503" not in one]

    assert notices == 0


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_on_a_small_phone_a_finger_opens_the_map_and_comes_back(open_page: OpenPage, site: Site, locale: str) -> None:
    put(site, PlanStatus.SUCCESSFUL, minutes=9, area="a-county-with-quite-a-long-name", result=day_document())
    small = {**PHONE, "viewport": {"width": 320, "height": 640}}

    with open_page(**small, locale=locale, timezone_id="Asia/Shanghai") as watched:
        watched.open(f"{site.url}/plans")
        wide = watched.page.evaluate("document.documentElement.scrollWidth")
        watched.page.locator(".plan").tap()
        watched.page.wait_for_url("**/map")
        watched.until("document.body.dataset.state", lambda state: state == "successful")
        watched.page.locator(".to-plans").tap()
        watched.page.wait_for_url("**/plans")
        watched.until("document.querySelectorAll('.plan').length")

    assert wide == 320
