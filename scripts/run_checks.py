"""Run every check of the project, all of them even when one fails, and end with a summary.

`python scripts/run_checks.py` is `make test`; with `lint` it leaves out the browser and the tests.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts.check_security import bandit_command

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One command that must exit with 0."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one check ended."""

    name: str
    passed: bool
    seconds: float


LINT = (
    Check(name="ruff check", command=(str(BIN / "ruff"), "check", ".")),
    Check(name="ruff format", command=(str(BIN / "ruff"), "format", "--check", ".")),
    Check(name="mypy", command=(str(BIN / "mypy"),)),
    Check(name="import-linter", command=(str(BIN / "lint-imports"),)),
    Check(name="hadolint", command=(str(BIN / "hadolint"), "Dockerfile")),
    Check(
        name="compose",
        command=(str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "compose.yaml"),
    ),
    Check(name="bandit", command=bandit_command()),
)
#: What every process of the tests loads: compiled once, beside the linters. Else each of them compiles it.
KERNELS = (
    ("kernels: roads", "from geodata.network.warm_up import warm_up; warm_up()"),
    ("kernels: search", "from routing.engines.warm_up import warm_up_all; warm_up_all()"),
)
COMPILE = tuple(Check(name=name, command=(sys.executable, "-c", code)) for name, code in KERNELS)
TESTS = Check(name="pytest", command=(str(BIN / "pytest"),))


def run(check: Check, environment: Mapping[str, str]) -> Outcome:
    """Run one check; its output goes straight through."""
    print(f"\n=== {check.name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(check.command, cwd=ROOT, env=dict(environment), check=False).returncode
    return Outcome(name=check.name, passed=code == 0, seconds=time.monotonic() - started)


def find_browser(environment: Mapping[str, str]) -> str | None:
    """Let scripts/system_packages.sh find or install a browser; None when none can be had."""
    script = ROOT / "scripts" / "system_packages.sh"
    answer = subprocess.run(
        ["sh", str(script)], cwd=ROOT, env=dict(environment), stdout=subprocess.PIPE, text=True, check=False
    )
    return answer.stdout.strip() or None


def summary(outcomes: Sequence[Outcome], *, without_browser: bool) -> str:
    """Return the last lines of the run."""
    lines = [
        f"{outcome.name:<16} {'ok' if outcome.passed else 'FAILED':<7}{outcome.seconds:6.1f} s" for outcome in outcomes
    ]
    if without_browser:
        lines.append("No browser could be found or installed: the browser tests did not run.")
    return "\n".join(lines)


def exit_code(outcomes: Sequence[Outcome], *, browser_is_missing: bool) -> int:
    """Return 0 when all is well, 1 otherwise."""
    return 0 if all(outcome.passed for outcome in outcomes) and not browser_is_missing else 1


def run_all(environment: Mapping[str, str]) -> int:
    """Run the linters and the tests. Return the exit code: with CI=true a missing browser is a failure too."""
    browser = find_browser(environment)
    for_tests = dict(environment) | ({"DOORSTEP_TEST_BROWSER": browser} if browser else {})
    with ThreadPoolExecutor(len(COMPILE)) as aside:
        compiled = [aside.submit(run, check, environment) for check in COMPILE]
        outcomes = [*(run(check, environment) for check in LINT), *(one.result() for one in compiled)]
    outcomes.append(run(TESTS, for_tests))
    print("\n" + summary(outcomes, without_browser=browser is None))
    return exit_code(outcomes, browser_is_missing=browser is None and environment.get("CI") == "true")


def run_lint(environment: Mapping[str, str]) -> int:
    """Run the linters alone."""
    outcomes = [run(check, environment) for check in LINT]
    print("\n" + summary(outcomes, without_browser=False))
    return exit_code(outcomes, browser_is_missing=False)


if __name__ == "__main__":
    sys.exit(run_lint(os.environ) if sys.argv[1:] == ["lint"] else run_all(os.environ))
