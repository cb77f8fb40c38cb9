"""Backing up and restoring: everything comes back, into an empty database only, and nothing is overwritten."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, MetaData, select, text

from geodata.coords import LonLat
from geodata.geocoding.pins import Pin
from geodata.geocoding.port import Level
from service.store.addresses.address_book import address_books
from service.store.engine import open_engine
from service.store.errors import BackupError, WrongSecretKeyError
from service.store.jobs.plans import PlanStore
from service.store.postgres.backup import backup, restore
from service.store.postgres.embedded import EmbeddedServer
from service.store.privacy.tenant_keys import TenantKeys
from tests.postgres import PostgresForTests
from tests.service.api.fakes import NOW, plan_document

SECRET = "k" * 40
ADDRESS = "Landstrasse 19, 9494 Schaan"
PIN = Pin(location=LonLat(9.5, 47.1), level=Level.POINT, uncertainty_m=20)


def fill(engine: Engine) -> None:
    """Do a little of everything."""
    store = PlanStore(engine, TenantKeys(engine, secrets=[SECRET]), tenant="main")
    done, _waiting = (store.create(request={"n": n}, area="liechtenstein", plan_date=NOW.date()) for n in range(2))
    claim = store.claim(done)
    assert claim is not None
    store.finish(done, claim.attempt, plan_document())
    books = address_books(engine, TenantKeys(engine, secrets=[SECRET]), tenant="main")
    books.pins.put("liechtenstein", ADDRESS, PIN, source="planner", place="", instead_of=None)


def contents(url: str) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    engine = open_engine(url)
    try:
        found = MetaData()
        found.reflect(engine)
        with engine.connect() as connection:
            rows = {name: sorted(map(str, connection.execute(select(table)))) for name, table in found.tables.items()}
            sequences = connection.execute(text("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"))
            return {**rows, "sequences": list(map(str, sequences))}
    finally:
        engine.dispose()


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path a socket's can begin with."""
    folder = Path(tempfile.mkdtemp(prefix="ds-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def file(engine: Engine, database_url: str, tmp_path: Path) -> Path:
    """A backup of a database with something in it."""
    fill(engine)
    backup(database_url, tmp_path / "day.backup", tmp_path)
    return tmp_path / "day.backup"


def test_what_was_backed_up_is_restored_row_for_row(
    postgres: PostgresForTests, database_url: str, file: Path, tmp_path: Path
) -> None:
    with postgres.empty() as url:
        restore(url, file, tmp_path)

        restored = contents(url)

    assert restored == contents(database_url)
    assert len(restored["plans"]) == 2
    assert len(restored["procrastinate_jobs"]) == 2


def test_a_backup_is_restored_on_a_server_that_never_saw_doorstep(
    database_url: str, file: Path, short_folder: Path
) -> None:
    server = EmbeddedServer(short_folder, options={"fsync": "off"})
    try:
        url = server.start()
        restore(url, file, short_folder)

        assert contents(url) == contents(database_url)
        with psycopg.connect(url) as connection:
            owners = connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
            assert owners.fetchall() == [("postgres",)]
            connection.execute("SET LOCAL ROLE doorstep_app")
            connection.execute("SELECT set_config('doorstep.tenant', 'nobody', true)")
            assert connection.execute("SELECT count(*) FROM plans").fetchone() == (0,)
    finally:
        server.stop()


def test_a_restored_database_works_on_and_what_is_sealed_needs_its_key(
    postgres: PostgresForTests, file: Path, tmp_path: Path
) -> None:
    with postgres.empty() as url:
        restore(url, file, tmp_path)
        engine = open_engine(url)

        found = address_books(engine, TenantKeys(engine, secrets=[SECRET]), tenant="main").pins.of_address(
            "liechtenstein", ADDRESS
        )
        with pytest.raises(WrongSecretKeyError):
            address_books(engine, TenantKeys(engine, secrets=["o" * 40]), tenant="main").pins.of_address(
                "liechtenstein", ADDRESS
            )
        waiting = next(
            plan
            for plan in PlanStore(engine, TenantKeys(engine, secrets=[SECRET]), tenant="main").list_recent(2)
            if not plan.status.is_terminal
        )
        claim = PlanStore(engine, TenantKeys(engine, secrets=[SECRET]), tenant="main").claim(waiting.id)
        engine.dispose()

    assert found is not None
    assert found.address == ADDRESS
    assert claim is not None


def test_a_backup_holds_no_address_and_no_secret_and_is_for_its_owner_alone(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ADDRESS.encode() not in file.read_bytes()
    assert SECRET.encode() not in file.read_bytes()


def test_a_backup_never_overwrites_a_file(database_url: str, file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()

    with pytest.raises(BackupError, match="exists"):
        backup(database_url, file, tmp_path)

    assert file.read_bytes() == before


def test_a_database_with_anything_in_it_is_left_as_it_is(
    postgres: PostgresForTests, file: Path, tmp_path: Path
) -> None:
    with postgres.empty() as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE SCHEMA theirs; CREATE TABLE theirs.mine (a int)")

        with pytest.raises(BackupError, match="not empty: it has mine"):
            restore(url, file, tmp_path)

        assert set(contents(url)) == {"sequences"}


@pytest.mark.parametrize("content", [b"", b"not a backup", b"PGDMP and then nothing"], ids=["empty", "text", "cut"])
def test_what_is_no_backup_is_refused(postgres: PostgresForTests, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)

    with postgres.empty() as url, pytest.raises(BackupError):
        restore(url, tmp_path / "file", tmp_path)


def test_a_backup_that_is_cut_off_restores_nothing(postgres: PostgresForTests, file: Path, tmp_path: Path) -> None:
    file.write_bytes(file.read_bytes()[:-2000])

    with postgres.empty() as url:
        with pytest.raises(BackupError):
            restore(url, file, tmp_path)

        assert set(contents(url)) == {"sequences"}


def test_a_backup_of_a_newer_doorstep_is_refused(
    postgres: PostgresForTests, engine: Engine, database_url: str, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backup(database_url, tmp_path / "newer", tmp_path)

    with postgres.empty() as url, pytest.raises(BackupError, match="newer doorstep"):
        restore(url, tmp_path / "newer", tmp_path)


def test_a_failure_leaves_no_file_and_shows_no_password(tmp_path: Path) -> None:
    with pytest.raises(BackupError) as caught:
        backup("postgresql://someone:geheim@127.0.0.1:1/none", tmp_path / "none", tmp_path)

    assert "geheim" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == []


def test_the_commands_back_up_and_restore(
    postgres: PostgresForTests, database_url: str, engine: Engine, tmp_path: Path
) -> None:
    fill(engine)
    file = tmp_path / "day.backup"

    def run(verb: str, url: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
        environment = {**inherited, "DOORSTEP_DATABASE_URL": url, "DOORSTEP_STATE_DIR": str(tmp_path)}
        command = [sys.executable, "-m", "service.cli.main", verb, str(file)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    with postgres.empty() as url:
        saved, filled, again = run("backup", database_url), run("restore", url), run("restore", url)

        assert (saved.returncode, filled.returncode, again.returncode) == (0, 0, 1)
        assert contents(url) == contents(database_url)
    assert "No DOORSTEP_SECRET_KEY is set" in saved.stdout
    assert again.stderr.startswith("doorstep: The database is not empty")
