"""The embedded PostgreSQL: starts, stops, survives every kill, and changes nobody else's permissions."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from service.child_process import dies_with_parent
from service.settings import Settings
from service.store.errors import EmbeddedServerError, StateDirInUseError
from service.store.postgres import postgres_binaries
from service.store.postgres.embedded import EmbeddedServer, running_database
from service.store.postgres.postgres_files import clear_leftovers

ROOT = os.geteuid() == 0
OWNER = """
import sys, time
from pathlib import Path
from service.store.postgres.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
print(server.start(), server.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody can reach, with a short path: pytest's own are closed and long."""
    path = Path(tempfile.mkdtemp(prefix="ds-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def own_elsewhere(state_dir: Path) -> tuple[subprocess.Popen[str], int]:
    """Start a process that owns a server; return it and the server's process number."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(state_dir)],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - only a prctl
    )
    assert owner.stdout is not None
    with owner.stdout as lines:
        return owner, int(lines.readline().split()[1])


def answer(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_data_outlive_a_stop(folder: Path) -> None:
    settings = Settings(state_dir=folder / "state", database_url=None)

    with running_database(settings) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with running_database(settings) as again:
        kept = answer(again, "SELECT answer FROM kept")
        version = answer(again, "SHOW server_version")

    assert kept == 42
    assert again == url
    assert str(version).startswith("18.")


def test_only_the_socket_is_open_and_only_to_its_owner(folder: Path) -> None:
    with running_database(Settings(state_dir=folder, database_url=None)) as url:
        addresses = answer(url, "SHOW listen_addresses")

        assert addresses == ""
        assert stat.S_IMODE((folder / "postgres").stat().st_mode) == 0o700


def test_a_failed_statement_leaves_no_personal_data_in_the_log(folder: Path) -> None:
    with running_database(Settings(state_dir=folder, database_url=None)) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE people (name text CHECK (name = ''))")
        with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("INSERT INTO people VALUES ('Rotkäppchen')")

    log = (folder / "postgres.log").read_text()
    assert "violates check constraint" in log
    assert "Rotk" not in log


def test_two_owners_of_one_folder_are_refused(folder: Path) -> None:
    with (
        running_database(Settings(state_dir=folder, database_url=None)),
        pytest.raises(StateDirInUseError, match="ds-"),
    ):
        EmbeddedServer(folder).start()


def test_the_server_goes_with_an_owner_who_is_killed_and_starts_again(folder: Path) -> None:
    owner, pid = own_elsewhere(folder)

    owner.kill()
    owner.wait()
    server = EmbeddedServer(folder)
    try:
        found = answer(server.start(), "SELECT 1")
    finally:
        server.stop()

    assert found == 1
    assert not is_running(pid)


def test_it_starts_after_everything_was_killed_at_once(folder: Path) -> None:
    owner, pid = own_elsewhere(folder)
    owner.send_signal(signal.SIGSTOP)
    os.kill(pid, signal.SIGKILL)
    owner.kill()
    owner.wait()

    assert (folder / "postgres" / "postmaster.pid").exists()
    with running_database(Settings(state_dir=folder, database_url=None)) as url:
        assert answer(url, "SELECT 1") == 1


def test_it_starts_when_the_process_number_in_the_file_is_somebody_elses_now(folder: Path) -> None:
    settings = Settings(state_dir=folder, database_url=None)
    with running_database(settings):
        lines = (folder / "postgres" / "postmaster.pid").read_text().splitlines()
    lines[0] = str(os.getppid())
    (folder / "postgres" / "postmaster.pid").write_text("\n".join(lines))

    with running_database(settings) as url:
        assert answer(url, "SELECT 1") == 1


@pytest.mark.parametrize("content", ["", "nonsense\n", "999999999\n"])
def test_a_pid_file_that_says_nothing_is_removed(tmp_path: Path, content: str) -> None:
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(content)

    clear_leftovers(tmp_path, tmp_path, timeout_s=1)

    assert not pid_file.exists()


def test_a_server_that_still_runs_without_an_owner_is_replaced(folder: Path) -> None:
    first = EmbeddedServer(folder)
    first.start()
    orphan = first.pid
    assert orphan is not None

    os.close(first._lock or 0)  # as if its owner were gone, where the kernel does not tie their lives together
    first._lock = None
    second = EmbeddedServer(folder)
    try:
        found = answer(second.start(), "SELECT 1")
        assert found == 1
        assert second.pid != orphan
    finally:
        second.stop()
        first.stop()


def test_a_server_that_was_killed_comes_back_under_the_same_url(folder: Path) -> None:
    server = EmbeddedServer(folder)
    try:
        url = server.start()
        pid = server.pid or 0

        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        server.restart_if_dead()

        assert answer(url, "SELECT 1") == 1
        assert server.pid != pid
    finally:
        server.stop()


def test_a_killed_initdb_leaves_nothing_in_the_way(folder: Path) -> None:
    (folder / "postgres.new").mkdir()
    (folder / "postgres.new" / "PG_VERSION").write_text("18\n")

    with running_database(Settings(state_dir=folder, database_url=None)) as url:
        assert answer(url, "SELECT 1") == 1


def test_data_of_another_major_version_are_refused(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("16\n")

    with pytest.raises(EmbeddedServerError, match="16"):
        EmbeddedServer(folder).start()


def test_a_long_path_gets_its_socket_elsewhere_and_closed_to_others(folder: Path) -> None:
    long = folder / ("d" * 60) / ("e" * 60)
    long.parent.mkdir(mode=0o755)

    with running_database(Settings(state_dir=long, database_url=None)) as url:
        found = answer(url, "SELECT 1")
        socket_dir = Path(str(answer(url, "SHOW unix_socket_directories")))

    assert found == 1
    assert not socket_dir.is_relative_to(folder)
    assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    socket_dir.rmdir()


def test_the_environment_of_the_caller_does_not_reach_the_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("LC_ALL", "xx_YY.nonsense")

    with running_database(Settings(state_dir=folder, database_url=None)) as url:
        assert answer(url, "SELECT 1") == 1


@pytest.mark.skipif(not ROOT, reason="only root has another user run the server")
def test_a_closed_folder_above_the_programs_stays_closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = folder / "home"
    installed = postgres_binaries._installed_package()
    shutil.copytree(installed / "pginstall18", home / "site" / installed.name / "pginstall18", symlinks=True)
    shutil.copytree(
        installed.with_name(f"{installed.name}.libs"), home / "site" / f"{installed.name}.libs", symlinks=True
    )
    home.chmod(0o700)
    monkeypatch.setattr(postgres_binaries, "_installed_package", lambda: home / "site" / installed.name)

    with running_database(Settings(state_dir=folder / "state", database_url=None)) as url:
        assert answer(url, "SELECT 1") == 1

    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert list((folder / "state" / "postgres-bin").iterdir())


@pytest.mark.skipif(not ROOT, reason="only root has another user run the server")
def test_a_closed_folder_above_the_data_is_refused_and_stays_closed(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(EmbeddedServerError, match=str(closed)):
        EmbeddedServer(closed / "state").start()

    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
