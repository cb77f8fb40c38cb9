"""A worker on the real planner, with short delays: a process for the faults to befall."""

import sys
from pathlib import Path

from service.bootstrap import work_runners
from service.cli.worker import run_worker
from service.settings import Settings

#: Seconds without a sign of life after which a worker counts as dead.
STALLED_S = 1.5


def main(url: str, state_dir: str) -> None:
    """Work on the database at `url` with the areas of a state folder."""
    settings = Settings(
        state_dir=Path(state_dir),
        database_url=url,
        matrix_threads=1,
        worker_heartbeat_s=0.3,
        worker_stalled_s=STALLED_S,
        worker_grace_s=1,
        max_worker_losses=100,  # the faults are to blame, not the plan
        log_format="json",
    )
    with work_runners(settings, url) as runners:
        run_worker(settings, runners)


if __name__ == "__main__":
    main(*sys.argv[1:])
