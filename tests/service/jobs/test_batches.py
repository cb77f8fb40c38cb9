"""Batches in PostgreSQL: queued, computed by a real worker, shown while they run, erased."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, text, update

from geodata.coords import LonLat
from geodata.errors import AreaNotFoundError
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Level, Status
from service.api.batch_request import BatchRequest
from service.child_process import dies_with_parent
from service.jobs.errors import PlanRefusedError
from service.jobs.run_batch import BatchRunner
from service.schemas.batch import BatchResult, StoredBatch, StoredRow
from service.store.errors import BatchNotFoundError, LostClaimError, UnstorableValueError
from service.store.jobs.batches import BatchStore
from service.store.jobs.records import BatchRecord, JsonObject, PlanStatus
from service.store.privacy.tenant_keys import TenantKeys
from service.store.tables import geocode_batches
from tests.service.api.fake_books import FakeBooks
from tests.service.api.fakes import FakeAreas
from tests.service.planning.fakes import flat_meta

PATIENCE_S = 30.0


@pytest.fixture
def batches(engine: Engine) -> BatchStore:
    return BatchStore(engine, TenantKeys(engine), tenant="main")


@pytest.fixture
def worker(database_url: str, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (tmp_path / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.service.jobs.slow_worker", database_url],
            env=dict(os.environ),
            stderr=log,
            preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - only a prctl
        )
    yield process
    process.kill()
    process.wait()


def wait_for(batches: BatchStore, batch_id: UUID, condition: Callable[[BatchRecord], bool]) -> BatchRecord:
    deadline = time.monotonic() + PATIENCE_S
    while not condition(batch := batches.get(batch_id)):
        assert time.monotonic() < deadline, batch.status
        time.sleep(0.05)
    return batch


def test_a_worker_computes_batches_beside_plans(batches: BatchStore, worker: object) -> None:
    batch_id = batches.create(request={"do": "sleep", "seconds": 1}, area="wood", total=5)

    running = wait_for(batches, batch_id, lambda batch: batch.progress is not None)
    done = wait_for(batches, batch_id, lambda batch: batch.status.is_terminal)

    assert (running.status, running.total) == (PlanStatus.RUNNING, 5)
    assert (done.status, done.attempt) == (PlanStatus.SUCCESSFUL, 1)
    assert done.result is not None
    assert done.result["steps"] == 20


@pytest.fixture
def in_clear(batches: BatchStore, engine: Engine) -> UUID:
    """A batch as an earlier release stored it; there before any worker is."""
    batch_id = batches.create(request={}, area="wood", total=1)
    request = {"do": "sleep", "seconds": 0, "address": "Landstrasse 19"}
    with engine.begin() as connection:
        connection.execute(update(geocode_batches).where(geocode_batches.c.id == batch_id).values(request=request))
    return batch_id


def test_a_worker_seals_what_an_earlier_release_left_in_clear(
    batches: BatchStore, engine: Engine, in_clear: UUID, worker: object
) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while "Landstrasse" in _stored(engine):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    done = wait_for(batches, in_clear, lambda batch: batch.status.is_terminal)

    assert done.request["address"] == "Landstrasse 19"


def _stored(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT geocode_batches::text FROM geocode_batches")).scalar_one())


def test_a_broken_computation_fails_its_batch(batches: BatchStore, worker: object) -> None:
    batch_id = batches.create(request={"do": "crash"}, area="wood", total=5)

    failed = wait_for(batches, batch_id, lambda batch: batch.status.is_terminal)

    assert failed.problem is not None
    assert failed.problem["code"] == "geocoding_failed"


def test_a_batch_that_is_erased_while_it_runs_is_lost_to_its_worker(batches: BatchStore) -> None:
    batch_id = batches.create(request={}, area="wood", total=5)
    claim = batches.claim(batch_id)
    assert claim is not None

    batches.erase(batch_id)

    with pytest.raises(BatchNotFoundError):
        batches.get(batch_id)
    with pytest.raises(BatchNotFoundError):
        batches.erase(batch_id)
    with pytest.raises(LostClaimError):
        batches.report_progress(batch_id, claim.attempt, {})
    assert batches.finish(batch_id, claim.attempt, {}) is False


def test_no_address_stands_in_the_database(batches: BatchStore, engine: Engine) -> None:
    batch_id = batches.create(request={"address": "Landstrasse 19"}, area="wood", total=1)
    claim = batches.claim(batch_id)
    assert claim is not None
    batches.finish(batch_id, claim.attempt, {"label": "Landstrasse 19"})

    with engine.connect() as connection:
        stored = connection.execute(text("SELECT geocode_batches::text FROM geocode_batches")).scalar_one()

    batch = batches.get(batch_id)
    assert (claim.request, batch.request, batch.result) == (
        {"address": "Landstrasse 19"},
        {"address": "Landstrasse 19"},
        {"label": "Landstrasse 19"},
    )
    assert "Landstrasse" not in stored


@pytest.mark.parametrize("value", [float("nan"), "\ud800"])
def test_what_cannot_be_stored_is_refused(batches: BatchStore, value: object) -> None:
    batch_id = batches.create(request={}, area="wood", total=1)
    batches.claim(batch_id)

    with pytest.raises(UnstorableValueError):
        batches.create(request={"x": value}, area="wood", total=1)
    with pytest.raises(UnstorableValueError):
        batches.finish(batch_id, 1, {"x": value})


class Areas:
    """One area; without it when it is gone."""

    def __init__(self, *, gone: bool = False) -> None:
        self._gone = gone
        self.meta = flat_meta()
        self.geocoder = self
        self.asked: list[int] = []

    def open(self, name: str) -> "Areas":
        if self._gone:
            raise AreaNotFoundError(name)
        return self

    def geocode(self, queries: Sequence[AddressQuery]) -> list[GeocodeAnswer]:
        self.asked.append(len(queries))
        return [
            GeocodeAnswer(status=Status.ACCEPTED, location=LonLat(9.5, 47.1), label=query.text) for query in queries
        ]


def stored(count: int) -> JsonObject:
    request = BatchRequest.model_validate({"queries": [{"id": f"c{i}", "address": f"A {i}"} for i in range(count)]})
    return StoredBatch(area="flat", rows=[StoredRow.of(row) for row in request.rows()]).model_dump(mode="json")


def test_a_thousand_rows_are_answered_in_their_order_with_progress() -> None:
    told: list[JsonObject] = []

    result = BatchResult.model_validate(
        BatchRunner(areas=Areas())(stored(1000), told.append, lambda: False), strict=False
    )

    assert [(one.row, one.id, one.label) for one in result.answers] == [(i + 1, f"c{i}", f"A {i}") for i in range(1000)]
    done = [progress["done"] for progress in told]
    assert done == sorted(done)  # type: ignore[type-var] # numbers of JSON
    assert (len(done) >= 20, done[-1]) == (True, 1000)


def test_a_stop_keeps_the_rows_that_are_answered() -> None:
    areas = Areas()

    result = BatchRunner(areas=areas)(stored(1000), lambda _progress: None, lambda: len(areas.asked) >= 3)

    assert len(BatchResult.model_validate(result, strict=False).answers) == sum(areas.asked) < 1000


def test_a_batch_whose_area_is_gone_is_refused_with_what_to_do() -> None:
    with pytest.raises(PlanRefusedError) as refused:
        BatchRunner(areas=Areas(gone=True))(stored(1), lambda _progress: None, lambda: False)

    assert refused.value.problem["code"] == "area_unusable"


def test_rows_are_located_at_their_pins_and_those_in_doubt_name_their_review() -> None:
    books = FakeBooks()
    pin = Pin(location=LonLat(9.52, 47.14), level=Level.POINT, uncertainty_m=20)
    books.pins.put("liechtenstein", "Landstrasse 1", pin, source="planner", place="")
    addresses = ["Im Pardiel 46", "LANDSTRASSE 1", "Landstrasse 2", "Landstrasse 2"]
    request = BatchRequest.model_validate({"queries": [{"address": address} for address in addresses]})
    batch = StoredBatch(area="liechtenstein", rows=[StoredRow.of(row) for row in request.rows()])

    result = BatchResult.model_validate(
        BatchRunner(areas=FakeAreas(), book_of=books.of_area)(
            batch.model_dump(mode="json"), lambda _progress: None, lambda: False
        ),
        strict=False,
    )

    (review,) = books.reviews.list(limit=10)
    assert [(one.match_type, one.review) for one in result.answers] == [
        ("exact", None),
        ("pin", None),
        ("fallback", review.id),
        ("fallback", review.id),
    ]
