"""`doorstep serve`: the embedded database, the web server and one worker, under one supervisor."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from types import FrameType
from typing import Annotated

import typer

from service.child_process import dies_with_parent
from service.cli.failure import CommandError, plain_failures, read_settings
from service.logs import configure_logging
from service.settings import Settings
from service.settings_web import LOOPBACK_HOSTS
from service.store.access.identities import IdentityStore
from service.store.engine import normalised_url, open_engine
from service.store.migrate import migrate
from service.store.postgres.embedded import EmbeddedServer
from service.store.privacy.tenant_keys import TenantKeys
from service.supervisor import ChildSpec, Supervisor

_READY_TIMEOUT_S = 120.0
_STOP_MARGIN_S = 10.0
_WEB = "web"


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    workers: Annotated[
        int,
        typer.Option(min=0, max=64, help="Workers beside the web server; 0 where `doorstep worker` runs elsewhere."),
    ] = 1,
) -> None:
    """Run the service until stopped: web server, worker and, without DOORSTEP_DATABASE_URL, the database."""
    with plain_failures():
        run_serve(read_settings(host=host, port=port), workers=workers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """The processes of the service. `web` gets the number of the listening socket as one argument more."""

    prepare: tuple[str, ...] = (sys.executable, "-m", "service.cli.prepare")
    web: tuple[str, ...] = (sys.executable, "-m", "service.cli.web")
    worker: tuple[str, ...] = (sys.executable, "-m", "service.cli.main", "worker")


def run_serve(settings: Settings, commands: Commands | None = None, *, workers: int = 1) -> None:
    """Run database, web server and workers until SIGTERM or SIGINT.

    Raises
    ------
    CommandError, StoreError
        When the port is taken, when the area cannot be prepared, when the database cannot be used.
    """
    run = commands if commands is not None else Commands()
    configure_logging(level=settings.log_level, style=settings.log_format)
    for number in (signal.SIGINT, signal.SIGTERM):  # while starting; the supervisor has its own
        signal.signal(number, _leave)
    with _listening(settings) as listening, _database(settings) as (url, look_after_database):
        migrate(url)
        require_keys_or_loopback(settings, url)
        environment = {**os.environ, **settings.as_environment(), "DOORSTEP_DATABASE_URL": url}
        _prepare_area(run.prepare, environment)
        descriptor = listening.fileno()
        supervisor = Supervisor(
            (
                ChildSpec(name=_WEB, command=(*run.web, str(descriptor)), inherited=(descriptor,)),
                *(_worker(run.worker, number, settings) for number in range(workers)),
            ),
            environment=environment,
            stop_timeout_s=max(settings.worker_grace_s, settings.web_grace_s) + _STOP_MARGIN_S,
        )
        announcement = _Announcement(listening, supervisor)

        def watch() -> None:
            look_after_database()
            announcement.look()

        supervisor.run(watch)


def _worker(command: tuple[str, ...], number: int, settings: Settings) -> ChildSpec:
    """Return a worker; the ports where workers tell their figures follow one another."""
    host, _, port = settings.worker_metrics_address.rpartition(":")
    own = {"DOORSTEP_WORKER_METRICS_ADDRESS": f"{host}:{int(port) + number}"} if port and int(port) else {}
    return ChildSpec(name=f"worker-{number + 1}" if number else "worker", command=command, environment=own)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """Yield the listening socket: taken first, so that a taken port is found out before anything starts.

    It belongs to the supervisor: a web server that is restarted finds waiting connections still there.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as exc:
        msg = f"Cannot listen on {settings.host}: {exc.strerror or exc}. DOORSTEP_HOST must be one of this machine."
        raise CommandError(msg) from None
    with listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
        except OSError as exc:
            msg = (
                f"Cannot listen on {settings.host} port {settings.port}: {exc.strerror}. "
                "Choose another with --port or DOORSTEP_PORT; 0 takes a free one."
            )
            raise CommandError(msg) from None
        listening.listen(2048)
        yield listening


@contextmanager
def _database(settings: Settings) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the database's URL, and what keeps it alive while the service runs."""
    if settings.database_url is not None:
        yield normalised_url(settings.database_url), lambda: None
        return
    server = EmbeddedServer(settings.state_dir)
    try:
        yield server.start(), server.restart_if_dead
    finally:
        server.stop()


def require_keys_or_loopback(settings: Settings, url: str) -> None:
    """Check that other machines reach the service only once somebody has a key: without any it trusts its own.

    Raises
    ------
    CommandError
        When the settings say to listen beyond loopback, and nobody has a key or could sign in.
    """
    if settings.host in LOOPBACK_HOSTS or settings.host == "::1" or settings.oidc_issuer or settings.oidc_file:
        return
    engine = open_engine(url)
    try:
        known = IdentityStore(engine, TenantKeys(engine, secrets=settings.secrets)).is_anybody_known()
    finally:
        engine.dispose()
    if not known:
        msg = (
            f"Nobody has a key yet, so the service listens on this machine only, not on {settings.host}. "
            "`doorstep init` makes the first key; then start it again."
        )
        raise CommandError(msg)


def _prepare_area(command: tuple[str, ...], environment: dict[str, str]) -> None:
    tied = dies_with_parent(signal.SIGKILL)
    prepared = subprocess.run(command, check=False, env=environment, preexec_fn=tied)  # noqa: S603
    if prepared.returncode != 0:
        msg = "The bundled area could not be prepared."
        raise CommandError(msg)


class _Announcement:
    """Prints where the service listens, once, when it answers."""

    def __init__(self, listening: socket.socket, supervisor: Supervisor) -> None:
        self._host, self._port = listening.getsockname()[:2]
        self._supervisor = supervisor
        self._deadline = time.monotonic() + _READY_TIMEOUT_S
        self._made = False

    def look(self) -> None:
        """Ask, and print when there is an answer.

        Raises
        ------
        CommandError
            When the web server ended, or does not answer in time.
        """
        if self._made:
            return
        if self._supervisor.ends(_WEB) > 0 or time.monotonic() > self._deadline:
            msg = "The web server did not start; the lines above say why."
            raise CommandError(msg)
        connection = http.client.HTTPConnection(_reachable(self._host), self._port, timeout=1)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse()
        except OSError:
            return
        finally:
            connection.close()
        shown = f"[{self._host}]" if ":" in self._host else self._host
        typer.echo(f"doorstep listens on http://{shown}:{self._port} (Ctrl-C stops it)")
        sys.stdout.flush()
        self._made = True


def _reachable(host: str) -> str:
    """Return where a server that listens on every address can be asked."""
    address = ip_address(host)
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"
