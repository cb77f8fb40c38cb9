"""Turns, budgets, audit and answers of providers in PostgreSQL, shared by all processes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from geodata.coords import LonLat
from geodata.geocoding.port import Level
from geodata.geocoding.providers.port import Found
from service.store.access.tenant_settings import TenantSettings, TenantSettingsStore
from service.store.addresses.providers import ProviderAnswers, ProviderAudit, ProviderMeter
from service.store.privacy.tenant_keys import TenantKeys

ADDRESS = "Landstrasse 19, 9494 Schaan"
FOUND = Found(location=LonLat(9.5, 47.1), label=ADDRESS, level=Level.HOUSE_NUMBER, is_exact=True)


def cache(engine: Engine, *, tenant: str = "main", dataset: str = "v1", days: int = 30) -> ProviderAnswers:
    return ProviderAnswers(engine=engine, keys=TenantKeys(engine), tenant=tenant, dataset=dataset, days=days)


def test_requests_take_turns_and_providers_do_not_wait_for_each_other(engine: Engine) -> None:
    meter = ProviderMeter(engine)

    waits = [meter.reserve("amap", addresses=2, qps=0.5, per_day=100) for _ in range(3)]
    other = meter.reserve("baidu", addresses=1, qps=0.5, per_day=100)

    assert waits[0] == other == 0
    assert waits[1] == pytest.approx(4, abs=2)
    assert waits[2] == pytest.approx(8, abs=2)


def test_a_budget_is_kept_by_all_together_and_is_new_the_next_day(engine: Engine) -> None:
    def reserve(_number: int) -> float | None:
        return ProviderMeter(engine).reserve("amap", addresses=1, qps=1e6, per_day=10)

    with ThreadPoolExecutor(8) as threads:
        granted = [wait for wait in threads.map(reserve, range(25)) if wait is not None]
    over = reserve(0)
    with engine.begin() as connection:
        connection.execute(text("UPDATE provider_meters SET day = day - 1"))

    assert (len(granted), over) == (10, None)
    assert reserve(0) is not None


def test_what_leaves_is_recorded_and_the_record_cannot_be_changed(engine: Engine) -> None:
    ProviderAudit(engine, tenant="main").leaving(provider="amap", host="restapi.amap.com", addresses=10)

    with engine.connect() as connection:
        row = connection.execute(
            text("SELECT tenant, provider, host, addresses, at <= now() FROM provider_audit")
        ).one()
    assert tuple(row) == ("main", "amap", "restapi.amap.com", 10, True)
    for change in (
        "UPDATE provider_audit SET addresses = 1",
        "DELETE FROM provider_audit",
        "TRUNCATE provider_audit",
    ):
        with pytest.raises(SQLAlchemyError, match="only added to"), engine.begin() as connection:
            connection.execute(text(change))


def test_answers_are_remembered_for_the_same_address_data_provider_and_tenant(engine: Engine) -> None:
    cache(engine).keep("amap", {ADDRESS: (FOUND,), "nowhere": ()})

    assert cache(engine).find("amap", [ADDRESS, "nowhere", "new"]) == {ADDRESS: (FOUND,), "nowhere": ()}
    assert cache(engine).find("amap", ["LANDSTRASSE 19; 9494 Schaan"]) == {"LANDSTRASSE 19; 9494 Schaan": (FOUND,)}
    assert cache(engine).find("baidu", [ADDRESS]) == {}
    assert cache(engine, dataset="v2").find("amap", [ADDRESS]) == {}
    assert cache(engine, tenant="other").find("amap", [ADDRESS]) == {}


def test_answers_are_forgotten_when_their_days_are_over(engine: Engine) -> None:
    cache(engine).keep("amap", {ADDRESS: (FOUND,)})
    with engine.begin() as connection:
        connection.execute(text("UPDATE provider_answers SET kept_at = now() - interval '31 days'"))

    assert cache(engine).find("amap", [ADDRESS]) == {}
    cache(engine).keep("amap", {"new": ()})

    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM provider_answers")).scalar_one() == 1


def test_a_tenants_own_days_of_answers_win(engine: Engine) -> None:
    cache(engine).keep("amap", {ADDRESS: (FOUND,)})
    with engine.begin() as connection:
        connection.execute(text("UPDATE provider_answers SET kept_at = now() - interval '31 days'"))

    TenantSettingsStore(engine, tenant="main").put(TenantSettings(keep_answers_days=40), version=1)
    longer = cache(engine).find("amap", [ADDRESS])
    TenantSettingsStore(engine, tenant="main").put(TenantSettings(keep_answers_days=5), version=2)

    assert longer == {ADDRESS: (FOUND,)}
    assert cache(engine).find("amap", [ADDRESS]) == {}


def test_answers_may_be_kept_for_no_time_at_all(engine: Engine) -> None:
    none = cache(engine, days=0)

    none.keep("amap", {ADDRESS: (FOUND,)})

    assert none.find("amap", [ADDRESS]) == {}


def test_neither_an_address_nor_a_place_stands_in_the_database(engine: Engine) -> None:
    cache(engine).keep("amap", {ADDRESS: (FOUND,)})

    with engine.connect() as connection:
        row = connection.execute(text("SELECT key, sealed FROM provider_answers")).one()
    stored = bytes(row.key) + bytes(row.sealed)
    assert not any(word in stored for word in (b"Landstrasse", b"landstrasse", b"Schaan", b"47.1", b"house"))
