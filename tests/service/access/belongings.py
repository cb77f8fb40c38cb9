"""What a bank has, made over HTTP, and how each route that takes an id is called so that it does its work."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any, Final
from uuid import UUID

from service.access import NEEDS
from service.app import create_app
from service.auth.scope import Role, Scope
from service.jobs.run_batch import BatchRunner
from service.store.jobs.batches import BatchStore
from service.store.jobs.plans import PlanStore
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tenancy import tenant_engine
from service.tenant_deps import area_catalog
from tests.service.access.conftest import Banks
from tests.service.api.fakes import fake_deps, plan_document
from tests.service.api.test_who_may import endpoints

DOOR: Final = {"lat": 30.003, "lon": 100.001}
FAR: Final = {"lat": 30.0045, "lon": 100.0045}
SHIFT: Final = {"start": {"location": DOOR}, "shift": {"start": "08:00", "end": "17:00"}}
CASE: Final = {"address": "Mill Lane 7, Willowbrook"}
WORK: Final = {"cases": [{"id": "c1", **CASE}], "collectors": [{"id": "k1", **SHIFT}]}
PLAN: Final = {"date": "2026-11-25", "time_zone": "Asia/Shanghai", **WORK}
SCHEDULE: Final = {"name": "theirs", "at": "06:00", "request": WORK}
LINK: Final = {"expires_in_s": 600}
VISIT: Final = {"visited_on": date(2026, 11, 2).isoformat(), "outcome": "met"}
#: What no bank owns: maps and templates, which are the same for everybody.
NO_BANKS: Final = {"name", "code", "language", "area", "version", "ending"}
#: Parts of a path that choose within what an id names.
CHOICES: Final = {"collector": "k1", "route": "1", "ending": "csv"}


@dataclass(frozen=True)
class Route:
    """One method of one path, with the permissions that it needs."""

    method: str
    path: str
    needs: frozenset[Scope]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(name for name in re.findall(r"{(\w+)}", self.path) if name not in {*NO_BANKS, *CHOICES})

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes() -> list[Route]:
    """Return what is served for callers alone."""
    found = []
    for route in endpoints(create_app(fake_deps()).routes):
        named = [getattr(one.call, NEEDS, None) for one in route.dependant.dependencies]
        scopes = frozenset(scope for scopes in named if scopes for scope in scopes)
        found += [Route(method, route.path, scopes) for method in sorted(route.methods or ())]
    return [route for route in found if route.path.startswith(("/v1/", "/plans/"))]


def _by_location(answer: Any) -> str:
    return str(answer.headers["Location"].rsplit("/", 1)[-1])


@dataclass(frozen=True)
class Made:
    """How a thing is made; `{number}` is another one each time. `named` reads its id from the answer."""

    method: str
    path: str
    body: Any = None
    named: Callable[[Any], str] = _by_location


MADE: Final = {
    "plan_id": Made("POST", "/v1/plans", PLAN),
    "link_id": Made(
        "POST", "/v1/plans/{plan_id}/routes/1/links", {"expires_in_s": 600}, lambda a: a.json()["link"]["id"]
    ),
    "batch_id": Made("POST", "/v1/geocode/batches", {"queries": [CASE]}),
    "schedule_id": Made("POST", "/v1/schedules", SCHEDULE),
    "pin_id": Made(
        "POST",
        "/v1/geocode/pins",
        {"address": "Mill Lane {number}, Willowbrook", "location": DOOR, "source": "planner"},
    ),
    "review_id": Made(
        "POST",
        "/v1/geocode/pins",
        {"address": "Nowhere {number}, Willowbrook", "location": FAR, "source": "gps", "accuracy_m": 500},
    ),
    "key_id": Made("POST", "/v1/keys", {"name": "theirs", "role": "planner"}),
    "user_id": Made("POST", "/v1/users", {"email": "they{number}@bank.example", "role": "planner"}),
    "webhook_id": Made("POST", "/v1/webhooks", {"url": "https://south.example/", "events": ["plan.failed"]}),
    "delivery_id": Made("POST", "/v1/webhooks/{webhook_id}/test", None, lambda a: str(a.json()["id"])),
    "branch_id": Made("PUT", "/v1/branches/theirs-{number}", {"area": "willowbrook"}),
    "case_id": Made("PUT", "/v1/cases/theirs-{number}", CASE),
    "visit_id": Made("POST", "/v1/cases/{case_id}/visits", VISIT, lambda a: str(a.json()["id"])),
    "collector_id": Made("PUT", "/v1/collectors/theirs-{number}", SHIFT),
}
#: Ids that the bank itself chooses; another bank may have the very same.
CHOSEN: Final = {"branch_id", "case_id", "collector_id"}
#: Nothing can be stopped that is over already; all other routes are asked for what is.
OF_WHAT_GOES_ON: Final = {("POST", "/v1/plans/{plan_id}/stop"), ("DELETE", "/v1/plans/{plan_id}")}
BODIES: Final[dict[tuple[str, str], Any]] = {
    ("PUT", "/v1/branches/{branch_id}"): {"area": "willowbrook", "time_zone": "Asia/Shanghai"},
    ("PATCH", "/v1/branches/{branch_id}"): {"time_zone": "Asia/Shanghai"},
    ("PUT", "/v1/cases/{case_id}"): {**CASE, "priority": 70},
    ("PATCH", "/v1/cases/{case_id}"): {"priority": 70},
    ("POST", "/v1/cases/{case_id}/visits"): VISIT,
    ("PUT", "/v1/collectors/{collector_id}"): {**SHIFT, "vehicle": "motorcycle"},
    ("PATCH", "/v1/collectors/{collector_id}"): {"vehicle": "motorcycle"},
    ("PUT", "/v1/schedules/{schedule_id}"): SCHEDULE,
    ("POST", "/v1/plans/{plan_id}/routes/{route}/links"): LINK,
    ("POST", "/v1/geocode/reviews/{review_id}/accept"): {},
    ("POST", "/v1/geocode/reviews/{review_id}/move"): {"location": DOOR},
    ("PATCH", "/v1/users/{user_id}"): {"active": False},
    ("PATCH", "/v1/webhooks/{webhook_id}"): {"enabled": False},
}


class Belongings:
    """Makes things of one bank."""

    def __init__(self, banks: Banks, tenant: str) -> None:
        self.owner = banks.as_(tenant, Role.ADMIN)
        keys, engine = TenantKeys(banks.engine), tenant_engine(banks.engine, tenant)
        self._plans = PlanStore(engine, keys, tenant=tenant)
        self._batches = BatchStore(engine, keys, tenant=tenant)
        self._areas = area_catalog(banks.settings)
        self._numbers = count(1)

    def for_route(self, route: Route) -> dict[str, str]:
        """Make what the ids of a route name, each within the one before."""
        return self.make(route.ids, done=(route.method, route.path) not in OF_WHAT_GOES_ON)

    def make(self, names: Sequence[str], *, done: bool = True) -> dict[str, str]:
        """Make these things and return their ids."""
        ids: dict[str, str] = {}
        for name in names:
            made, number = MADE[name], str(next(self._numbers))
            body = made.body and {key: _numbered(value, number) for key, value in made.body.items()}
            answer = self.owner(made.method, filled(made.path, ids).replace("{number}", number), json=body)
            assert answer.status_code in {200, 201, 202}, (name, answer.text)
            ids[name] = made.named(answer)
            if done:
                self._finish(name, ids[name])
        return ids

    def _finish(self, name: str, id_: str) -> None:
        """Do what a worker would."""
        if name == "plan_id" and (claim := self._plans.claim(UUID(id_))) is not None:
            self._plans.finish(claim.id, claim.attempt, plan_document())
        if name == "batch_id" and (claim := self._batches.claim(UUID(id_))) is not None:
            result = BatchRunner(areas=self._areas)(claim.request, lambda _progress: None, lambda: False)
            self._batches.finish(claim.id, claim.attempt, result)


def filled(path: str, ids: dict[str, str]) -> str:
    """Return a path with its ids and choices."""
    for name, value in {**CHOICES, **ids}.items():
        path = path.replace("{" + name + "}", value)
    return path


def _numbered(value: Any, number: str) -> Any:
    return value.replace("{number}", number) if isinstance(value, str) else value
