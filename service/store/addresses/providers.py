"""What the database keeps of geocoding providers: turns and budgets, an audit of what left, and answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Date, Engine, Integer, delete, func, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import insert

from geodata.coords import LonLat
from geodata.geocoding.pins import normal_form
from geodata.geocoding.port import Level
from geodata.geocoding.providers.port import Found
from service.store.access.identity_tables import tenants
from service.store.jobs.records import JsonObject
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tables import provider_answers, provider_audit, provider_meters

_ANSWER = "provider_answer"
_NOW = func.clock_timestamp()
_TODAY = sql_cast(func.timezone("UTC", _NOW), Date)


class ProviderMeter:
    """Turns and daily budgets of providers, shared by all processes on one database. Days are of UTC."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reserve(self, provider: str, *, addresses: int, qps: float, per_day: int) -> float | None:
        """See geodata.geocoding.providers.careful.Meter."""
        meter = provider_meters
        with self._engine.begin() as connection:
            new = insert(meter).values(provider=provider, day=_TODAY, used=0, next_at=_NOW)
            connection.execute(new.on_conflict_do_nothing())
            row = connection.execute(
                select(meter.c.used, (meter.c.day == _TODAY).label("is_today"), meter.c.next_at, _NOW.label("now"))
                .where(meter.c.provider == provider)
                .with_for_update()
            ).one()
            used = (row.used if row.is_today else 0) + addresses
            if used > per_day:
                return None
            turn = max(row.next_at, row.now)
            then = turn + timedelta(seconds=addresses / qps)
            changed = update(meter).where(meter.c.provider == provider)
            connection.execute(changed.values(day=_TODAY, used=used, next_at=then))
        return cast("timedelta", turn - row.now).total_seconds()


class ProviderAudit:
    """Rows of what left the premises, of one tenant."""

    def __init__(self, engine: Engine, *, tenant: str) -> None:
        self._engine = engine
        self._tenant = tenant

    def leaving(self, *, provider: str, host: str, addresses: int) -> None:
        """See geodata.geocoding.providers.careful.Audit."""
        row = {"tenant": self._tenant, "provider": provider, "host": host, "addresses": addresses}
        with self._engine.begin() as connection:
            connection.execute(provider_audit.insert(), row)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAnswers:
    """What providers said of one tenant's addresses, sealed; each is found by an HMAC.

    For `days`, or the tenant's own; with 0 `days` nothing is kept, whatever a tenant says.

    `dataset` is the version of the area: with a new map everything is asked again.
    """

    engine: Engine
    keys: TenantKeys
    tenant: str
    dataset: str
    days: int

    def find(self, provider: str, texts: Sequence[str]) -> Mapping[str, tuple[Found, ...]]:
        """See geodata.geocoding.providers.assisted.AnswerCache."""
        vault = self.keys.vault(self.tenant)
        by_key = {self._key(provider, text): text for text in texts}
        answers = provider_answers.c
        fresh = answers.kept_at > self._oldest()
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(answers.key, answers.sealed).where(answers.tenant == self.tenant, answers.key.in_(by_key), fresh)
            ).all()
        found = {bytes(row.key): _loaded(vault.open(row.sealed)) for row in rows}
        return {text: found[key] for text in texts if (key := self._key(provider, text)) in found}

    def keep(self, provider: str, answers: Mapping[str, tuple[Found, ...]]) -> None:
        """See geodata.geocoding.providers.assisted.AnswerCache."""
        if self.days == 0 or not answers:
            return
        vault = self.keys.vault(self.tenant)
        rows = {self._key(provider, text): vault.seal(_stored(found)) for text, found in answers.items()}
        new = insert(provider_answers).values(
            [{"key": key, "tenant": self.tenant, "sealed": sealed} for key, sealed in rows.items()]
        )
        again = new.on_conflict_do_update(
            index_elements=["key"], set_={"sealed": new.excluded.sealed, "kept_at": func.now()}
        )
        mine = provider_answers.c.tenant == self.tenant
        old = provider_answers.c.kept_at < self._oldest()
        with self.engine.begin() as connection:
            connection.execute(delete(provider_answers).where(mine, old))
            connection.execute(again)

    def _oldest(self) -> ColumnElement[datetime]:
        chosen = tenants.c.settings["keep_answers_days"].astext
        own = select(sql_cast(chosen, Integer)).where(tenants.c.id == self.tenant).scalar_subquery()
        days = func.coalesce(own, self.days)
        return func.now() - func.make_interval(0, 0, 0, days)

    def _key(self, provider: str, text: str) -> bytes:
        whole = "\0".join((provider, self.dataset, normal_form(text)))
        return self.keys.vault(self.tenant).index(_ANSWER, whole)


def _stored(founds: Sequence[Found]) -> JsonObject:
    return {
        "found": [
            {
                "lon": one.location.lon,
                "lat": one.location.lat,
                "label": one.label,
                "level": str(one.level),
                "is_exact": one.is_exact,
            }
            for one in founds
        ]
    }


def _loaded(stored: JsonObject) -> tuple[Found, ...]:
    return tuple(
        Found(
            location=LonLat(one["lon"], one["lat"]),
            label=one["label"],
            level=Level(one["level"]),
            is_exact=one["is_exact"],
        )
        for one in cast("list[dict[str, Any]]", stored["found"])
    )
