"""`doorstep plan --start`: a search that begins from the routes of an earlier plan, kept as JSON in a file."""

from pathlib import Path
from typing import Final

from fastapi_problem.error import Problem
from pydantic import ValidationError

from service.api.http.body import parse_json
from service.schemas.options import StartRequest
from service.schemas.plan import PlanResult
from service.schemas.plan_request import PlanRequest
from service.schemas.resolve import routes_of

_WANTED: Final = "a plan, as `doorstep plan --json` prints it or GET /v1/plans/{id} answers it"


class NoPlanFileError(Exception):
    """The file holds no plan to begin from; the message says so."""


def begin_from(request: PlanRequest, file: Path) -> tuple[PlanRequest, list[str]]:
    """Return the request with the routes of the plan in the file, and the ids of the plan that the request lacks.

    Raises
    ------
    NoPlanFileError
        When the file cannot be read, or holds no routes.
    """
    routes = routes_of(_read(file))
    cases = {case.id for case in request.cases}
    collectors = {collector.id for collector in request.collectors}
    gone = [case for route in routes for case in route.cases if case not in cases]
    gone += [route.collector for route in routes if route.collector not in collectors]
    known = [
        route.model_copy(update={"cases": [case for case in route.cases if case in cases]})
        for route in routes
        if route.collector in collectors
    ]
    options = request.options.model_copy(update={"start": StartRequest(routes=known)})
    return request.model_copy(update={"options": options}), gone


def _read(file: Path) -> PlanResult:
    try:
        found = parse_json(file.read_bytes())
    except OSError as exc:
        msg = f"{file} cannot be read: {exc.strerror}."
        raise NoPlanFileError(msg) from exc
    except Problem as exc:
        msg = f"{file} is not JSON. {exc.detail}"
        raise NoPlanFileError(msg) from exc
    inner = found.get("result", found) if isinstance(found, dict) else found
    try:
        return PlanResult.model_validate(inner, strict=False)
    except ValidationError as exc:
        msg = f"{file} is not {_WANTED}."
        raise NoPlanFileError(msg) from exc
