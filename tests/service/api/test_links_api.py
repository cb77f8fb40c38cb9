"""Preview links over HTTP: made, listed and revoked by a planner; opened by whoever has one."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from service.access.gate import OpenGate
from service.app import create_app
from service.deps import Services
from service.store.access.tenant_settings import TenantSettings
from service.store.jobs.records import PlanStatus
from tests.service.api.client import ApiClient
from tests.service.api.fake_records import FakeAudit, FakeLinks, FakeSettings
from tests.service.api.fakes import FakePlans, fake_deps
from tests.service.web.days import day_document, parsed_day

#: The planned day of the documents is 2026-11-25 in Liechtenstein: this is the evening before.
EVENING = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


@pytest.fixture
def plans() -> FakePlans:
    return FakePlans()


@pytest.fixture
def links() -> FakeLinks:
    return FakeLinks(now=EVENING)


@pytest.fixture
def chosen() -> FakeSettings:
    return FakeSettings()


@pytest.fixture
def audit() -> FakeAudit:
    return FakeAudit()


@pytest.fixture
def client(plans: FakePlans, links: FakeLinks, chosen: FakeSettings, audit: FakeAudit) -> ApiClient:
    deps = replace(fake_deps(plans=plans), links=links, tenant_settings=chosen, audit=audit, now=lambda: EVENING)
    gated = Services(settings=deps.settings, gate=OpenGate(), links=links, deps_of=lambda _tenant: deps)
    return ApiClient(create_app(gated))


@pytest.fixture
def plan(plans: FakePlans) -> UUID:
    return plans.put(status=PlanStatus.SUCCESSFUL, result=day_document(), finished_at=EVENING)


def made(client: ApiClient, plan: UUID, route: int = 2, **body: Any) -> Any:
    answer = client.post(f"/v1/plans/{plan}/routes/{route}/links", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def path_of(url: str) -> str:
    return re.sub(r"^http://[^/]+", "", url)


def test_a_link_lasts_until_the_end_of_the_plans_day_by_the_clock_of_the_branch(client: ApiClient, plan: UUID) -> None:
    link = made(client, plan)["link"]

    day = parsed_day().result
    ends = datetime.fromisoformat(link["expires_at"])
    assert day.time_zone == "Europe/Vaduz"
    assert ends == datetime(day.date.year, day.date.month, day.date.day, 23, tzinfo=UTC)  # midnight there
    assert (link["route"], link["plan"], link["created_by"]) == (2, str(plan), "local")


def test_a_link_lasts_as_long_as_was_asked_and_no_longer_than_the_setting(client: ApiClient, plan: UUID) -> None:
    hour = made(client, plan, expires_in_s=3600)["link"]
    too_long = client.post(f"/v1/plans/{plan}/routes/1/links", json={"expires_in_s": 31 * 86_400})

    assert datetime.fromisoformat(hour["expires_at"]) == EVENING + timedelta(hours=1)
    assert (too_long.status_code, too_long.json()["errors"][0]["pointer"]) == (422, "/expires_in_s")
    assert "30 days" in too_long.json()["errors"][0]["detail"]


def test_a_day_that_is_over_needs_a_time(plans: FakePlans, links: FakeLinks, plan: UUID) -> None:
    deps = replace(fake_deps(plans=plans), links=links, now=lambda: EVENING + timedelta(days=400))
    client = ApiClient(create_app(deps))

    refused = client.post(f"/v1/plans/{plan}/routes/1/links", json={})

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "day_is_over")
    assert client.post(f"/v1/plans/{plan}/routes/1/links", json={"expires_in_s": 600}).status_code == 201


def test_there_are_links_to_routes_of_finished_plans_alone(client: ApiClient, plans: FakePlans, plan: UUID) -> None:
    waiting = plans.put()

    def code(of: object, route: object) -> Any:
        return client.post(f"/v1/plans/{of}/routes/{route}/links", json={}).json()["code"]

    assert code(plan, 99) == "route_not_found"
    assert code(plan, "x") == "route_not_found"
    assert code(waiting, 1) == "plan_not_done"
    assert code(uuid4(), 1) == "plan_not_found"


def test_links_are_listed_without_their_secrets_and_revoked_once_and_again(client: ApiClient, plan: UUID) -> None:
    first, second = made(client, plan), made(client, plan)
    listed = client.get(f"/v1/plans/{plan}/links")

    assert {link["id"] for link in listed.json()["links"]} == {first["link"]["id"], second["link"]["id"]}
    assert not any(path_of(one["url"]).removeprefix("/r/") in listed.text for one in (first, second))
    for _ in range(2):
        assert client.delete(f"/v1/plans/{plan}/links/{first['link']['id']}").status_code == 204
    assert client.delete(f"/v1/plans/{plan}/links/{uuid4()}").json()["code"] == "link_not_found"
    page = client.get(f"/v1/plans/{plan}/links?limit=1").json()
    rest = client.get(page["next"]).json()
    revoked = {link["id"]: link["revoked_at"] is not None for link in (*page["links"], *rest["links"])}
    assert revoked == {first["link"]["id"]: True, second["link"]["id"]: False}


def test_the_page_shows_one_route_and_nothing_that_tells_of_anybody(client: ApiClient, plan: UUID) -> None:
    path = path_of(made(client, plan)["url"])
    answer = client.get(f"{path}/map.json?lang=en")
    route = parsed_day().result.routes[1]

    shown = answer.json()["plan"]
    assert [len(one["stops"]) for one in shown["collectors"]] == [len(route.stops)]
    assert [stop["arrival"] for stop in shown["collectors"][0]["stops"]] == [
        stop.arrival.isoformat() for stop in route.stops
    ]
    everybody = [
        one for planned in parsed_day().result.routes for one in (planned.collector, *(s.case for s in planned.stops))
    ]
    everybody += [one.case for one in parsed_day().result.unassigned] + [str(plan)]
    assert not [name for name in everybody if f'"{name}"' in answer.text]
    assert answer.json()["collector"] == "Route 2"
    assert {stop["case"] for stop in shown["collectors"][0]["stops"]} == {
        f"Visit {number}" for number in range(1, len(route.stops) + 1)
    }
    assert {(stop["priority"], stop["mandatory"]) for stop in shown["collectors"][0]["stops"]} == {(None, False)}
    assert (shown["unassigned"], shown["reviews"], shown["reach_url"], shown["totals"]["collectors"]) == (
        [],
        [],
        None,
        1,
    )


def test_doors_open_navigation_apps_only_where_the_tenant_wants_it(
    client: ApiClient, plan: UUID, chosen: FakeSettings
) -> None:
    path = path_of(made(client, plan)["url"])

    def navigation() -> list[Any]:
        plan_shown = client.get(f"{path}/map.json").json()["plan"]
        return [stop["navigation"] for stop in plan_shown["collectors"][0]["stops"]]

    assert set(navigation()) == {None}
    chosen.put(TenantSettings(navigation=True), version=1)
    assert all(links["geo"].startswith("geo:") for links in navigation())


def test_links_that_never_were_are_over_or_taken_back_are_not_told_apart(
    client: ApiClient, plan: UUID, links: FakeLinks
) -> None:
    over, revoked = made(client, plan, expires_in_s=60), made(client, plan)
    client.delete(f"/v1/plans/{plan}/links/{revoked['link']['id']}")
    links.now = EVENING + timedelta(minutes=2)
    paths = [path_of(over["url"]), path_of(revoked["url"]), "/r/unknown", "/r/" + "x" * 300]

    for suffix in ("?lang=en", "/map.json"):
        answers = [client.get(path + suffix) for path in paths]
        texts = {re.sub(r"/r/[^/\"?]+", "", answer.text) for answer in answers}
        assert {answer.status_code for answer in answers} == {404}
        assert len(texts) == 1
        headers = [
            {name: text for name, text in answer.headers.items() if name != "x-request-id"} for answer in answers
        ]
        assert all(one == headers[0] for one in headers)


@pytest.mark.parametrize("suffix", ["", "/map.json"])
def test_a_link_leaves_no_trace_in_caches_referrers_and_search_engines(
    client: ApiClient, plan: UUID, suffix: str
) -> None:
    path = path_of(made(client, plan)["url"])

    for answer in (client.get(path + suffix), client.get("/r/unknown" + suffix)):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-robots-tag"].startswith("noindex")
        assert not re.search(r"unsafe|https?:|\*", answer.headers["content-security-policy"])


def test_the_page_speaks_the_readers_language_and_holds_nothing_of_the_plan(client: ApiClient, plan: UUID) -> None:
    path = path_of(made(client, plan)["url"])
    english = client.get(path, headers={"Accept-Language": "en"})
    chinese = client.get(path, headers={"Accept-Language": "zh-CN"})

    assert ("Route 2" in english.text, "路线 2" in chinese.text) == (True, True)
    assert 'lang="zh-CN"' in chinese.text
    assert f"{path}/map.json?lang=zh" in chinese.text
    assert str(plan) not in english.text
    assert client.get(f"{path}/map.json?lang=zh").json()["plan"]["collectors"][0]["stops"][0]["case"] == "第 1 户"


def test_who_opens_a_link_is_recorded_as_the_link(client: ApiClient, plan: UUID, audit: FakeAudit) -> None:
    new = made(client, plan)
    client.get(f"{path_of(new['url'])}/map.json")

    opened = audit.entries[-1]
    assert (opened.action, opened.actor_kind, opened.actor) == ("link.opened", "link", new["link"]["id"])
    assert (opened.object_kind, opened.object_id) == ("plan", str(plan))
    assert client.get(f"/v1/plans/{plan}/links").json()["links"][0]["last_opened_at"] is not None
