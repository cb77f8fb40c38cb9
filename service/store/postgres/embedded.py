"""The embedded PostgreSQL: started by one process, which owns it, and gone when that process is gone."""

import fcntl
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import structlog

from service.child_process import dies_with_parent, stop_process
from service.settings import Settings
from service.store.engine import normalised_url
from service.store.errors import EmbeddedServerError, StateDirInUseError
from service.store.postgres.postgres_binaries import MAJOR_VERSION, database_user, programs
from service.store.postgres.postgres_files import clear_leftovers, socket_dir_for

_START_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 20.0

#: No TCP. Error texts leave out rows and statements, which hold personal data.
_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "jit": "off",
}


_log = structlog.stdlib.get_logger(__name__)


@contextmanager
def running_database(settings: Settings) -> Iterator[str]:
    """Yield the URL of a PostgreSQL that answers: the configured one, or an embedded one that ends with the block.

    Raises
    ------
    EmbeddedServerError, InvalidDatabaseUrlError
        When the embedded server cannot start; when the configured URL is not PostgreSQL's.
    """
    if settings.database_url is not None:
        yield normalised_url(settings.database_url)
        return
    server = EmbeddedServer(settings.state_dir)
    try:
        yield server.start()
    finally:
        server.stop()


@contextmanager
def reachable_database(settings: Settings) -> Iterator[str]:
    """Yield the URL of the database, of the embedded one too while another process of ours runs it.

    Raises
    ------
    EmbeddedServerError, InvalidDatabaseUrlError
        As `running_database`.
    """
    if settings.database_url is None and (url := _url_of_running(settings.state_dir)) is not None:
        yield url
        return
    with running_database(settings) as url:
        yield url


def _url_of_running(state_dir: Path) -> str | None:
    """Return the URL of the server that another process runs on this folder; None when none answers."""
    data_dir = state_dir / "postgres"
    if not (data_dir / "postmaster.pid").exists():
        return None
    url = _socket_url(socket_dir_for(data_dir, database_user(data_dir)))
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return None
    return url


def _socket_url(socket_dir: Path) -> str:
    return f"postgresql://postgres@/postgres?host={quote(str(socket_dir), safe='/')}&port=5432"


class EmbeddedServer:
    """A PostgreSQL under `state_dir/postgres`, a child of this process, on a Unix socket that only we can open.

    Parameters
    ----------
    state_dir
        Made when missing. Folders above it are never changed.
    options
        PostgreSQL settings on top of ours.
    """

    def __init__(self, state_dir: Path, *, options: Mapping[str, str] | None = None) -> None:
        self._state_dir = state_dir
        self._data_dir = state_dir / "postgres"
        self._log = state_dir / "postgres.log"
        self._options = {**_OPTIONS, **(options or {})}
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""
        self._launch: _Launch | None = None

    @property
    def pid(self) -> int | None:
        """The server's process, None when it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> str:
        """Start the server, making its data directory when there is none, and return its URL once it answers.

        Raises
        ------
        StateDirInUseError
            When another process runs a server on this folder.
        EmbeddedServerError
            When it does not start; the message says where its log is.
        """
        self._state_dir.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        try:
            user = database_user(self._data_dir)
            if user is not None:
                _refuse_closed_parents(self._state_dir)
                self._state_dir.chmod(self._state_dir.stat().st_mode | 0o011)  # ours: the server walks through
            bin_dir = programs(self._state_dir, user)
            self._make_data_dir(bin_dir, user)
            self._launch = _Launch(bin_dir=bin_dir, socket_dir=socket_dir_for(self._data_dir, user), user=user)
            self._url = _socket_url(self._launch.socket_dir)
            self._spawn_until_ready(self._launch)
        except BaseException:
            self.stop()
            raise
        return self._url

    def restart_if_dead(self) -> None:
        """Start the server again, under the same URL, when it has ended by itself or was killed.

        Raises
        ------
        EmbeddedServerError
            When it does not come back.
        """
        if self._launch is None or self.pid is not None:
            return
        _log.warning("database_ended", again=True)
        self._spawn_until_ready(self._launch)

    def stop(self) -> None:
        """Stop the server: open transactions are rolled back, what is committed is safe. Does nothing twice."""
        if self._process is not None:
            stop_process(self._process, polite=((signal.SIGINT, _STOP_TIMEOUT_S), (signal.SIGQUIT, 5.0)))
            self._process = None
            self._launch = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _take_lock(self) -> None:
        lock = os.open(self._state_dir / "doorstep.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            msg = (
                f"Another doorstep uses the state folder {self._state_dir}. Stop it, or set DOORSTEP_STATE_DIR "
                "to another folder, or point both at one DOORSTEP_DATABASE_URL."
            )
            raise StateDirInUseError(msg) from None
        self._lock = lock

    def _make_data_dir(self, bin_dir: Path, user: pwd.struct_passwd | None) -> None:
        found = self._data_dir / "PG_VERSION"
        if found.exists():
            if (major := found.read_text().strip()) != str(MAJOR_VERSION):
                msg = f"{self._data_dir} was written by PostgreSQL {major}; this doorstep runs {MAJOR_VERSION}."
                raise EmbeddedServerError(msg)
            return
        # Renamed when complete: a killed initdb leaves nothing that looks like a database.
        unfinished = self._data_dir.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if user is not None:
            os.chown(unfinished, user.pw_uid, user.pw_gid)
        command = [str(bin_dir / "initdb"), "-D", str(unfinished), "-U", "postgres", "--auth=trust"]
        command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        made = subprocess.run(  # noqa: S603 - our own words
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd=self._state_dir,
            env=_environment(),
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )
        if made.returncode != 0:
            msg = f"initdb could not make {self._data_dir}: {made.stderr.strip()[-500:]}"
            raise EmbeddedServerError(msg)
        unfinished.rename(self._data_dir)

    def _spawn(self, launch: "_Launch") -> None:
        clear_leftovers(self._data_dir, launch.socket_dir, timeout_s=_STOP_TIMEOUT_S)
        user = launch.user
        command = [str(launch.bin_dir / "postgres"), "-D", str(self._data_dir)]
        command += ["-k", str(launch.socket_dir), "-p", "5432"]
        for name, value in self._options.items():
            command += ["-c", f"{name}={value}"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._state_dir,
                env=_environment(),
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                start_new_session=True,  # Ctrl-C in the terminal must not reach it before its clients
                preexec_fn=dies_with_parent(signal.SIGINT),  # noqa: PLW1509 - only a prctl
            )

    def _spawn_until_ready(self, launch: "_Launch") -> None:
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        while True:
            written = self._log.stat().st_size if self._log.exists() else 0
            self._spawn(launch)
            if self._answers():
                return
            with self._log.open("rb") as log:
                log.seek(written)
                # The processes of a postmaster that was killed live a moment longer, and hold its memory.
                still_ending = b"shared memory block" in log.read()
            if not still_ending or time.monotonic() > deadline:
                msg = f"The embedded PostgreSQL did not start; its log is {self._log}."
                raise EmbeddedServerError(msg)
            time.sleep(0.2)

    def _answers(self) -> bool:
        """Wait until the server answers; False when it ends or takes too long."""
        deadline = time.monotonic() + _START_TIMEOUT_S
        while self.pid is not None and time.monotonic() < deadline:
            try:
                psycopg.connect(self._url, connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Launch:
    bin_dir: Path
    socket_dir: Path
    user: pwd.struct_passwd | None


def _environment() -> dict[str, str]:
    """Return an environment without PGDATA, PGPORT and the like."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def _refuse_closed_parents(state_dir: Path) -> None:
    for parent in state_dir.resolve().parents:
        if not parent.stat().st_mode & stat.S_IXOTH:
            msg = (
                f"Run as root, the database belongs to a user of its own, who cannot get through {parent}. "
                "Set DOORSTEP_STATE_DIR to a folder that everybody can reach, such as /var/lib/doorstep."
            )
            raise EmbeddedServerError(msg)
