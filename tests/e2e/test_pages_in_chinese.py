"""No English is left on a Chinese page, but for names, ids and what is the same in every language."""

import re
from typing import Any

import pytest

from service.cases.contact import SuppressionReason
from service.schemas.document import PlanDocument
from service.store.jobs.records import PlanStatus
from tests.e2e.map_page import OpenPage, Watched
from tests.e2e.site import Site
from tests.service.web.days import day_with_rules, stored

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

#: The words that a reader sees, hears or is offered; with the ids of cases, collectors and policies taken out.
_VISIBLE = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [document.title];
  while (walk.nextNode()) {
    const { parentElement, textContent } = walk.currentNode;
    if (!["SCRIPT", "STYLE", "NOSCRIPT"].includes(parentElement.tagName)) texts.push(textContent);
  }
  for (const element of document.querySelectorAll("[title], [aria-label], [placeholder], [alt]"))
    for (const name of ["title", "aria-label", "placeholder", "alt"]) texts.push(element.getAttribute(name) ?? "");
  return texts;
}"""
#: Products, the library's own mark, the license's wording, the switch to English.
_NAMES = {"doorstep", "API", "OpenStreetMap", "MapLibre", "contributors", "English", "hybrid", "or_tools", "Apple"}
_NAMES |= {"Google", "Europe", "Vaduz", "km", "GPS", "IP", "dsk_"}


def english(texts: list[str], *, known: set[str]) -> set[str]:
    """Return the words of ASCII letters that are no names."""
    left = " ".join(texts)
    for name in sorted(known | _NAMES, key=len, reverse=True):
        left = left.replace(name, " ")
    return set(re.findall(r"[A-Za-z_]{3,}", left))


def refused_for_every_reason() -> PlanDocument:
    """The day with cases left out by every form of rule."""
    document = day_with_rules()
    forms = [f"suppress {reason}" for reason in SuppressionReason] + [
        "suppress dispute until 2026-12-31",
        "caps.per_day 1",
        "caps.per_7d 1",
        "caps.per_30d 2",
        "min_gap_days 7",
        "no visits on a Sunday",
        "08:00-20:00",
    ]
    some = document.result.unassigned[0]
    reason = some.reason
    left_out = [
        some.model_copy(update={"case": f"C-{number}", "reason": reason.model_copy(update={"rule": f"cn-1: {form}"})})
        for number, form in enumerate(forms)
    ]
    result = document.result.model_copy(update={"unassigned": [*document.result.unassigned, *left_out]})
    return PlanDocument(result=result, lines=document.lines)


def ids_of(document: PlanDocument) -> set[str]:
    """Return what the bank named itself."""
    result = document.result
    cases = {stop.case for route in result.routes for stop in route.stops} | {one.case for one in result.unassigned}
    return cases | {route.collector for route in result.routes} | {"C-gone", "cn-1"}


def texts_of(opened: Watched) -> list[str]:
    """Return the visible words."""
    texts: list[str] = opened.page.evaluate(_VISIBLE)
    return texts


def test_a_plan_with_every_rule_has_no_english(open_page: OpenPage, site: Site) -> None:
    document = refused_for_every_reason()
    plan = site.plans.put(status=PlanStatus.SUCCESSFUL, result=stored(document))

    with open_page(locale="zh-CN") as opened:
        opened.open_map(f"{site.url}/plans/{plan}/map")
        opened.page.locator(".card-toggle").first.click()
        opened.page.locator(".stop").first.click()
        opened.page.locator(".popup").wait_for()
        texts = texts_of(opened)

    assert english(texts, known=ids_of(document)) == set()
    assert "cn-1: 因争议，2026年12月31日周四前（含当日）不得上门" in " ".join(texts)
    assert "cn-1: 星期日不上门" in " ".join(texts)


@pytest.mark.parametrize(
    "state",
    [
        {"status": PlanStatus.ACCEPTED},
        {
            "status": PlanStatus.RUNNING,
            "progress": {"stage": "solving", "cost_s": 100, "assigned": 3, "elapsed_s": 1.0, "budget_s": 5.0},
        },
        {"status": PlanStatus.DISMISSED},
        {"status": PlanStatus.FAILED, "problem": {"code": "worker_lost", "title": "Workers", "detail": "They died."}},
    ],
    ids=["accepted", "running", "dismissed", "failed"],
)
def test_a_plan_without_routes_has_no_english(open_page: OpenPage, site: Site, state: dict[str, Any]) -> None:
    plan = site.plans.put(**state)

    with open_page(locale="zh-CN") as opened:
        opened.open(f"{site.url}/plans/{plan}/map")
        texts = texts_of(opened)

    assert english(texts, known={"worker_lost", str(plan)}) == set()


@pytest.mark.parametrize("path", ["/plans", "/reviews", "/login", "/plans/nothing/map", "/r/nothing", "/nothing"])
def test_the_other_pages_have_no_english(open_page: OpenPage, site: Site, path: str) -> None:
    site.plans.records.clear()

    with open_page(locale="zh-CN") as opened:
        opened.page.goto(site.url + path)
        opened.until("document.querySelector('#empty, .message:not(#notice)')?.className ?? ''")
        opened.complaints[:] = [one for one in opened.complaints if "404" not in one]
        texts = texts_of(opened)

    assert english(texts, known={"POST /v1/plans"}) == set()


def test_the_list_of_plans_has_no_english(open_page: OpenPage, site: Site) -> None:
    for status in PlanStatus:
        site.plans.put(status=status)

    with open_page(locale="zh-CN") as opened:
        opened.open(f"{site.url}/plans")
        texts = texts_of(opened)

    assert english(texts, known={"liechtenstein"}) == set()
