"""/healthz and /readyz: whether the process lives, and whether it can work."""

import errno
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final, Literal

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy.exc import SQLAlchemyError

from geodata.errors import AreaError
from service.api.http.documented import problems
from service.deps import Deps, UsesDeps
from service.errors import problem
from service.schemas.base import Schema
from service.schemas.problem import FieldError
from service.store.errors import SchemaBehindError, WrongSecretKeyError

#: The embedded database, areas that are fetched and what is compiled need room; a PostgreSQL that has none stops.
LEAST_FREE_BYTES: Final = 100_000_000

router = APIRouter(tags=["Operation"])


class Health(Schema):
    """All is well."""

    status: Literal["ok"] = "ok"


class Readiness(Health):
    """The service can work."""

    workers: Annotated[
        int,
        Field(
            ge=0,
            description="Workers that take plans now. One that starts is counted once it has compiled what measures "
            "roads and plans, minutes the first time on a busy machine. Without any, plans are accepted and wait.",
        ),
    ]


@router.get("/healthz", summary="Does the process live?", responses=problems())
async def healthz() -> Health:
    """Answers as long as the process serves; restart it when it does not."""
    return Health()


@router.get("/readyz", summary="Can the service work?", responses=problems("not_ready"))
def readyz(deps: UsesDeps) -> Readiness:
    """Check the database, its tables, the secret key, the default area and the disk. Send no work on 503.

    No worker is no 503: finished plans are served all the same.
    """
    missing = [
        FieldError(pointer="", code=code, detail=rule)
        for code, rule, check in (
            ("database_unavailable", "The database does not answer.", deps.plans.ping),
            (
                "database_not_migrated",
                "Its tables are missing or older than this doorstep needs: run doorstep migrate.",
                lambda: _tables(deps),
            ),
            (
                "secret_key_wrong",
                "DOORSTEP_SECRET_KEY is not the one that this database was used with.",
                lambda: _opens_keys(deps),
            ),
            ("area_unusable", "The default area does not open.", lambda: deps.areas.open(deps.settings.area)),
            (
                "disk_full",
                f"The disk of the state folder has less than {LEAST_FREE_BYTES // 1_000_000} MB left.",
                lambda: _require_room(deps.settings.state_dir),
            ),
        )
        if not _works(check)
    ]
    if missing:
        raise problem(code="not_ready", errors=missing)
    return Readiness(workers=deps.plans.ready_workers(seen_within_s=deps.settings.worker_stalled_s))


def _opens_keys(deps: Deps) -> None:
    """Raise when the keys of stored addresses cannot be unwrapped; a database that is away is another check's."""
    with suppress(SQLAlchemyError):
        deps.books.of_area(deps.settings.area).find(["0"])


def _tables(deps: Deps) -> None:
    deps.require_current_tables()
    deps.plans.list_recent(1)


def _require_room(folder: Path) -> None:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if shutil.disk_usage(there).free < LEAST_FREE_BYTES:
        raise OSError(errno.ENOSPC, "The disk is full.")


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except (SQLAlchemyError, AreaError, WrongSecretKeyError, SchemaBehindError, OSError):
        return False
    return True
