"""The plan store: states, the fence, what cannot be stored."""

import logging
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from service.store.errors import LostClaimError, PlanFinishedError, PlanNotFoundError, UnstorableValueError
from service.store.jobs.plans import PlanStore
from service.store.jobs.records import JsonObject, PlanStatus
from service.store.tables import plans
from tests.service.api.fakes import plan_document

DAY = date(2024, 5, 6)


def create(store: PlanStore, request: JsonObject | None = None) -> UUID:
    return store.create(request=request if request is not None else {"cases": []}, area="wood", plan_date=DAY)


def jobs(engine: Engine) -> list[dict[str, str]]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT args FROM procrastinate_jobs ORDER BY id")))


def test_a_new_plan_is_accepted_and_queued(store: PlanStore, engine: Engine) -> None:
    before = datetime.now(UTC) - timedelta(seconds=60)

    plan_id = create(store, {"address": "森林路 1 号", "nested": [1, None, {"a": True}]})

    plan = store.get(plan_id)
    assert plan.status is PlanStatus.ACCEPTED
    assert plan.request == {"address": "森林路 1 号", "nested": [1, None, {"a": True}]}
    assert (plan.area, plan.plan_date, plan.attempt, plan.lost) == ("wood", DAY, 0, 0)
    assert plan.created_at > before
    assert (plan.started_at, plan.finished_at) == (None, None)
    assert (plan.progress, plan.result, plan.problem) == (None, None, None)
    assert jobs(engine) == [{"work_id": str(plan_id)}]


def test_a_plan_whose_job_cannot_be_queued_is_not_stored(store: PlanStore, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE procrastinate_jobs ADD CHECK (queue_name <> 'plans')"))

    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the queue raises
        create(store)

    assert store.list_recent(10) == ()


@pytest.mark.parametrize("value", ["\ud800", float("nan"), float("inf")])
def test_json_that_cannot_be_kept_is_refused_and_not_shown(store: PlanStore, engine: Engine, value: object) -> None:
    with pytest.raises(UnstorableValueError) as caught:
        create(store, {"name": "Rotkäppchen", "value": value})

    assert "Rotk" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert jobs(engine) == []


def test_neither_addresses_nor_places_of_a_plan_stand_in_the_database(store: PlanStore, engine: Engine) -> None:
    asked: JsonObject = {"cases": [{"address": "Landstrasse 19"}], "long": "x" * 5000}
    made: JsonObject = {"routes": [{"label": "Landstrasse 19, Vaduz"}]}
    plan_id = create(store, asked)
    claim = store.claim(plan_id)
    store.finish(plan_id, 1, made)

    with engine.connect() as connection:
        stored = connection.execute(text("SELECT plans::text FROM plans")).scalar_one()

    plan = store.get(plan_id)
    assert claim is not None
    assert (claim.request, plan.request, plan.result) == (asked, asked, made)
    assert "Landstrasse" not in stored
    assert "xxx" not in stored


def test_a_plan_of_an_earlier_release_is_readable_and_is_sealed_later(store: PlanStore, engine: Engine) -> None:
    waiting, done = create(store), create(store)
    store.claim(done)
    store.finish(done, 1, {})
    with engine.begin() as connection:
        connection.execute(update(plans).values(request={"cases": ["Landstrasse"]}))
        connection.execute(update(plans).where(plans.c.id == done).values(result={"routes": ["Landstrasse"]}))

    before = store.get(done)
    more = (store.seal_old(), store.seal_old())

    with engine.connect() as connection:
        stored = connection.scalars(text("SELECT plans::text FROM plans")).all()
    assert before.request == {"cases": ["Landstrasse"]}
    assert before == store.get(done)
    assert store.get(waiting).request == {"cases": ["Landstrasse"]}
    assert more == (True, False)
    assert "Landstrasse" not in str(stored)


def test_an_unknown_plan_is_not_found(store: PlanStore) -> None:
    unknown = uuid4()

    for ask in (store.get, store.request_stop, store.dismiss):
        with pytest.raises(PlanNotFoundError, match=str(unknown)):
            ask(unknown)


def test_a_claim_starts_the_plan(store: PlanStore) -> None:
    plan_id = create(store, {"x": 1})

    claim = store.claim(plan_id)

    assert claim is not None
    assert (claim.attempt, claim.request) == (1, {"x": 1})
    plan = store.get(plan_id)
    assert plan.status is PlanStatus.RUNNING
    assert plan.started_at is not None


def test_a_second_claim_takes_the_plan_over(store: PlanStore) -> None:
    plan_id = create(store)
    store.claim(plan_id)
    store.report_progress(plan_id, 1, {"cost_s": 5})
    started_at = store.get(plan_id).started_at

    second = store.claim(plan_id)

    assert second is not None
    assert second.attempt == 2
    plan = store.get(plan_id)
    assert plan.started_at == started_at
    assert plan.progress is None


def test_progress_is_stored_and_answers_whether_to_stop(store: PlanStore) -> None:
    plan_id = create(store)
    store.claim(plan_id)

    before = store.report_progress(plan_id, 1, {"cost_s": 5})
    store.request_stop(plan_id)
    after = store.report_progress(plan_id, 1, {"cost_s": 4})

    assert (before, after) == (False, True)
    assert store.is_stop_requested(plan_id, 1) is True
    assert store.get(plan_id).progress == {"cost_s": 4}


def test_the_best_plan_so_far_stays_until_a_better_one_comes_or_the_search_is_over(store: PlanStore) -> None:
    plan_id = create(store)
    store.claim(plan_id)

    store.report_progress(plan_id, 1, {"step": 1}, {"cost_s": 90})
    store.report_progress(plan_id, 1, {"step": 2})
    running = store.get(plan_id)
    store.claim(plan_id)
    taken_over = store.get(plan_id)
    store.report_progress(plan_id, 2, {"step": 3}, {"cost_s": 80})
    store.finish(plan_id, 2, {"routes": []})

    assert (running.progress, running.partial) == ({"step": 2}, {"cost_s": 90})
    assert (taken_over.progress, taken_over.partial) == (None, None)
    assert store.get(plan_id).partial is None


def test_a_stop_asked_for_before_the_start_reaches_the_worker(store: PlanStore) -> None:
    plan_id = create(store)
    store.request_stop(plan_id)

    claim = store.claim(plan_id)

    assert claim is not None
    assert claim.stop_requested is True


def test_a_result_makes_the_plan_successful(store: PlanStore) -> None:
    plan_id = create(store)
    store.claim(plan_id)

    written = store.finish(plan_id, 1, {"routes": []})

    assert written is True
    plan = store.get(plan_id)
    assert plan.status is PlanStatus.SUCCESSFUL
    assert plan.result == {"routes": []}
    assert plan.finished_at is not None


def test_a_list_tells_how_many_cases_were_asked_for_and_how_many_are_left_out(store: PlanStore) -> None:
    plan_id = create(store, {"cases": [{}, {}, {}]})
    (waiting,) = store.list_recent(1)
    store.claim(plan_id)
    store.finish(plan_id, 1, plan_document())

    (done,) = store.list(limit=1)

    assert [(one.cases, one.unassigned) for one in (waiting, done)] == [(3, None), (3, 2)]


def test_a_problem_makes_the_plan_failed(store: PlanStore) -> None:
    plan_id = create(store)
    store.claim(plan_id)

    written = store.fail(plan_id, 1, {"code": "broken"})

    assert written is True
    plan = store.get(plan_id)
    assert plan.status is PlanStatus.FAILED
    assert plan.problem == {"code": "broken"}


def test_an_attempt_that_lost_the_plan_changes_nothing(store: PlanStore) -> None:
    plan_id = create(store)
    store.claim(plan_id)
    store.claim(plan_id)
    store.report_progress(plan_id, 2, {"cost_s": 5})
    before = store.get(plan_id)

    with pytest.raises(LostClaimError):
        store.report_progress(plan_id, 1, {"cost_s": 9})
    with pytest.raises(LostClaimError):
        store.is_stop_requested(plan_id, 1)
    written = (
        store.finish(plan_id, 1, {"routes": ["old"]}),
        store.fail(plan_id, 1, {"code": "old"}),
        store.hand_back(plan_id, 1),
    )

    assert written == (False, False, False)
    assert store.get(plan_id) == before


def test_an_outcome_is_written_once(store: PlanStore) -> None:
    plan_id = create(store)
    store.claim(plan_id)
    store.finish(plan_id, 1, {"routes": [1]})
    before = store.get(plan_id)

    again = (store.finish(plan_id, 1, {"routes": [2]}), store.fail(plan_id, 1, {"code": "late"}))

    assert again == (False, False)
    assert store.get(plan_id) == before


def test_a_plan_handed_back_is_accepted_and_queued_again(store: PlanStore, engine: Engine) -> None:
    plan_id = create(store)
    store.claim(plan_id)
    store.report_progress(plan_id, 1, {"cost_s": 5})

    written = store.hand_back(plan_id, 1)

    assert written is True
    plan = store.get(plan_id)
    assert plan.status is PlanStatus.ACCEPTED
    assert plan.progress is None
    assert jobs(engine) == [{"work_id": str(plan_id)}] * 2


@pytest.mark.parametrize("running", [False, True])
def test_an_open_plan_can_be_dismissed(store: PlanStore, running: bool) -> None:
    plan_id = create(store)
    if running:
        store.claim(plan_id)

    store.dismiss(plan_id)

    plan = store.get(plan_id)
    assert plan.status is PlanStatus.DISMISSED
    assert plan.finished_at is not None
    assert store.claim(plan_id) is None
    assert store.finish(plan_id, 1, {}) is False


def test_a_plan_that_is_over_can_be_neither_stopped_nor_dismissed(store: PlanStore) -> None:
    plan_id = create(store)
    store.claim(plan_id)
    store.finish(plan_id, 1, {})
    before = store.get(plan_id)

    for ask in (store.request_stop, store.dismiss):
        with pytest.raises(PlanFinishedError, match="successful"):
            ask(plan_id)

    assert store.get(plan_id) == before
    assert store.claim(plan_id) is None


def test_the_newest_plans_come_first(store: PlanStore) -> None:
    first, second, third = (create(store) for _ in range(3))

    newest = store.list_recent(2)

    assert [plan.id for plan in newest] == [third, second]
    assert [plan.id for plan in store.list_recent(10)] == [third, second, first]


def test_ping_needs_a_database(store: PlanStore, engine: Engine) -> None:
    store.ping()

    with engine.begin() as connection:
        connection.execute(text("DROP TABLE plans CASCADE"))
    with pytest.raises(ProgrammingError):
        store.get(uuid4())
    store.ping()


@pytest.mark.parametrize(
    "values",
    [
        {"status": "napping"},
        {"status": "running"},
        {"status": "successful", "finished_at": datetime(2024, 5, 6, tzinfo=UTC)},
        {"status": "dismissed"},
        {"finished_at": datetime(2024, 5, 6, tzinfo=UTC)},
        {"result": {}},
        {"problem": {}},
        {"attempt": -1},
        {"lost": 1},
    ],
)
def test_the_database_itself_refuses_states_that_make_no_sense(
    store: PlanStore, engine: Engine, values: dict[str, object]
) -> None:
    plan_id = create(store)

    with engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(update(plans).where(plans.c.id == plan_id).values(**values))


def test_statements_are_logged_without_what_they_carry(
    store: PlanStore, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.echo = "debug"
    caplog.set_level(logging.INFO, logger="sqlalchemy.engine")

    create(store, {"name": "Rotkäppchen"})

    assert "INSERT INTO plans" in caplog.text
    assert "Rotk" not in caplog.text
