"""Too many requests: 429, when to come back, and who is not harmed by it."""

from dataclasses import replace
from typing import Any

import pytest
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from sqlalchemy.exc import OperationalError

from service.app import create_app
from service.auth.caller import LOCAL_CALLER, Caller
from service.auth.errors import CredentialsError
from service.deps import Services
from service.store.requests.quotas import Limiter
from tests.service.api.client import ApiClient
from tests.service.api.fakes import fake_deps


class Gate:
    """A bearer is the name of a caller; `bad` opens nothing."""

    def admit(self, carried: Any) -> Caller | None:
        if carried.bearer is None:
            return None
        if carried.bearer == "bad":
            raise CredentialsError
        tenant, _, subject = carried.bearer.partition("-")
        return replace(LOCAL_CALLER, tenant=tenant, subject=subject)


def client_with(limiter: Any = None, **settings: Any) -> ApiClient:
    deps = fake_deps(**settings)
    counts = limiter or Limiter(SlidingWindowCounterRateLimiter(MemoryStorage()))
    return ApiClient(
        create_app(Services(settings=deps.settings, gate=Gate(), deps_of=lambda _tenant: deps, limiter=counts))
    )


def ask(client: ApiClient, who: str = "bank-a") -> Any:
    return client.get("/v1/plans", headers={"Authorization": f"Bearer {who}"})


def test_a_caller_is_told_what_is_left_and_when_to_come_back() -> None:
    client = client_with(rate_limit="2/minute")

    answers = [ask(client) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"caller";q=2;w=60'
    assert answers[0].headers["RateLimit"].startswith('"caller";r=1;t=')
    refused = answers[2]
    assert (refused.json()["code"], refused.headers["Content-Type"]) == ("rate_limited", "application/problem+json")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"].startswith('"caller";r=0;t=')


def test_callers_do_not_use_up_what_others_have() -> None:
    client = client_with(rate_limit="1/minute")

    assert [ask(client, who).status_code for who in ("bank-a", "bank-b", "other-a", "bank-a")] == [200, 200, 200, 429]


def test_a_tenant_has_a_limit_of_its_own() -> None:
    client = client_with(rate_limit="", rate_limit_tenant="2/minute")

    assert [ask(client, who).status_code for who in ("bank-a", "bank-b", "bank-c", "other-a")] == [200, 200, 429, 200]


def test_refused_keys_are_answered_429_after_a_while_and_good_ones_go_on() -> None:
    client = client_with(rate_limit_refusals="2/minute")

    assert [ask(client, "bad").status_code for _ in range(4)] == [401, 401, 429, 429]
    assert "Retry-After" in ask(client, "bad").headers
    assert ask(client).status_code == 200


def test_keys_that_are_guessed_at_an_address_of_pages_are_counted_too() -> None:
    client = client_with(rate_limit_refusals="2/minute")
    guess = {"Accept": "text/html", "Authorization": "Bearer bad"}

    answers = [client.get("/plans", headers=guess, follow_redirects=False).status_code for _ in range(4)]

    assert answers == [401, 401, 429, 429]


def test_no_limit_is_no_limit() -> None:
    client = client_with(rate_limit="", rate_limit_refusals="")

    answers = [ask(client) for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0].headers


def test_health_and_pages_are_not_counted() -> None:
    client = client_with(rate_limit="1/minute", rate_limit_address="1/minute")

    assert [client.get("/healthz").status_code for _ in range(3)] == [200] * 3


def test_links_and_the_login_are_limited_by_address() -> None:
    client = client_with(rate_limit_address="1/minute")

    answers = [client.get(path) for path in ("/r/a-guess", "/r/another-guess", "/login")]

    assert [answer.status_code for answer in answers[1:]] == [429, 429]
    assert answers[0].status_code != 429
    assert answers[1].headers["RateLimit-Policy"] == '"address";q=1;w=60'


def test_a_count_that_cannot_be_kept_refuses_nobody() -> None:
    class Away:
        def hit(self, _quotas: Any) -> Any:
            raise OperationalError("", {}, Exception())

    assert ask(client_with(Away(), rate_limit="1/minute")).status_code == 200


@pytest.mark.parametrize("limit", ["many", "5/fortnight", "5"])
def test_a_limit_that_says_nothing_stops_the_start(limit: str) -> None:
    with pytest.raises(ValueError, match="100/second"):
        fake_deps(rate_limit=limit)
