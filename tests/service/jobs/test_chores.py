"""What workers do beside plans: one thing that breaks keeps no other from being done."""

import asyncio
from types import SimpleNamespace
from typing import cast

import pytest
from procrastinate import App
from sqlalchemy import create_engine

from service.jobs import chores
from service.settings import Settings
from service.store.privacy.tenant_keys import TenantKeys


def test_a_schedule_that_breaks_keeps_nobody_from_keeping_house(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    monkeypatch.setattr(chores, "keep_house", lambda *_: kept.append("house"))
    engine = create_engine("sqlite://")
    broken = chores.Chores(
        cast("App", SimpleNamespace(job_manager=None)), [], engine, TenantKeys(engine), Settings(), _breaks
    )

    with pytest.raises(LookupError):
        asyncio.run(broken.run())

    assert kept == ["house"]


def _breaks() -> None:
    raise LookupError
