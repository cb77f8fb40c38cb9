"""What may be allowed, and which role is allowed what."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """One permission, `subject:verb`: `read` looks, `write` makes, changes and deletes."""

    AREAS_READ = "areas:read"
    AUDIT_READ = "audit:read"
    BRANCHES_READ = "branches:read"
    BRANCHES_WRITE = "branches:write"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    COLLECTORS_READ = "collectors:read"
    COLLECTORS_WRITE = "collectors:write"
    FIXES_WRITE = "fixes:write"  # the GPS of a visit
    GEOCODE = "geocode:use"
    KEYS_READ = "keys:read"
    KEYS_WRITE = "keys:write"
    LINKS_READ = "links:read"
    LINKS_WRITE = "links:write"
    PERSONS_ERASE = "persons:erase"
    PERSONS_EXPORT = "persons:export"
    PLANS_READ = "plans:read"
    PLANS_WRITE = "plans:write"
    REVIEWS_READ = "reviews:read"
    REVIEWS_WRITE = "reviews:write"
    SCHEDULES_READ = "schedules:read"
    SCHEDULES_WRITE = "schedules:write"
    SETTINGS_READ = "settings:read"
    SETTINGS_WRITE = "settings:write"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"


class Role(StrEnum):
    """What a person or a program is to the bank."""

    PLANNER = "planner"
    INTEGRATOR = "integrator"
    COLLECTOR = "collector"
    AUDITOR = "auditor"
    ADMIN = "admin"


_S = Scope
_PLANNER: Final = frozenset(
    {
        _S.AREAS_READ, _S.BRANCHES_READ, _S.CASES_READ, _S.CASES_WRITE, _S.COLLECTORS_READ, _S.COLLECTORS_WRITE,
        _S.FIXES_WRITE, _S.GEOCODE, _S.LINKS_READ, _S.LINKS_WRITE, _S.PLANS_READ, _S.PLANS_WRITE, _S.REVIEWS_READ,
        _S.REVIEWS_WRITE, _S.SCHEDULES_READ, _S.SCHEDULES_WRITE,
    }
)  # fmt: skip
_INTEGRATOR: Final = frozenset(
    {
        _S.AREAS_READ, _S.BRANCHES_READ, _S.BRANCHES_WRITE, _S.CASES_READ, _S.CASES_WRITE, _S.COLLECTORS_READ,
        _S.COLLECTORS_WRITE, _S.FIXES_WRITE, _S.GEOCODE, _S.LINKS_READ, _S.LINKS_WRITE, _S.PLANS_READ, _S.PLANS_WRITE,
        _S.SCHEDULES_READ, _S.SCHEDULES_WRITE, _S.WEBHOOKS_READ, _S.WEBHOOKS_WRITE,
    }
)  # fmt: skip
#: Looks at everything but what an erasure or an export would show of one person, and changes nothing.
_AUDITOR: Final = frozenset(scope for scope in Scope if scope.value.endswith(":read"))
#: On the road: says where a door really is. Routes reach a collector by the links of a planner.
_COLLECTOR: Final = frozenset({_S.AREAS_READ, _S.FIXES_WRITE})

SCOPES_OF: Final[dict[Role, frozenset[Scope]]] = {
    Role.PLANNER: _PLANNER,
    Role.INTEGRATOR: _INTEGRATOR,
    Role.COLLECTOR: _COLLECTOR,
    Role.AUDITOR: _AUDITOR,
    Role.ADMIN: frozenset(Scope),
}


def granted(role: Role, chosen: Collection[Scope] | None) -> frozenset[Scope]:
    """Return what a role allows, narrowed to the scopes that were chosen for a key; None leaves all of the role's."""
    of_role = SCOPES_OF[role]
    return of_role if chosen is None else of_role & frozenset(chosen)
