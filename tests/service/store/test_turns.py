"""Turns of tenants: how much of each is at the workers, and whose plan is next."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from service.store.access.tenant_settings import Share, TenantSettings, TenantSettingsStore
from service.store.errors import TooMuchWaitingError
from service.store.jobs.plans import PlanStore
from service.store.jobs.records import PlanStatus
from service.store.jobs.rescue import WorkRescue
from service.store.jobs.turns import Limits
from service.store.jobs.work_kinds import PLANS
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tenancy import tenant_engine

LIMITS = Limits(max_running=2, max_waiting=500)


class Queue:
    """What the workers would take, and in which order; each tenant's plans are known by the order they came in."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._keys = TenantKeys(engine)
        self._names: dict[UUID, str] = {}
        self._attempts: dict[str, tuple[UUID, int]] = {}

    def of(self, tenant: str, limits: Limits = LIMITS) -> PlanStore:
        return PlanStore(tenant_engine(self.engine, tenant), self._keys, tenant=tenant, limits=limits)

    def send(self, tenant: str, number: int = 1, limits: Limits = LIMITS) -> None:
        for _ in range(number):
            name = f"{tenant}{sum(one.startswith(tenant) for one in self._names.values()) + 1}"
            plan_id = self.of(tenant, limits).create(request={}, area="wood", plan_date=date(2024, 5, 6))
            self._names[plan_id] = name

    def waiting(self) -> list[str]:
        """Return the plans in the workers' queue, the next one first."""
        statement = text("SELECT lock FROM procrastinate_jobs WHERE status = 'todo' ORDER BY priority DESC, id")
        with self.engine.connect() as connection:
            return [self._names[UUID(lock)] for lock in connection.scalars(statement)]

    def take(self) -> str:
        """Do as a worker that takes the next plan."""
        with self.engine.begin() as connection:
            job = connection.execute(
                text(
                    "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT id FROM procrastinate_jobs"
                    " WHERE status = 'todo' ORDER BY priority DESC, id LIMIT 1) RETURNING lock"
                )
            ).scalar_one()
        plan_id = UUID(job)
        claim = self.store().claim(plan_id)
        assert claim is not None
        self._attempts[self._names[plan_id]] = (plan_id, claim.attempt)
        return self._names[plan_id]

    def end(self, name: str) -> None:
        plan_id, attempt = self._attempts.pop(name)
        assert self.store().finish(plan_id, attempt, {})

    def id_of(self, name: str) -> UUID:
        return next(plan_id for plan_id, one in self._names.items() if one == name)

    def store(self) -> PlanStore:
        """As workers have it: for the plans of all tenants."""
        return PlanStore(self.engine, self._keys, tenant="a", limits=LIMITS)


@pytest.fixture
def queue(engine: Engine) -> Queue:
    return Queue(engine)


def test_the_first_plan_of_a_tenant_is_next_however_many_another_one_has_queued(queue: Queue) -> None:
    queue.send("a", 300)

    assert queue.take() == "a1"
    queue.send("b")

    assert queue.take() == "b1"


def test_tenants_with_heaps_take_turns(queue: Queue) -> None:
    queue.send("a", 20)
    queue.send("b", 20)

    served = []
    for _ in range(12):
        served.append(queue.take())
        queue.end(served[-1])

    assert sum(name.startswith("a") for name in served) == 6
    assert [name for name in served if name.startswith("a")] == [f"a{number}" for number in range(1, 7)]


def test_a_tenant_has_no_more_at_the_workers_than_it_may(queue: Queue) -> None:
    queue.send("a", 5)

    first, second = queue.take(), queue.take()

    assert queue.waiting() == []
    queue.end(first)
    assert queue.waiting() == ["a3"]
    queue.end(second)
    assert queue.waiting() == ["a3", "a4"]


def test_a_plan_that_is_dismissed_makes_room(queue: Queue) -> None:
    queue.send("a", 5)
    queue.take()
    queue.take()

    queue.of("a").dismiss(queue.id_of("a3"))
    queue.of("a").dismiss(queue.id_of("a1"))

    assert queue.waiting() == ["a4"]


def test_a_held_plan_that_is_stopped_keeps_its_place(queue: Queue) -> None:
    queue.send("a", 3)

    queue.of("a").request_stop(queue.id_of("a3"))

    assert queue.waiting() == ["a1", "a2"]
    assert queue.of("a").get(queue.id_of("a3")).status is PlanStatus.ACCEPTED


def test_a_tenant_may_want_less(queue: Queue) -> None:
    with queue.engine.begin() as connection:
        settings = '{"max_running": 1, "max_waiting": 4}'
        connection.execute(text("INSERT INTO tenants (id, name, settings) VALUES ('a', 'A', :of)"), {"of": settings})

    queue.send("a", 4)

    assert queue.waiting() == ["a1"]
    with pytest.raises(TooMuchWaitingError, match="4 wait already"):
        queue.send("a")


def test_a_tenant_takes_less_than_the_operator_gives_it_and_never_more(queue: Queue) -> None:
    with queue.engine.begin() as connection:
        connection.execute(text("INSERT INTO tenants (id, name) VALUES ('a', 'A')"))
    settings = TenantSettingsStore(queue.engine, tenant="a")

    def choose(most: int | None) -> None:
        settings.put(TenantSettings(max_running=most), version=settings.get()[1])

    settings.give(Share(max_running=1))
    choose(5)
    queue.send("a", 2)
    choose(None)
    queue.send("a")
    assert queue.waiting() == ["a1"]

    settings.give(Share(max_running=3))
    queue.send("a", 3)
    assert queue.waiting() == ["a1", "a4", "a5"]


def test_who_has_too_much_waiting_is_refused_and_others_are_not(queue: Queue) -> None:
    few = Limits(max_running=1, max_waiting=2)
    queue.send("a", 2, few)

    with pytest.raises(TooMuchWaitingError):
        queue.send("a", 1, few)

    queue.send("b", 1, few)
    queue.take()
    queue.send("a", 1, few)
    assert len(queue.of("a").list_recent(10)) == 3


def test_held_plans_are_no_orphans_and_go_when_the_limit_is_raised(queue: Queue) -> None:
    queue.send("a", 4)

    kept = WorkRescue(queue.engine, PLANS, max_losses=3, limits=LIMITS).rescue()
    held = queue.waiting()
    WorkRescue(queue.engine, PLANS, max_losses=3, limits=Limits(max_running=3)).rescue()

    assert kept == ()
    assert held == ["a1", "a2"]
    assert queue.waiting() == ["a1", "a2", "a3"]


def test_a_plan_that_killed_its_workers_makes_room(queue: Queue) -> None:
    queue.send("a", 3)
    queue.take()
    with queue.engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs WHERE status = 'doing'"))

    WorkRescue(queue.engine, PLANS, max_losses=1, limits=LIMITS).rescue()

    assert queue.waiting() == ["a2", "a3"]


def test_plans_that_come_and_end_at_the_same_moment_leave_none_behind(queue: Queue) -> None:
    one = Limits(max_running=1)
    store = PlanStore(queue.engine, TenantKeys(queue.engine), tenant="a", limits=one)
    many: Callable[[int], UUID] = lambda _: store.create(request={}, area="wood", plan_date=date(2024, 5, 6))  # noqa: E731

    with ThreadPoolExecutor(8) as threads:
        coming = [threads.submit(many, number) for number in range(30)]
        ended = 0
        while ended < 30:
            with queue.engine.begin() as connection:
                jobs = connection.scalars(text("DELETE FROM procrastinate_jobs RETURNING lock")).all()
            assert len(jobs) <= 1
            for job in jobs:
                claim = store.claim(UUID(job))
                assert claim is not None
                assert store.finish(claim.id, claim.attempt, {})
                ended += 1
        assert len({future.result() for future in coming}) == 30
