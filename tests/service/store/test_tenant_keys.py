"""The tenants' keys: what they seal, how they are wrapped, and what is left when one is destroyed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select

from service.store.errors import SealBrokenError, WrongSecretKeyError
from service.store.jobs.records import JsonObject
from service.store.privacy.tenant_keys import TenantKeys
from service.store.privacy.vault import Vault
from service.store.tables import tenant_keys

OLD, NEW = "o" * 32, "n" * 32


def stored(engine: Engine) -> tuple[bytes, bool]:
    with engine.connect() as connection:
        row = connection.execute(select(tenant_keys)).one()
    return bytes(row.key), row.wrapped


def test_what_a_vault_seals_it_opens_and_no_other_vault_does() -> None:
    mine, other = Vault(b"1" * 32), Vault(b"2" * 32)
    sealed = mine.seal({"address": "王家村3号"})

    assert mine.open(sealed) == {"address": "王家村3号"}
    assert b"\xe7\x8e\x8b" not in sealed
    with pytest.raises(SealBrokenError):
        other.open(sealed)


def test_what_is_long_is_compressed_before_it_is_sealed() -> None:
    vault = Vault(b"1" * 32)
    value: JsonObject = {"routes": ["Landstrasse 19"] * 1000}

    sealed = vault.seal(value)

    assert vault.open(sealed) == value
    assert len(sealed) < 1000


def test_an_index_is_the_same_for_the_same_text_of_a_kind_and_tenant_only() -> None:
    mine, other = Vault(b"1" * 32), Vault(b"2" * 32)

    codes = [
        mine.index("address", "a"),
        mine.index("place", "a"),
        mine.index("address", "b"),
        other.index("address", "a"),
    ]

    assert len(set(codes)) == 4
    assert mine.index("address", "a") == codes[0]


def test_a_key_is_made_once_however_many_processes_ask_for_it(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as threads:
        vaults = list(threads.map(lambda _: TenantKeys(engine).vault("main"), range(4)))

    assert len({vault.index("address", "a") for vault in vaults}) == 1


def test_every_tenant_has_a_key_of_its_own(engine: Engine) -> None:
    keys = TenantKeys(engine)

    assert keys.vault("one").index("address", "a") != keys.vault("two").index("address", "a")


def test_a_secret_wraps_the_key_and_nobody_opens_it_without(engine: Engine) -> None:
    sealed = TenantKeys(engine, secrets=[OLD]).vault("main").seal({"a": 1})

    assert stored(engine)[1]
    assert TenantKeys(engine, secrets=[OLD]).vault("main").open(sealed) == {"a": 1}
    for wrong in ([], [NEW]):
        with pytest.raises(WrongSecretKeyError, match="DOORSTEP_SECRET_KEY") as failed:
            TenantKeys(engine, secrets=wrong).vault("main")
        assert OLD not in str(failed.value)


def test_a_new_secret_before_the_old_one_takes_its_place(engine: Engine) -> None:
    sealed = TenantKeys(engine, secrets=[OLD]).vault("main").seal({"a": 1})

    TenantKeys(engine, secrets=[NEW, OLD]).vault("main")

    assert TenantKeys(engine, secrets=[NEW]).vault("main").open(sealed) == {"a": 1}


def test_a_first_secret_wraps_a_key_that_stood_there_as_it_was(engine: Engine) -> None:
    sealed = TenantKeys(engine).vault("main").seal({"a": 1})
    plain, was_wrapped = stored(engine)

    TenantKeys(engine, secrets=[NEW]).vault("main")

    assert (was_wrapped, stored(engine)[1]) == (False, True)
    assert plain not in stored(engine)[0]
    assert TenantKeys(engine, secrets=[NEW]).vault("main").open(sealed) == {"a": 1}


def test_what_was_sealed_with_a_destroyed_key_is_gone(engine: Engine) -> None:
    keys = TenantKeys(engine)
    sealed = keys.vault("main").seal({"a": 1})

    keys.erase("main")

    with pytest.raises(SealBrokenError):
        keys.vault("main").open(sealed)


def test_a_new_key_seals_and_the_old_ones_still_open(engine: Engine) -> None:
    keys = TenantKeys(engine, secrets=[NEW])
    sealed, index = keys.vault("main").seal({"a": 1}), keys.vault("main").index("address", "a")

    keys.rotate("main", at_once=True)

    fresh = keys.vault("main").resealed(sealed)
    assert fresh is not None
    assert keys.vault("main").open(sealed) == keys.vault("main").open(fresh) == {"a": 1}
    assert keys.vault("main").resealed(fresh) is None
    assert keys.vault("main").index("address", "a") == index


def test_a_key_that_is_retired_opens_nothing_any_more_and_indices_stay(engine: Engine) -> None:
    keys = TenantKeys(engine, secrets=[NEW])
    sealed, index = keys.vault("main").seal({"a": 1}), keys.vault("main").index("address", "a")

    keys.rotate("main", at_once=True)
    replaced = keys.replaced("main")
    keys.retire("main", replaced)

    assert replaced == [1]
    assert TenantKeys(engine, secrets=[NEW]).vault("main").index("address", "a") == index
    with pytest.raises(SealBrokenError):
        keys.vault("main").open(sealed)


def test_a_new_key_opens_everywhere_before_it_seals_anywhere(engine: Engine) -> None:
    keys, other_process = TenantKeys(engine), TenantKeys(engine)
    first = keys.vault("main").seal({"a": 1})

    keys.rotate("main")

    assert keys.vault("main").resealed(first) is None
    assert keys.replaced("main") == []
    assert other_process.vault("main").open(keys.vault("main").seal({"a": 2})) == {"a": 2}


def test_a_new_secret_wraps_every_key_anew(engine: Engine) -> None:
    keys = TenantKeys(engine, secrets=[OLD])
    keys.rotate("main", at_once=True)
    sealed, index = keys.vault("main").seal({"a": 1}), keys.vault("main").index("address", "a")

    TenantKeys(engine, secrets=[NEW, OLD]).vault("main")

    vault = TenantKeys(engine, secrets=[NEW]).vault("main")
    assert (vault.open(sealed), vault.index("address", "a")) == ({"a": 1}, index)
