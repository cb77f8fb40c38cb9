"""Plans whose area was damaged, replaced or removed after they were accepted: they fail with what to do about it."""

import json
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from geodata.area.area import GAZETTEER, NETWORKS
from geodata.area.catalog import AreaCatalog
from geodata.area.meta import META_FILE
from service.app import create_app
from service.jobs.errors import PlanRefusedError
from service.jobs.execution import Execution
from service.jobs.run_plan import PlanRunner
from service.schemas.plan_request import PlanRequest
from service.schemas.resolve import resolve
from service.settings import Settings
from service.store.jobs.plans import PlanStore
from tests.geodata.area.village import build_village, write_village
from tests.service.api.client import ApiClient
from tests.service.api.fakes import NOW, fake_deps, plan_body
from tests.service.planning.test_pipeline import solve_here

_WHAT_TO_DO = "Build it again: doorstep area build --pbf FILE --name willowbrook"
_HOUSE = "Mill Lane 7, Willowbrook"


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    """A folder with one good area."""
    build_village(write_village(tmp_path), tmp_path / "areas")
    return tmp_path / "areas"


def _body() -> dict[str, Any]:
    start = {"location": {"lat": 30.004, "lon": 100.0}}
    return plan_body(
        area="willowbrook",
        date="2026-11-25",
        cases=[{"id": "A", "address": _HOUSE}],
        collectors=[{"id": "K", "start": start, "shift": {"start": "09:00", "end": "17:00"}}],
        options={"budget_s": 5, "iterations": 1},
    )


def _old_network(version: Path) -> None:
    file = version / NETWORKS / "car" / "meta.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | {"version": 1}), encoding="utf-8")


def _damaged_network(version: Path) -> None:
    (version / NETWORKS / "car" / "head.npy").write_bytes(b"no array")


def _missing_network(version: Path) -> None:
    shutil.rmtree(version / NETWORKS / "car")


def _damaged_gazetteer(version: Path) -> None:
    (version / GAZETTEER).write_bytes(b"no database" * 1000)


def _gazetteer_with_a_street_nowhere(version: Path) -> None:
    with closing(sqlite3.connect(version / GAZETTEER)) as gazetteer:
        gazetteer.execute("UPDATE street SET lat = 1000")
        gazetteer.commit()


def _gazetteer_with_a_door_nowhere(version: Path) -> None:
    with closing(sqlite3.connect(version / GAZETTEER)) as gazetteer:
        gazetteer.execute("UPDATE housenumber SET lat = 1000")
        gazetteer.commit()


def _damaged_description(version: Path) -> None:
    (version / META_FILE).write_text("{", encoding="utf-8")


def _vanished_version(version: Path) -> None:
    shutil.rmtree(version)


def _vanished_area(version: Path) -> None:
    shutil.rmtree(version.parent)


_HARMS = (
    _old_network,
    _damaged_network,
    _missing_network,
    _damaged_gazetteer,
    _gazetteer_with_a_street_nowhere,
    _gazetteer_with_a_door_nowhere,
    _damaged_description,
    _vanished_version,
    _vanished_area,
)


@pytest.mark.parametrize("harm", _HARMS)
def test_a_plan_whose_area_cannot_be_used_any_more_says_how_to_build_it(
    areas: Path, harm: Callable[[Path], None]
) -> None:
    catalog = AreaCatalog(areas)
    request = PlanRequest.model_validate(_body())
    stored = resolve(request, area=catalog.open("willowbrook").meta, settings=Settings(), now=NOW)
    runner = PlanRunner(catalog=catalog, solver=solve_here)
    (version,) = (path for path in (areas / "willowbrook").iterdir() if path.is_dir())
    harm(version)

    with capture_logs() as logs, pytest.raises(PlanRefusedError) as refused:
        runner(stored.model_dump(mode="json"), lambda _progress, _best=None: None, lambda: False)

    problem = refused.value.problem
    assert (problem["code"], problem["status"]) == ("area_unusable", 503)
    assert str(problem["detail"]).endswith(_WHAT_TO_DO)
    assert str(areas) not in str(problem)
    assert [(entry["event"], entry["area"]) for entry in logs] == [("area_unusable", "willowbrook")]
    assert logs[0]["reason"]
    assert "Mill Lane" not in str(logs)


@pytest.mark.parametrize("harm", [_old_network, _damaged_gazetteer, _vanished_area])
def test_over_http_an_accepted_plan_ends_with_what_to_do_about_its_area(
    areas: Path, store: PlanStore, harm: Callable[[Path], None]
) -> None:
    client = ApiClient(create_app(replace(fake_deps(), plans=store, areas=AreaCatalog(areas))))
    runner = PlanRunner(catalog=AreaCatalog(areas), solver=solve_here)
    accepted = client.post("/v1/plans", json=_body())
    (version,) = (path for path in (areas / "willowbrook").iterdir() if path.is_dir())
    harm(version)

    claim = store.claim(next(iter(store.list_recent(1))).id)
    assert claim is not None
    Execution(store, claim, threading.Event()).run(runner)
    ended = client.get(accepted.headers["Location"]).json()

    assert accepted.status_code == 202
    assert (ended["status"], ended["problem"]["code"], ended["problem"]["status"]) == ("failed", "area_unusable", 503)
    assert ended["problem"]["detail"].endswith(_WHAT_TO_DO)
    assert str(areas) not in str(ended)


def test_over_http_a_prefix_that_cannot_be_driven_fails_the_plan_and_names_the_field(
    areas: Path, store: PlanStore
) -> None:
    client = ApiClient(create_app(replace(fake_deps(), plans=store, areas=AreaCatalog(areas))))
    body = _body()
    first_case, first_collector = body["cases"][0], body["collectors"][0]
    hopeless = body | {"collectors": [first_collector | {"prefix": [first_case["id"]], "max_work_s": 1}]}

    accepted = client.post("/v1/plans", json=hopeless)
    claim = store.claim(next(iter(store.list_recent(1))).id)
    assert claim is not None
    Execution(store, claim, threading.Event()).run(PlanRunner(catalog=AreaCatalog(areas), solver=solve_here))
    ended = client.get(accepted.headers["Location"]).json()

    assert (ended["status"], ended["problem"]["code"]) == ("failed", "invalid_request")
    [error] = ended["problem"]["errors"]
    assert (error["pointer"], error["code"]) == ("/collectors/0/prefix", "undrivable_prefix")
    assert error["detail"].endswith("it takes more work than max_work_s.")
