"""The settings: from the environment, checked, passed on to children."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from service.cli.failure import read_settings
from service.settings import Settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DOORSTEP_")]:
        monkeypatch.delenv(name)


def test_the_environment_is_read_and_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTEP_PORT", "9000")
    monkeypatch.setenv("DOORSTEP_DATABASE_URL", "")

    settings = Settings()

    assert settings.port == 9000
    assert settings.database_url is None


def test_a_child_with_the_environment_of_settings_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(state_dir=Path("/tmp/x y"), database_url="postgresql://a:b@c/d", port=1, worker_grace_s=0.5)

    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)

    assert Settings() == settings


def test_secrets_are_not_shown_and_are_told_apart_by_commas() -> None:
    settings = Settings(secret_key=f"{'n' * 32}, {'o' * 32}")

    assert settings.secrets == ("n" * 32, "o" * 32)
    assert "nnn" not in repr(settings)


def test_the_password_is_not_shown() -> None:
    assert "secret" not in repr(Settings(database_url="postgresql://a:secret@c/d"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("port", "70000"),
        ("max_cases", "0"),
        ("log_level", "loud"),
        ("minutes_per_priority_point", "0"),
        ("minutes_per_priority_point", "100"),
        ("minutes_per_priority_point", "inf"),
        ("max_solve_budget_s", "2000"),
        ("max_cases", "5001"),
        ("policy", "nope"),
        ("secret_key", "short"),
        ("secret_key", "short," + "x" * 32),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setenv(f"DOORSTEP_{name.upper()}", value)

    with pytest.raises(SystemExit) as left:
        read_settings()

    assert left.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith(f"doorstep: DOORSTEP_{name.upper()}: ")
    assert "Input should" not in said
    assert "Value error" not in said


def test_settings_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValidationError, match="max_solve_budget_s"):
        Settings(solve_budget_s=20, max_solve_budget_s=10)
    with pytest.raises(ValidationError, match="worker_stalled_s"):
        Settings(worker_heartbeat_s=2, worker_stalled_s=3)


def test_options_win_over_the_environment_and_absent_ones_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTEP_PORT", "9000")
    monkeypatch.setenv("DOORSTEP_HOST", "0.0.0.0")

    settings = read_settings(port=9001, host=None)

    assert (settings.host, settings.port) == ("0.0.0.0", 9001)


def test_a_path_is_made_absolute() -> None:
    assert Settings(state_dir=Path("here")).state_dir == Path.cwd() / "here"


OUTSIDE = {"geocode_providers": "amap", "amap_key": "k3y"}


def test_no_provider_is_asked_unless_the_settings_name_it() -> None:
    assert Settings().providers == ()


def test_providers_are_named_in_their_order_and_allowed_by_name() -> None:
    settings = Settings(
        geocode_providers="Nominatim, amap",
        nominatim_url="http://10.0.0.7:8080",
        amap_key="k3y",
        geocode_allowed="amap",
    )

    assert settings.providers == ("nominatim", "amap")
    assert "k3y" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"geocode_providers": "google"}, "got 'google'"),
        ({"geocode_allowed": "google"}, "got 'google'"),
        ({"geocode_providers": "baidu", "geocode_allowed": "baidu"}, "set baidu_key too"),
        ({"geocode_providers": "photon"}, "set photon_url too"),
        (OUTSIDE, "only when geocode_allowed names it too"),
        ({"geocode_providers": "photon", "photon_url": "https://photon.example.org"}, "geocode_allowed names it too"),
        (
            {"geocode_providers": "photon", "geocode_allowed": "photon", "photon_url": "http://photon.example.org"},
            "must begin with https://",
        ),
        ({"geocode_providers": "photon", "photon_url": "photon:2322"}, "must begin with http:// or https://"),
        (
            {
                "geocode_providers": "nominatim",
                "geocode_allowed": "nominatim",
                "nominatim_url": "https://nominatim.openstreetmap.org",
            },
            "must be a server of your own",
        ),
    ],
)
def test_a_provider_that_may_not_be_asked_stops_the_service(given: dict[str, str], rule: str) -> None:
    with pytest.raises(ValidationError, match=rule) as caught:
        Settings.model_validate(given)

    assert "k3y" not in str(caught.value.errors(include_input=False))
