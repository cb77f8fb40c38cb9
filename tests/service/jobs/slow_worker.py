"""A real worker process whose planner is a fake: it counts, and can be told to crash. For tests only."""

import os
import sys
import time
from collections.abc import Callable
from typing import Final

from service.cli.worker import run_worker
from service.jobs.errors import PlanRefusedError
from service.settings import Settings
from service.store.jobs.records import JsonObject
from service.store.jobs.work_kinds import BATCHES, PLANS

#: A line of the log that says that the worker has begun to prepare.
PREPARING: Final = "slow worker: preparing"


def fake_plan(
    request: JsonObject,
    on_progress: Callable[[JsonObject], None],
    should_stop: Callable[[], bool],
) -> JsonObject:
    """Do as the request's `do` says, reporting each twentieth of a second.

    sleep: takes `seconds` of sleeping; crash: raises with the request in the text; refuse: raises a refusal;
    die: ends the process as an out-of-memory kill would; nan: answers what is not JSON.
    """
    what = request["do"]
    if what == "crash":
        raise RuntimeError(str(request))
    if what == "refuse":
        raise PlanRefusedError({"code": "refused_for_a_test"})
    if what == "die":
        on_progress({"step": 0})
        time.sleep(0.3)
        os._exit(137)
    if what == "nan":
        return {"value": float("nan")}
    steps = int(float(str(request["seconds"])) * 20)
    for step in range(steps):
        if should_stop():
            return {"stopped_at": step, "pid": os.getpid()}
        on_progress({"step": step, "pid": os.getpid()})
        time.sleep(0.05)
    return {"steps": steps, "pid": os.getpid()}


def prepare() -> None:
    """Take some seconds, and say so in the log first."""
    sys.stderr.write(PREPARING + "\n")
    sys.stderr.flush()
    time.sleep(float(os.environ.get("TEST_PREPARE_S", "0")))


def main(url: str) -> None:
    """Work on the database at `url` with short delays."""
    settings = Settings(
        database_url=url,
        worker_heartbeat_s=0.3,
        worker_stalled_s=float(os.environ.get("TEST_STALLED_S", "1.5")),
        worker_grace_s=float(os.environ.get("TEST_GRACE_S", "1")),
        log_format="json",
    )
    run_worker(settings, {PLANS: lambda _tenant: fake_plan, BATCHES: lambda _tenant: fake_plan}, prepare)


if __name__ == "__main__":
    main(sys.argv[1])
