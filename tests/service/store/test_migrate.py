"""Migrations: from nothing, twice, by many at once, and Procrastinate's later scripts."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from procrastinate.schema import SchemaManager
from psycopg.errors import SyntaxError as SqlSyntaxError
from sqlalchemy import Engine, inspect, text

from service.store.all_tables import metadata
from service.store.engine import open_engine
from service.store.jobs.queue_schema import update_queue_schema
from service.store.migrate import migrate
from tests.postgres import PostgresForTests


def tables(url: str) -> set[str]:
    engine = open_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_an_empty_database_gets_every_table_and_a_second_time_changes_nothing(postgres: PostgresForTests) -> None:
    with postgres.empty() as url:
        migrate(url)
        first = tables(url)
        migrate(url)

        assert {"plans", "procrastinate_jobs", "alembic_version"} <= first
        assert tables(url) == first


def test_many_processes_may_migrate_at_once(postgres: PostgresForTests) -> None:
    with postgres.empty() as url, ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(migrate, url) for _ in range(4)]:
            done.result()

        assert "plans" in tables(url)


def test_the_tables_are_what_the_code_believes(engine: Engine) -> None:
    ours = set(metadata.tables)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _parents: kind != "table" or name in ours, "compare_type": True},
        )
        differences = compare_metadata(context, metadata)

    assert differences == []


def test_the_installed_procrastinate_counts_as_applied(engine: Engine) -> None:
    shipped = {path.name for path in Path(SchemaManager.get_migrations_path()).glob("*.sql")}

    with engine.connect() as connection:
        applied = set(connection.scalars(text("SELECT name FROM queue_migrations")))

    assert shipped
    assert applied == shipped


def test_scripts_of_a_later_procrastinate_run_once_in_order(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "99.00.00_50_post_second.sql").write_text("INSERT INTO later VALUES ('100 %'); SELECT 1;")
    (tmp_path / "99.00.00_01_pre_first.sql").write_text("CREATE TABLE later (word text); SELECT 2;")

    with engine.connect() as connection:
        first = update_queue_schema(connection, scripts=tmp_path)
        second = update_queue_schema(connection, scripts=tmp_path)
        words = connection.scalars(text("SELECT word FROM later")).all()

    assert first == ("99.00.00_01_pre_first.sql", "99.00.00_50_post_second.sql")
    assert second == ()
    assert words == ["100 %"]


def test_a_script_that_fails_leaves_nothing_behind_and_runs_again(engine: Engine, tmp_path: Path) -> None:
    script = tmp_path / "99.00.00_01_pre_broken.sql"
    script.write_text("CREATE TABLE half (word text); CREATE NONSENSE;")

    with engine.connect() as connection, pytest.raises(SqlSyntaxError):
        update_queue_schema(connection, scripts=tmp_path)
    script.write_text("CREATE TABLE half (word text);")
    with engine.connect() as connection:
        applied = update_queue_schema(connection, scripts=tmp_path)

    assert applied == (script.name,)


def test_the_command_says_what_is_wrong_with_the_url_and_keeps_it_to_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "service.cli.main", "migrate"],
        env={"DOORSTEP_DATABASE_URL": "mysql://root:secret@db/x"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("doorstep: A database URL looks like postgresql://")
    assert "secret" not in done.stdout + done.stderr


def test_the_command_says_that_the_database_does_not_answer() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "service.cli.main", "migrate"],
        env={"DOORSTEP_DATABASE_URL": "postgres://someone:secret@127.0.0.1:1/x"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("doorstep: The database cannot be used:")
    assert len(done.stderr.splitlines()) == 1
    assert "secret" not in done.stdout + done.stderr
