"""What is shipped: the lock files, the wheel, the image's recipe and the commands of the Makefile."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.run_checks import Outcome, exit_code, summary

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")
PACKAGES = ("service", "routing", "geodata")


def _project() -> dict[str, list[Requirement]]:
    """Direct requirements: of the image, of development, of the build."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = {
        "run": [*pyproject["project"]["dependencies"], *pyproject["project"]["optional-dependencies"]["s3"]],
        "dev": pyproject["project"]["optional-dependencies"]["dev"],
        "build": pyproject["build-system"]["requires"],
    }
    return {kind: [Requirement(line) for line in lines] for kind, lines in named.items()}


def _pins(lock: str) -> dict[str, set[str]]:
    """Versions by canonical name; a universal lock may pin several, each for other platforms."""
    pins: dict[str, set[str]] = {}
    for name, version in re.findall(r"(?m)^([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^ ;\\]+)", _text(lock)):
        pins.setdefault(canonicalize_name(name), set()).add(version)
    return pins


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# --- locks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_path(lock: str) -> None:
    suspicious = [line for line in _text(lock).splitlines() if re.search(r"://|(^|\s)[/~.]|--(extra-)?index|-e ", line)]

    assert suspicious == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_a_hash(lock: str) -> None:
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", _text(lock))[1:]

    without = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]

    assert entries
    assert without == []


@pytest.mark.parametrize(
    ("lock", "kinds"),
    [
        ("requirements.lock", ("run",)),
        ("requirements-dev.lock", ("run", "dev")),
        ("requirements-build.lock", ("build",)),
    ],
)
def test_a_lock_pins_what_pyproject_asks_for(lock: str, kinds: tuple[str, ...]) -> None:
    pins = _pins(lock)

    unmet = [
        str(requirement)
        for kind in kinds
        for requirement in _project()[kind]
        if not any(requirement.specifier.contains(v) for v in pins.get(canonicalize_name(requirement.name), ()))
    ]

    assert unmet == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_holds_nothing_that_pyproject_no_longer_asks_for(lock: str) -> None:
    asked = {canonicalize_name(requirement.name) for kind in ("run", "dev") for requirement in _project()[kind]}
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", _text(lock))[1:]

    direct = {canonicalize_name(re.split(r"[\[=]", entry)[0]) for entry in entries if "doorstep (pyproject" in entry}

    assert direct <= asked


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-build.lock"])
def test_what_is_shipped_is_what_is_tested(lock: str) -> None:
    tested = _pins("requirements-dev.lock")

    assert {name: versions for name, versions in _pins(lock).items() if tested.get(name) != versions} == {}


# --- the wheel -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [str(Path(sys.executable).parent / "hatchling"), "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.xdist_group("wheel")
def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    on_disk = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    packed = set(zipfile.ZipFile(wheel).namelist())

    assert on_disk - packed == set()
    assert {name for name in packed if name.endswith(".pyc") or name.startswith("tests/")} == set()


@pytest.mark.xdist_group("wheel")
def test_the_wheel_carries_its_licenses(wheel: Path) -> None:
    packed = [Path(name).name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/licenses/" in name]

    assert sorted(packed) == ["LICENSE", "NOTICE"]


@pytest.mark.xdist_group("wheel")
def test_an_installed_wheel_has_the_command_and_its_data(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site), str(wheel)]
    subprocess.run([sys.executable, *install], check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}
    ask = (
        "import service; from service.demo.day import demo_day; from geodata.area.catalog import bundled_extract\n"
        "with bundled_extract() as extract: print(service.__file__, len(demo_day()) > 0, extract.stat().st_size > 0)"
    )

    answer = subprocess.run(
        [sys.executable, "-c", ask], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    help_text = subprocess.run(
        [str(site / "bin" / "doorstep"), "--help"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )

    assert answer.stdout.split() == [str(site / "service" / "__init__.py"), "True", "True"]
    assert "serve" in help_text.stdout


# --- the image -----------------------------------------------------------------------------------------------


def test_the_image_copies_only_what_the_build_context_has() -> None:
    ignored = _text(".dockerignore").split()
    sources = [
        source for line in re.findall(r"(?m)^COPY (?!--from)(.+)$", _text("Dockerfile")) for source in line.split()[:-1]
    ]

    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert set(sources) & set(ignored) == set()


def test_the_image_runs_as_nobody_special_and_tells_its_health() -> None:
    final = _text("Dockerfile").rpartition("\nFROM ")[2]

    assert re.search(r"(?m)^USER [1-9]\d*$", final)
    assert re.search(r"HEALTHCHECK(.|\n)*/healthz", final)
    assert "PYTHONSAFEPATH=1" in final
    assert 'CMD ["doorstep", "serve"' in final


# --- the commands --------------------------------------------------------------------------------------------


def _make(*arguments: str) -> str:
    command = ["make", "--dry-run", "--assume-old=.venv/.installed", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "SERVE"))}
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize(
    ("arguments", "option"),
    [(("demo",), "--serve"), (("demo", "SERVE=0"), "--no-serve"), (("demo", "SERVE=1"), "--serve")],
)
def test_make_demo_serves_unless_told_not_to(arguments: tuple[str, ...], option: str) -> None:
    planned = _make(*arguments)

    assert planned.split()[-3:] == [".venv/bin/doorstep", "demo", option]


def test_a_python_that_is_too_old_is_named(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    script = shutil.copy(ROOT / "scripts" / "create_venv.sh", tmp_path / "scripts")

    run = subprocess.run(
        ["sh", script],
        env={"PATH": os.environ["PATH"], "PYTHON": "false"},
        check=False,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 1
    assert run.stderr == "doorstep: PYTHON=false is not a Python >= 3.11.\n"
    assert not (tmp_path / ".venv").exists()


def test_one_failed_check_fails_the_run_and_is_named_in_the_summary() -> None:
    outcomes = [Outcome(name="mypy", passed=False, seconds=2.0), Outcome(name="pytest", passed=True, seconds=9.0)]

    lines = summary(outcomes, without_browser=False).splitlines()

    assert exit_code(outcomes, browser_is_missing=False) == 1
    assert [line.split()[:2] for line in lines] == [["mypy", "FAILED"], ["pytest", "ok"]]


def test_a_missing_browser_is_said_last_and_fails_where_it_is_due() -> None:
    outcomes = [Outcome(name="pytest", passed=True, seconds=9.0)]

    last = summary(outcomes, without_browser=True).splitlines()[-1]

    assert last == "No browser could be found or installed: the browser tests did not run."
    assert exit_code(outcomes, browser_is_missing=True) == 1
    assert exit_code(outcomes, browser_is_missing=False) == 0
