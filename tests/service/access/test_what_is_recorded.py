"""Each route that takes an id or lists what is about people leaves an entry in its bank's log, and no other's."""

from typing import Final

import pytest

from service.auth.scope import Role
from service.store.audit.audit_log import AuditLog
from tests.service.access.belongings import Belongings, Route
from tests.service.access.conftest import Banks
from tests.service.access.test_isolation import LISTS, ROUTES, ask

#: What is only looked at and says nothing of the people who are visited or visit.
ABOUT_NOBODY: Final = {
    "GET /v1/plans": "ids and sums",
    "GET /v1/plans.ndjson": "ids and sums",
    "GET /v1/plans/{plan_id}/events": "states and figures",
    "GET /v1/plans/{plan_id}/links": "when they end",
    "GET /plans/{plan_id}/map": "the empty page, which asks for the map then",
    "GET /plans/{plan_id}/collectors/{collector}/map": "the empty page, which asks for the map then",
    "GET /v1/geocode/batches/{batch_id}/events": "states and figures",
    "GET /v1/branches": "the bank's own",
    "GET /v1/branches/{branch_id}": "the bank's own",
    "GET /v1/keys": "the bank's own",
    "GET /v1/keys/{key_id}": "the bank's own",
    "GET /v1/users": "who may log in: administrators look at their own list",
    "GET /v1/users/{user_id}": "who may log in: administrators look at their own list",
    "GET /v1/webhooks": "the bank's own",
    "GET /v1/webhooks/{webhook_id}": "the bank's own",
    "GET /v1/webhooks/{webhook_id}/deliveries": "ids and states",
    "GET /v1/audit": "ids alone",
}
RECORDED: Final = [route for route in (*ROUTES, *LISTS) if str(route) not in ABOUT_NOBODY]


@pytest.fixture(scope="module")
def south(shared: Banks) -> Belongings:
    return Belongings(shared, "south")


@pytest.mark.parametrize("route", RECORDED, ids=str)
def test_who_changes_something_or_looks_at_people_is_in_the_log(shared: Banks, south: Belongings, route: Route) -> None:
    log, others = (AuditLog(shared.engine, tenant=bank) for bank in ("south", "north"))
    ids = south.for_route(route)
    before, elsewhere = log.head().seq, others.head().seq
    me = shared.as_("south", Role.ADMIN)  # a reader of whom no look was told yet
    made = log.head().seq - before  # its key

    assert ask(me, route, ids).is_success

    entries = [entry for entry in log.list(limit=9) if entry.seq > before + made]
    assert [(entry.actor_kind, entry.role) for entry in entries] == [("key", "admin")]
    assert entries[0].object_id in {None, *ids.values()}
    assert others.head().seq == elsewhere


def test_what_is_not_recorded_is_a_look_that_there_is() -> None:
    assert set(ABOUT_NOBODY) <= {str(route) for route in (*ROUTES, *LISTS) if route.method == "GET"}
