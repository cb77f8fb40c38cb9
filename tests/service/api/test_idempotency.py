"""Idempotency-Key over HTTP: whatever is sent twice is made once."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import anyio
import httpx
import pytest
from sqlalchemy import Engine

from service.api.http.idempotency import read_key
from service.app import create_app
from service.auth.caller import LOCAL_CALLER, Caller
from service.auth.errors import CredentialsError
from service.auth.scope import Scope
from service.deps import Services
from service.store.access.identities import IdentityStore
from service.store.access.tenant_identities import TenantIdentities
from service.store.errors import UnstorableValueError
from service.store.jobs.schedules import ScheduleStore
from service.store.privacy.tenant_keys import TenantKeys
from service.store.requests.idempotency import Held, IdempotencyStore
from tests.service.api.client import ApiClient
from tests.service.api.fake_integration import FakeIdempotency
from tests.service.api.fakes import FakePlans, fake_deps, plan_body

KEY = {"Idempotency-Key": "5b8f6c1e"}


class Gate:
    """Admits whom a test wants."""

    def __init__(self) -> None:
        self.caller: Caller = LOCAL_CALLER

    def admit(self, _carried: Any) -> Caller:
        return self.caller


def post(client: ApiClient, headers: dict[str, str] = KEY, **body: Any) -> httpx.Response:
    return client.post("/v1/plans", json=plan_body(**body), headers=headers)


def test_the_same_request_is_answered_again_and_makes_one_plan(client: ApiClient, plans: FakePlans) -> None:
    first, second = post(client), post(client)

    assert (second.status_code, second.content) == (first.status_code, first.content) == (202, first.content)
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert len(plans.records) == 1


@pytest.mark.usefixtures("plans")
def test_another_body_with_the_key_is_refused(client: ApiClient) -> None:
    post(client)

    answer = post(client, date="2026-12-24")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_other_keys_and_no_keys_make_other_plans(client: ApiClient, plans: FakePlans) -> None:
    post(client)
    post(client, {"Idempotency-Key": "another"})
    post(client, {})
    post(client, {})

    assert len(plans.records) == 4


def test_a_key_is_of_one_path(client: ApiClient) -> None:
    post(client)

    batch = {"queries": [{"address": "Im Pardiel 46"}]}
    assert client.post("/v1/geocode/batches", json=batch, headers=KEY).status_code == 200


def test_a_key_in_quotes_is_the_same_key(client: ApiClient, plans: FakePlans) -> None:
    post(client)
    post(client, {"Idempotency-Key": '"5b8f6c1e"'})

    assert len(plans.records) == 1


@pytest.mark.parametrize("key", ["", " ", "a b", '"', '"a', "x" * 256, "a\x7f"])
def test_what_is_no_key_is_refused(client: ApiClient, plans: FakePlans, key: str) -> None:
    answer = post(client, {"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/Idempotency-Key")
    assert not plans.records
    assert read_key('"a \\" b"') == 'a \\" b'


def test_a_refused_request_may_be_corrected_under_its_key(client: ApiClient, plans: FakePlans) -> None:
    assert post(client, area="atlantis").status_code == 422

    assert post(client).status_code == 202
    assert len(plans.records) == 1


def test_while_it_is_answered_others_are_told_to_wait() -> None:
    keys, plans = FakeIdempotency(), FakePlans()
    app = create_app(fake_deps(plans=plans, idempotency=keys))
    client = ApiClient(app)

    async def both() -> list[httpx.Response]:
        answers: list[httpx.Response] = []

        async def waiting() -> None:
            headers = {**KEY, "Prefer": "wait=1"}
            answers.append(await client.send("POST", "/v1/plans", json=plan_body(), headers=headers))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(waiting)
            while not plans.records:
                await anyio.sleep(0.01)
            answers.append(await client.send("POST", "/v1/plans", json=plan_body(), headers=KEY))
        return answers

    busy, first = anyio.run(both)

    assert (busy.status_code, busy.json()["code"], busy.headers["Retry-After"]) == (409, "idempotency_key_busy", "1")
    assert first.status_code == 202
    assert post(client).content == first.content


def test_a_request_that_broke_begins_anew_and_finds_what_it_had_made() -> None:
    plans = FakePlans()
    client = ApiClient(create_app(fake_deps(plans=plans)))
    created: list[Any] = []
    create = plans.create

    def stored_and_gone(**given: Any) -> Any:
        created.append(create(**given))
        if len(created) == 1:
            msg = "the power went"
            raise RuntimeError(msg)
        return created[-1]

    plans.create = stored_and_gone  # type: ignore[method-assign]

    assert post(client).status_code == 500
    again = post(client)

    assert again.status_code == 202
    assert len(plans.records) == 1
    assert again.json()["id"] == str(created[0]) == str(created[1])


def test_a_web_process_that_died_in_the_middle_leaves_a_retry_that_makes_one_plan(engine: Engine) -> None:
    plans = FakePlans()
    keys = IdempotencyStore(engine, TenantKeys(engine), tenant="main", hours=24)
    app = create_app(replace(fake_deps(plans=plans), idempotency=keys))
    client = ApiClient(app)

    async def die_in_the_middle() -> None:
        # As with kill -9: what it was doing is never undone; its lease ends.
        keys.let_go = lambda held: None  # type: ignore[method-assign]  # noqa: ARG005
        with anyio.move_on_after(5) as scope:
            async with anyio.create_task_group() as tasks:
                headers = {**KEY, "Prefer": "wait=60"}
                tasks.start_soon(lambda: client.send("POST", "/v1/plans", json=plan_body(), headers=headers))
                while not plans.records:
                    await anyio.sleep(0.01)
                tasks.cancel_scope.cancel()
        assert not scope.cancelled_caught

    anyio.run(die_in_the_middle)
    del keys.let_go
    assert post(client).status_code == 409
    held = Held(id=next(iter(_ids(engine))), attempt=1)
    keys.let_go(held)

    assert post(client).status_code == 202
    assert len(plans.records) == 1


def _ids(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT id FROM idempotency_keys").scalars())


def test_a_key_is_of_one_caller_and_whoever_lost_scopes_sees_its_answers_no_more() -> None:
    gate, plans = Gate(), FakePlans()
    deps = fake_deps(plans=plans)
    client = ApiClient(create_app(Services(settings=deps.settings, gate=gate, deps_of=lambda _tenant: deps)))
    post(client)

    gate.caller = replace(LOCAL_CALLER, subject="somebody else")
    assert post(client).status_code == 202
    assert len(plans.records) == 2
    gate.caller = replace(LOCAL_CALLER, scopes=LOCAL_CALLER.scopes - {Scope.PLANS_WRITE})
    refused = post(client)

    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


def test_a_schedule_whose_answer_broke_is_not_stored_twice(engine: Engine) -> None:
    keys = TenantKeys(engine)
    schedules = ScheduleStore(engine, keys, tenant="main")
    held = Held(id=uuid4(), attempt=1)

    ids = {
        schedules.create({"name": "daily"}, enabled=False, next_run_at=None, schedule_id=held.resource_id())
        for _ in range(2)
    }

    assert len(ids) == 1
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM schedules").scalar_one() == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/keys", {"name": "case system", "role": "integrator"}),
        ("/v1/users", {"email": "planner@bank.example", "role": "planner"}),
    ],
)
def test_a_key_or_a_user_whose_answer_was_lost_is_made_once(engine: Engine, path: str, body: dict[str, str]) -> None:
    keys = TenantKeys(engine)
    answers = IdempotencyStore(engine, keys, tenant="main", hours=24)
    answers.keep = lambda held, answer: answers.let_go(held)  # type: ignore[method-assign]  # noqa: ARG005
    identities = TenantIdentities(engine, keys, tenant="main")
    client = ApiClient(create_app(replace(fake_deps(), identities=identities, idempotency=answers)))

    lost, told = (client.post(path, json=body, headers=KEY) for _ in range(2))

    assert (lost.status_code, told.status_code) == (201, 201)
    assert lost.headers["Location"] == told.headers["Location"]
    assert len(identities.list_keys(limit=9)) + len(identities.list_users(limit=9)) == 1
    if path == "/v1/keys":
        everybody = IdentityStore(engine, keys)
        assert everybody.by_key(told.json()["secret"]).subject == told.json()["key"]["id"]
        with pytest.raises(CredentialsError):
            everybody.by_key(lost.json()["secret"])


def test_a_body_that_is_too_large_is_refused_as_without_a_key() -> None:
    client = ApiClient(create_app(fake_deps(max_body_bytes=100)))

    assert post(client).json()["code"] == "body_too_large"


def test_a_webhook_is_made_once_and_its_secret_told_again(client: ApiClient) -> None:
    body = {"url": "https://bank.example/", "events": ["plan.failed"]}

    first, second = (client.post("/v1/webhooks", json=body, headers=KEY) for _ in range(2))

    assert first.json() == second.json()
    assert first.headers["ETag"] == second.headers["ETag"]
    assert len(client.get("/v1/webhooks").json()["webhooks"]) == 1


def test_an_error_of_the_store_behind_it_is_answered_as_ever(client: ApiClient, plans: FakePlans) -> None:
    plans.broken = UnstorableValueError("no")

    assert post(client).json()["code"] == "invalid_request"
    plans.broken = None
    assert post(client, {"Idempotency-Key": str(uuid4())}).status_code == 202
