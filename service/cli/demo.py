"""`doorstep demo`: start the service, plan a day in the bundled area through its API, show it, go on serving."""

import shlex
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.status import Status

from service.cli.failure import read_settings
from service.cli.output import counted
from service.cli.progress import SearchBar
from service.cli.tables import make_console, plan_tables
from service.demo.audit import faults
from service.demo.client import PlanClient, PlanNotMadeError
from service.demo.day import demo_day
from service.demo.running import RunningService, ServiceNotStartedError, free_port, running_service
from service.schemas.map_view import MapView
from service.schemas.plan import PlanResult
from service.schemas.plan_request import PlanRequest
from service.schemas.plan_resource import PlanResource
from service.settings import Settings
from service.web.catalogue import choose_language, load_catalogues
from service.web.map_file import map_file

#: A first start compiles for two minutes of a processor, and for ten where several share one.
_START_TIMEOUT_S = 900.0
_PLAN_TIMEOUT_S = 120.0


def demo(
    serve: Annotated[bool, typer.Option(help="Go on serving when the day is planned, until Ctrl-C.")] = True,
    port: Annotated[int | None, typer.Option(help="Port to listen on; without it 8000, or else a free one.")] = None,
    output: Annotated[Path, typer.Option(help="Folder for the plan, its GeoJSON and the service's log.")] = Path(
        "build/demo"
    ),
) -> None:
    """Plan a day of sixty cases and five collectors in Liechtenstein, and show it."""
    console = make_console()
    try:
        _run(console, read_settings(), serve=serve, port=port, output=output)
    except (ServiceNotStartedError, PlanNotMadeError) as exc:
        typer.echo(f"doorstep: {exc}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _run(console: Console, settings: Settings, *, serve: bool, port: int | None, output: Path) -> None:
    log = output / "service.log"
    state_dir = settings.state_dir / "demo"
    port = free_port(settings.port) if port is None else port
    console.print(f"Starting the service: database, map area, web server and worker. Its log is {log}.")
    with ExitStack() as stack:
        with console.status("Starting the database") as status:
            service = stack.enter_context(
                running_service(
                    state_dir=state_dir,
                    port=port,
                    log=log,
                    timeout_s=_START_TIMEOUT_S,
                    on_wait=_each_once(console, status),
                )
            )
        _plan(console, service, output)
        if serve:
            console.print(f"Key:  {_on_the_same_data(state_dir)} init", soft_wrap=True)
            console.print("      makes the first one; until then whoever sits at this machine needs none")
            _serve_on(console, service)
    if not serve:
        console.print("The service is stopped. This serves the plan again, at the same addresses:")
        console.print(f"  {_serve_again(state_dir, port)}", soft_wrap=True)


def _each_once(console: Console, status: Status) -> Callable[[str], None]:
    """Return what shows the work of the moment: beside a spinner, or in lines where there is no terminal."""
    shown = ""

    def show(what: str) -> None:
        nonlocal shown
        if console.is_terminal:
            status.update(escape(what))
        elif (short := what.partition(":")[0]) != shown:
            shown = short
            console.print(f"  {short}")

    return show


def _plan(console: Console, service: RunningService, output: Path) -> None:
    """Plan the day, print it, keep it in files, and audit it.

    Raises
    ------
    PlanNotMadeError
        When there is no plan, or it breaks a rule.
    """
    body = demo_day()
    request = PlanRequest.model_validate_json(body)
    with PlanClient(service.url) as client:
        started = time.monotonic()
        with SearchBar(console, doing=f"Planning {counted(len(request.cases), 'case')}") as bar:
            plan = client.make_plan(body, on_progress=bar, timeout_s=_PLAN_TIMEOUT_S)
        elapsed_s = time.monotonic() - started
        result = _result(plan)
        console.print()
        for table in plan_tables(request, result):
            console.print(table)
        files = _keep(client, plan, output)
        page = _keep_map(client, plan, output)
    console.print(f"Planned in {elapsed_s:.1f} s, over HTTP from the request to the answer.")
    if broken := faults(request, result):
        raise PlanNotMadeError("\n".join(["The plan breaks what was asked:", *broken]))
    console.print("Checked against the request: every visit keeps its window, its skills and the collector's shift.")
    console.print(f"Written: {', '.join(map(str, [*files, page]))}")
    console.print(f"\nMap:  [bold]{service.url}{plan.links.map}[/bold]", soft_wrap=True)
    console.print(f"      {page}, the same as a file: it opens without the service", soft_wrap=True)
    console.print(f"API:  {service.url}/docs", soft_wrap=True)


def _result(plan: PlanResource) -> PlanResult:
    if plan.result is None:
        msg = f"Plan {plan.id} has no result."
        raise PlanNotMadeError(msg)
    return plan.result


def _keep(client: PlanClient, plan: PlanResource, output: Path) -> list[Path]:
    """Write the plan and its lines on the map into files."""
    files = [output / "plan.json", output / "plan.geojson"]
    for path, link in zip(files, (plan.links.self, plan.links.geojson), strict=True):
        path.write_bytes(client.fetch(link))
    return files


def _keep_map(client: PlanClient, plan: PlanResource, output: Path) -> Path:
    """Write the map's page into a file that opens without the service."""
    client.fetch(plan.links.map)
    view = MapView.model_validate_json(client.fetch(f"{plan.links.map}.json"))
    tiles_url = None if view.plan is None else view.plan.tiles_url
    tiles = None if tiles_url is None else client.fetch(tiles_url)
    file = output / "map.html"
    file.write_text(map_file(view, tiles=tiles, texts=load_catalogues()[choose_language(None, None)]), encoding="utf-8")
    return file


def _serve_again(state_dir: Path, port: int) -> str:
    return f"{_on_the_same_data(state_dir)} serve --port {port}"


def _on_the_same_data(state_dir: Path) -> str:
    """Return the command `doorstep` on the demonstration's database, for this shell in this folder."""
    command = Path(sys.executable).with_name("doorstep")
    if command.is_relative_to(Path.cwd()):
        command = command.relative_to(Path.cwd())
    return f"DOORSTEP_STATE_DIR={shlex.quote(str(state_dir.absolute()))} {shlex.quote(str(command))}"


def _serve_on(console: Console, service: RunningService) -> None:
    console.print("Serving until Ctrl-C.")
    with suppress(KeyboardInterrupt):
        if service.process.wait() != 0:
            msg = "The service ended by itself; see its log."
            raise ServiceNotStartedError(msg)
    console.print("\nStopping.")
