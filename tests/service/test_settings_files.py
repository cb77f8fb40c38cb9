"""Settings from a TOML file, and secrets from files of their own."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from service.cli.failure import read_settings
from service.settings import Settings
from service.settings_sources import SettingsSourceError

SECRET = "s" * 40


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DOORSTEP_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that DOORSTEP_CONFIG names."""
    file = tmp_path / "doorstep.toml"
    monkeypatch.setenv("DOORSTEP_CONFIG", str(file))
    return file


def test_a_toml_file_gives_settings_and_variables_win_over_it(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text('port = 9000\ntime_zone = "Europe/Vaduz"\nworker_grace_s = 7\n')
    monkeypatch.setenv("DOORSTEP_PORT", "9001")

    settings = Settings(worker_grace_s=8.0)

    assert (settings.port, settings.time_zone, settings.worker_grace_s) == (9001, "Europe/Vaduz", 8.0)


def test_a_child_reads_the_settings_of_a_toml_file_from_its_environment(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(f'database_url = "postgresql://a:b@c/d"\nsecret_key = "{SECRET}"\n')
    settings = Settings()

    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    config.unlink()
    monkeypatch.delenv("DOORSTEP_CONFIG")

    assert Settings() == settings


def test_a_secret_comes_from_its_file_behind_the_variable_and_before_toml(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("secret_key", "amap_key"):
        (tmp_path / name).write_text(f"{SECRET}{name}\n")
        monkeypatch.setenv(f"DOORSTEP_{name.upper()}_FILE", str(tmp_path / name))
    config.write_text(f'secret_key = "{"t" * 40}"\n')
    monkeypatch.setenv("DOORSTEP_AMAP_KEY", "variable")

    settings = Settings()

    assert (settings.secret_key, settings.amap_key) == (f"{SECRET}secret_key", "variable")


def test_what_is_no_secret_has_no_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "port").write_text("9000")
    monkeypatch.setenv("DOORSTEP_PORT_FILE", str(tmp_path / "port"))

    assert Settings().port == 8000


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"prot = 9000", "DOORSTEP_PROT: "),
        (b'port = "geheim"', "DOORSTEP_PORT: "),
        (b"[worker]\ngrace_s = 1", "has the table [worker]"),
        (b"port = geheim", "is no TOML: "),
        (b'area = "\xff"', "is not UTF-8."),
    ],
    ids=["unknown", "wrong", "table", "no-toml", "no-text"],
)
def test_a_file_that_cannot_be_meant_stops_the_command_in_one_line(
    config: Path, capsys: pytest.CaptureFixture[str], text: bytes, says: str
) -> None:
    config.write_bytes(text)

    with pytest.raises(SystemExit):
        read_settings()

    said = capsys.readouterr().err
    assert said.startswith("doorstep: DOORSTEP_")
    assert says in said
    assert "geheim" not in said


@pytest.mark.parametrize("variable", ["DOORSTEP_CONFIG", "DOORSTEP_SECRET_KEY_FILE"])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "nowhere"))

    with pytest.raises(SettingsSourceError, match=rf"{variable}: .*nowhere cannot be read: No such file"):
        Settings()


def test_a_secret_in_a_file_is_checked_like_any_other_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("geheim")
    monkeypatch.setenv("DOORSTEP_SECRET_KEY_FILE", str(tmp_path / "key"))

    with pytest.raises(ValidationError) as caught:
        Settings()

    assert "geheim" not in str(caught.value.errors(include_input=False))


@pytest.mark.parametrize("value", ["9100", "host:", ":9100", "host:70000", "host:port"])
def test_an_address_of_figures_is_a_host_and_a_port(value: str) -> None:
    with pytest.raises(ValidationError, match="metrics_address must be host:port"):
        Settings(metrics_address=value)


def test_traces_go_to_a_url() -> None:
    with pytest.raises(ValidationError, match="trace_endpoint must begin with"):
        Settings(trace_endpoint="collector:4318")
