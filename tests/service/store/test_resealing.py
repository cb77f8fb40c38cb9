"""A key is replaced: everything that it sealed is sealed anew, and nothing else changes."""

from datetime import date

import pytest
from sqlalchemy import Engine, select, update

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import Level
from service.store.addresses.pins import PinStore
from service.store.all_tables import metadata
from service.store.errors import SealBrokenError
from service.store.jobs.plans import PlanStore
from service.store.privacy.resealing import reseal
from service.store.privacy.sealed_columns import SEALED_COLUMNS
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tables import pins, plans


def pin_at(lat: float) -> Pin:
    return Pin(location=LonLat(9.5, lat), level=Level.POINT, uncertainty_m=10)


def test_everything_is_opened_with_the_new_key_alone(engine: Engine) -> None:
    keys = TenantKeys(engine)
    store, book = PlanStore(engine, keys, tenant="main"), PinStore(engine, keys, tenant="main")
    ids = [store.create(request={"n": n}, area="a", plan_date=date(2026, 11, 28)) for n in range(3)]
    book.put("a", "Mill Lane 7", pin_at(47.1), source="planner", place="")
    other = PlanStore(engine, keys, tenant="other").create(request={}, area="a", plan_date=date(2026, 11, 28))

    keys.rotate("main", at_once=True)
    resealed = reseal(engine, keys, "main")

    assert resealed == 4
    assert reseal(engine, keys, "main") == 0
    alone = TenantKeys(engine)
    assert [PlanStore(engine, alone, tenant="main").get(one).request["n"] for one in ids] == [0, 1, 2]
    found = PinStore(engine, alone, tenant="main").of_address("a", "Mill Lane 7")
    assert found is not None
    assert found.pin.location == pin_at(47.1).location
    assert PlanStore(engine, alone, tenant="other").get(other).request == {}


def test_more_rows_than_one_transaction_takes_are_all_sealed_anew(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.store.privacy.resealing._AT_A_TIME", 2)
    keys = TenantKeys(engine)
    store = PlanStore(engine, keys, tenant="main")
    for _ in range(5):
        store.create(request={}, area="a", plan_date=date(2026, 11, 28))

    keys.rotate("main", at_once=True)

    assert reseal(engine, keys, "main") == 5


def test_what_others_cannot_open_stops_it_and_keeps_the_old_key(engine: Engine) -> None:
    keys = TenantKeys(engine)
    book = PinStore(engine, keys, tenant="main")
    book.put("a", "Mill Lane 7", pin_at(47.1), source="planner", place="")
    with engine.begin() as connection:
        connection.execute(update(pins).values(sealed=keys.vault("other").seal({})))

    keys.rotate("main", at_once=True)
    with pytest.raises(SealBrokenError):
        reseal(engine, keys, "main")

    assert keys.replaced("main") == [1]


def test_every_column_of_sealed_values_is_known() -> None:
    named = {column for table in metadata.tables.values() for column in table.columns if column.name == "sealed"}
    known = {sealed.column for sealed in SEALED_COLUMNS}

    assert named <= known
    assert {plans.c.request, plans.c.result} <= known


def test_every_table_of_sealed_values_says_whose_they_are(engine: Engine) -> None:
    with engine.connect() as connection:
        for sealed in SEALED_COLUMNS:
            connection.execute(select(sealed.table.c.tenant, sealed.column).limit(1))
