"""Preview links: what opens a route, what does not any more, and what the database keeps of it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from service.store.access.links import LinkFinder, LinkStore
from service.store.audit.audit_log import AuditLog
from service.store.errors import LinkNotFoundError
from service.store.jobs.plans import PlanStore
from service.store.privacy.tenant_keys import TenantKeys


def in_hours(hours: float) -> datetime:
    return datetime.now(UTC) + timedelta(hours=hours)


@pytest.fixture
def plan(engine: Engine) -> UUID:
    return PlanStore(engine, TenantKeys(engine), tenant="main").create(
        request={}, area="a", plan_date=date(2026, 11, 28)
    )


@pytest.fixture
def links(engine: Engine) -> LinkStore:
    return LinkStore(engine, tenant="main")


def test_a_link_is_found_by_its_secret_which_is_nowhere_stored(engine: Engine, links: LinkStore, plan: UUID) -> None:
    link, secret = links.create(plan, 2, expires_at=in_hours(1), created_by="k1")

    assert LinkFinder(engine).find(secret) == link
    assert (link.tenant, link.plan, link.route, len(secret)) == ("main", plan, 2, 43)
    with engine.connect() as connection:
        row, stored = connection.execute(text("SELECT l::text, l.digest FROM preview_links l")).one()
    assert secret not in row
    assert secret.encode() not in bytes(stored)


def test_a_link_that_is_over_revoked_or_never_was_is_not_found(engine: Engine, links: LinkStore, plan: UUID) -> None:
    _, over = links.create(plan, 1, expires_at=in_hours(-0.01), created_by="k1")
    revoked, taken_back = links.create(plan, 1, expires_at=in_hours(1), created_by="k1")
    links.revoke(plan, revoked.id)
    links.revoke(plan, revoked.id)

    assert [LinkFinder(engine).find(secret) for secret in (over, taken_back, "", "x" * 43)] == [None] * 4


def test_a_link_whose_secret_was_lost_is_made_once_and_has_the_secret_that_was_told_last(
    engine: Engine, links: LinkStore, plan: UUID
) -> None:
    link_id = uuid4()

    first, lost = links.create(plan, 1, expires_at=in_hours(1), created_by="k1", link_id=link_id)
    again, told = links.create(plan, 1, expires_at=in_hours(1), created_by="k1", link_id=link_id)

    assert links.list(plan, limit=10) == [first] == [again]
    assert (LinkFinder(engine).find(lost), LinkFinder(engine).find(told)) == (None, first)


def test_opening_is_noted_and_looking_is_not(engine: Engine, links: LinkStore, plan: UUID) -> None:
    _, secret = links.create(plan, 1, expires_at=in_hours(1), created_by="k1")

    LinkFinder(engine).find(secret)
    looked_at = links.list(plan, limit=10)[0].last_opened_at
    LinkFinder(engine).find(secret, opening=True)

    assert looked_at is None
    assert links.list(plan, limit=10)[0].last_opened_at is not None


def test_another_tenant_neither_lists_nor_revokes_a_link(engine: Engine, links: LinkStore, plan: UUID) -> None:
    link, secret = links.create(plan, 1, expires_at=in_hours(1), created_by="k1")
    other = LinkStore(engine, tenant="other")

    assert other.list(plan, limit=10) == []
    for who, whose in ((other, plan), (links, uuid4())):
        with pytest.raises(LinkNotFoundError):
            who.revoke(whose, link.id)
    assert LinkFinder(engine).find(secret) is not None


def test_links_are_listed_in_pages_the_newest_first(links: LinkStore, plan: UUID) -> None:
    made = [links.create(plan, n, expires_at=in_hours(1), created_by="k1")[0] for n in (1, 2, 3)]

    first = links.list(plan, limit=2)
    rest = links.list(plan, limit=2, after=(first[-1].created_at, first[-1].id))

    assert [link.id for link in (*first, *rest)] == [link.id for link in reversed(made)]


def test_who_makes_and_revokes_a_link_is_in_the_log(engine: Engine, links: LinkStore, plan: UUID) -> None:
    link, _ = links.create(plan, 1, expires_at=in_hours(1), created_by="k1")
    links.revoke(plan, link.id)
    links.revoke(plan, link.id)

    entries = [entry for entry in AuditLog(engine, tenant="main").walk() if entry.action.startswith("link.")]
    assert [(entry.action, entry.object_id) for entry in entries] == [
        ("link.created", str(plan)),
        ("link.revoked", str(plan)),
    ]
    assert {entry.details["link"] for entry in entries} == {str(link.id)}
