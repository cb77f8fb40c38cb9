"""`doorstep plan FILE`: plan one file without a server or a database.

Exit codes: 0 planned, 2 the file or what it asks for is wrong (each rule with its JSON pointer), 3 planning failed.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer
from fastapi_problem.error import Problem
from pydantic import ValidationError
from rich.console import Console

from geodata.errors import AreaNotFoundError, GeodataError
from routing.errors import RoutingError
from service.api.http.body import parse_json
from service.cli.failure import FAILED, WRONG_INPUT, fail, read_settings, system_error
from service.cli.open_area import opened_area
from service.cli.output import counted
from service.cli.progress import SearchBar
from service.cli.start import NoPlanFileError, begin_from
from service.cli.tables import make_console, message_console, plan_tables
from service.field_errors import field_errors
from service.planning.errors import PlanningError
from service.schemas.document import PlanDocument
from service.schemas.plan_request import PlanRequest
from service.schemas.resolve import resolve
from service.settings import Settings

if TYPE_CHECKING:
    from service.jobs.run_plan import PlanRunner


def plan(
    file: Annotated[Path, typer.Argument(help="A request as POST /v1/plans takes it, JSON.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON instead of tables.")] = False,
    map_: Annotated[
        Path | None, typer.Option("--map", metavar="FILE.html", help="Write the map, as one file for a browser.")
    ] = None,
    start: Annotated[
        Path | None,
        typer.Option("--start", metavar="PLAN.json", help="Begin from an earlier plan: what --json printed."),
    ] = None,
    bound: Annotated[
        bool, typer.Option("--bound", help="Also prove how far from the best possible plan it is at most.")
    ] = False,
) -> None:
    """Plan a file without a server, and print the routes."""
    settings = read_settings()
    request = read_request(file)
    if bound:
        request = request.model_copy(update={"options": request.options.model_copy(update={"bound": True})})
    messages = message_console()
    if start is not None:
        request = _begin(request, start, messages)
    try:
        resolved = resolve(
            request,
            area=opened_area(request.area or settings.area, settings, messages).meta,
            settings=settings,
            now=_now(),
        )
        document = _plan(resolved, settings, messages)
        page = None if map_ is None else _map_page(document, settings)
    except PlanningError as exc:
        fail("\n".join(f"{pointer}: {exc}" for pointer in exc.pointers), exit_code=WRONG_INPUT)
    except AreaNotFoundError as exc:
        fail(f"/area: {exc}", exit_code=WRONG_INPUT)
    except OSError as exc:
        fail(system_error(exc), exit_code=FAILED)
    except (GeodataError, RoutingError) as exc:
        fail(f"The day could not be planned. {exc}", exit_code=FAILED)
    if as_json:
        typer.echo(document.result.with_links().model_dump_json(indent=2))
    else:
        console = make_console()
        for table in plan_tables(resolved, document.result):
            console.print(table)
    if map_ is not None and page is not None:
        _write(map_, page)


def _begin(request: PlanRequest, file: Path, messages: Console) -> PlanRequest:
    try:
        request, gone = begin_from(request, file)
    except NoPlanFileError as exc:
        fail(str(exc), exit_code=WRONG_INPUT)
    if gone:
        messages.print(f"Of {file}, no longer in the request: {', '.join(gone)}.", markup=False)
    return request


def read_request(file: Path) -> PlanRequest:
    """Read and validate the file; leave with exit code 2 and one line for each rule that it breaks."""
    try:
        parsed = parse_json(file.read_bytes())
    except OSError as exc:
        fail(f"{file} cannot be read: {exc.strerror}.", exit_code=WRONG_INPUT)
    except Problem as exc:
        fail(f"{file} is not JSON. {exc.detail}", exit_code=WRONG_INPUT)
    try:
        return PlanRequest.model_validate(parsed)
    except ValidationError as exc:
        # FastAPI's way of saying where, which field_errors reads: inside the body.
        found = field_errors([_in_body(error) for error in exc.errors(include_url=False, include_input=False)])
        fail(
            "\n".join(f"{error.pointer or 'The whole file'}: {error.detail} ({error.code})" for error in found),
            exit_code=WRONG_INPUT,
        )


def _in_body(error: Mapping[str, object]) -> Mapping[str, object]:
    location = error["loc"]
    return {**error, "loc": ("body", *location) if isinstance(location, tuple) else ("body",)}


def _plan(request: PlanRequest, settings: Settings, messages: Console) -> PlanDocument:
    from service.bootstrap import plan_runner  # noqa: PLC0415 - other commands need not wait for it
    from service.cli.compiled import compile_once, warned_when_not_kept  # noqa: PLC0415 - likewise
    from service.tenant_deps import area_catalog  # noqa: PLC0415 - likewise

    with warned_when_not_kept():
        compile_once(messages)
        return _search(plan_runner(area_catalog(settings)), request, messages)


def _search(runner: "PlanRunner", request: PlanRequest, messages: Console) -> PlanDocument:
    with SearchBar(messages, doing=f"Planning {counted(len(request.cases), 'case')}") as bar:
        return runner.plan(request, on_progress=lambda told, _best=None: bar(told), should_stop=lambda: False)


def _map_page(document: PlanDocument, settings: Settings) -> str:
    from geodata.area.catalog import AreaCatalog  # noqa: PLC0415 - other commands need not wait for it
    from service.web.catalogue import choose_language, load_catalogues  # noqa: PLC0415
    from service.web.map_file import map_file  # noqa: PLC0415
    from service.web.view import document_view  # noqa: PLC0415

    result = document.result
    view = document_view(
        document,
        tiles_url=lambda area, version: f"{area}/{version}.pmtiles",
        plan_id=uuid4(),
        created_at=_now(),
    )
    tiles = AreaCatalog(settings.areas_dir).open(result.area, result.area_version).tiles
    return map_file(view, tiles=tiles.read_bytes(), texts=load_catalogues()[choose_language(None, None)])


def _write(file: Path, page: str) -> None:
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as exc:
        fail(f"{file} cannot be written: {exc.strerror}.", exit_code=FAILED)


def _now() -> datetime:
    return datetime.now(UTC)
