"""Plans without a job: requeued or given up, once, whoever looks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

from sqlalchemy import Engine, text

from service.store.jobs.plans import PlanStore
from service.store.jobs.records import PlanStatus
from service.store.jobs.rescue import WorkRescue
from service.store.jobs.work_kinds import PLANS


def create(store: PlanStore) -> UUID:
    return store.create(request={}, area="wood", plan_date=date(2024, 5, 6))


def lose_jobs(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))


def count_jobs(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one())


def test_a_plan_with_a_job_is_left_alone(store: PlanStore, engine: Engine) -> None:
    waiting, running = create(store), create(store)
    store.claim(running)
    before = [store.get(plan_id) for plan_id in (waiting, running)]

    rescued = WorkRescue(engine, PLANS, max_losses=3).rescue()

    assert rescued == ()
    assert [store.get(plan_id) for plan_id in (waiting, running)] == before


def test_a_plan_that_is_over_is_left_alone(store: PlanStore, engine: Engine) -> None:
    plan_id = create(store)
    store.dismiss(plan_id)
    lose_jobs(engine)

    rescued = WorkRescue(engine, PLANS, max_losses=3).rescue()

    assert rescued == ()
    assert count_jobs(engine) == 0


def test_a_running_plan_without_a_job_has_lost_a_worker(store: PlanStore, engine: Engine) -> None:
    plan_id = create(store)
    store.claim(plan_id)
    lose_jobs(engine)

    (rescued,) = WorkRescue(engine, PLANS, max_losses=3).rescue()

    assert (rescued.id, rescued.lost, rescued.failed) == (plan_id, 1, False)
    plan = store.get(plan_id)
    assert (plan.status, plan.lost) == (PlanStatus.ACCEPTED, 1)
    assert count_jobs(engine) == 1
    assert store.finish(plan_id, 1, {}) is False


def test_a_waiting_plan_without_a_job_has_lost_none(store: PlanStore, engine: Engine) -> None:
    plan_id = create(store)
    lose_jobs(engine)

    (rescued,) = WorkRescue(engine, PLANS, max_losses=1).rescue()

    assert (rescued.lost, rescued.failed) == (0, False)
    assert store.get(plan_id).status is PlanStatus.ACCEPTED
    assert count_jobs(engine) == 1


def test_the_last_loss_fails_the_plan(store: PlanStore, engine: Engine) -> None:
    plan_id = create(store)
    rescue = WorkRescue(engine, PLANS, max_losses=2)
    store.claim(plan_id)
    lose_jobs(engine)
    rescue.rescue()
    store.claim(plan_id)
    lose_jobs(engine)

    (rescued,) = rescue.rescue()

    assert rescued.failed is True
    plan = store.get(plan_id)
    assert plan.status is PlanStatus.FAILED
    assert plan.problem is not None
    assert plan.problem["code"] == "worker_lost"
    assert count_jobs(engine) == 0


def test_many_rescuers_at_once_rescue_each_plan_once(store: PlanStore, engine: Engine) -> None:
    plan_ids = {create(store) for _ in range(10)}
    for plan_id in plan_ids:
        store.claim(plan_id)
    lose_jobs(engine)

    with ThreadPoolExecutor(4) as threads:
        looks = [threads.submit(WorkRescue(engine, PLANS, max_losses=3).rescue) for _ in range(8)]
        rescued = [one.id for look in looks for one in look.result()]

    assert sorted(rescued) == sorted(plan_ids)
    assert {store.get(plan_id).lost for plan_id in plan_ids} == {1}
    assert count_jobs(engine) == 10
