"""The page of plans over HTTP: what is sent, who may go where from it, and that no plan is in it."""

import json
import re
from dataclasses import replace

import pytest

from service.access.admission import SESSION_COOKIE
from service.app import create_app
from service.auth.caller import LOCAL_CALLER, Caller
from service.auth.scope import Scope
from service.deps import Services
from service.store.jobs.records import PlanStatus
from tests.service.api.client import ApiClient
from tests.service.api.fakes import FakePlans, fake_deps
from tests.service.web.days import day_document


class OneIsKnown:
    """A gate that lets everybody in, as one caller."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def admit(self, carried: object) -> Caller:
        return self._caller


def client_with(*scopes: Scope, plans: FakePlans | None = None) -> ApiClient:
    """Return the client of somebody who may do this and nothing else."""
    deps = fake_deps(plans=plans or FakePlans())
    caller = replace(LOCAL_CALLER, scopes=frozenset(scopes))
    return ApiClient(
        create_app(Services(settings=deps.settings, gate=OneIsKnown(caller), deps_of=lambda _tenant: deps))
    )


@pytest.fixture
def client() -> ApiClient:
    return client_with(Scope.PLANS_READ, Scope.REVIEWS_READ)


def test_the_page_allows_nothing_from_elsewhere_and_stays_out_of_caches(client: ApiClient) -> None:
    answer = client.get("/plans")

    assert answer.status_code == 200
    assert not re.search(r"unsafe|https?:|\*", answer.headers["content-security-policy"])
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert not re.search(r"<style|\sstyle=|\son\w+=", answer.text)


def test_the_page_itself_holds_no_plan() -> None:
    plans = FakePlans()
    plan = plans.put(status=PlanStatus.SUCCESSFUL)

    html = client_with(Scope.PLANS_READ, plans=plans).get("/plans").text

    assert str(plan) not in html
    assert "liechtenstein" not in html


def test_only_who_signed_in_is_offered_to_sign_out(client: ApiClient) -> None:
    nobody = client.get("/plans").text
    somebody = client.get("/plans", headers={"cookie": f"{SESSION_COOKIE}=dss_any"}).text

    assert ("/login/end" in nobody, "/login/end" in somebody) == (False, True)


@pytest.mark.parametrize(("query", "lang", "title"), [("", "en", "Plans"), ("?lang=zh", "zh-CN", "计划")])
def test_the_reader_gets_the_page_in_the_right_language(client: ApiClient, query: str, lang: str, title: str) -> None:
    html = client.get(f"/plans{query}").text

    assert f'<html lang="{lang}">' in html
    assert f"<h1>{title}</h1>" in html


def test_the_language_that_was_asked_for_goes_on_to_the_other_pages(client: ApiClient) -> None:
    html = client.get("/plans?lang=zh").text

    assert 'href="/reviews?lang=zh"' in html
    assert json.loads(re.findall(r'id="page">(.*?)</script>', html, re.DOTALL)[0])["keep"] == "?lang=zh"
    assert 'href="/plans?lang=zh"' in client.get("/reviews?lang=zh").text


def test_plans_and_reviews_lead_to_each_other_only_whom_they_are_open_to(client: ApiClient) -> None:
    assert 'href="/reviews"' in client.get("/plans").text
    assert 'href="/plans"' in client.get("/reviews").text
    assert 'href="/reviews"' not in client_with(Scope.PLANS_READ).get("/plans").text
    assert 'href="/plans"' not in client_with(Scope.REVIEWS_READ).get("/reviews").text


def test_the_map_of_a_plan_leads_back_to_the_plans_and_that_of_a_collector_does_not() -> None:
    plans = FakePlans()
    day = f"/plans/{plans.put(status=PlanStatus.SUCCESSFUL, result=day_document())}"
    client = client_with(Scope.PLANS_READ, plans=plans)

    assert 'href="/plans"' in client.get(f"{day}/map").text
    assert 'href="/plans"' not in client.get(f"{day}/collectors/vaduz-1/map").text
