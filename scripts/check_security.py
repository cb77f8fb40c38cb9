"""Known vulnerabilities of the locked packages (pip-audit), what the service is made of (SBOM), and bandit.

Exit codes: 0 all is well; 1 something was found, or a package was skipped; 3 the advisory service was not reached, so
nothing is known: that is never a pass.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")
SBOM = ROOT / "dist" / "sbom.cdx.json"
FOUND, NOT_CHECKED = 1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What pip-audit said of one lock file."""

    lock: str
    code: int
    lines: tuple[str, ...]


def judged(lock: str, stdout: str, stderr: str) -> Audit:
    """Judge what pip-audit printed: only a list of packages, each checked and without findings, is a pass."""
    try:
        dependencies: list[dict[str, Any]] = json.loads(stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        said = [line for line in stderr.splitlines() if line.strip()]
        why = said[-1] if said else "pip-audit said nothing."
        return Audit(lock=lock, code=NOT_CHECKED, lines=(f"NOT CHECKED: {why}",))
    skipped = [f"{one['name']}: SKIPPED, {one['skip_reason']}" for one in dependencies if one.get("skip_reason")]
    found = [
        f"{one['name']} {one['version']}: {flaw['id']}, fixed in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for one in dependencies
        for flaw in one.get("vulns", [])
    ]
    if not dependencies:
        return Audit(lock=lock, code=NOT_CHECKED, lines=("NOT CHECKED: no package was looked at.",))
    lines = (*found, *skipped) or (f"{len(dependencies)} packages, no known vulnerability",)
    return Audit(lock=lock, code=FOUND if found or skipped else 0, lines=lines)


def audit(lock: str) -> Audit:
    """Ask the advisory service about every package of a lock file; the first that it skips ends it (--strict)."""
    command = [str(BIN / "pip-audit"), "--requirement", lock, "--require-hashes", "--disable-pip"]
    command += ["--strict", "--format", "json", "--progress-spinner", "off", "--timeout", "20"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return judged(lock, done.stdout, done.stderr)


def write_sbom(to: Path = SBOM) -> None:
    """Write the software bill of materials of the run time: every locked package with its version and hashes."""
    to.parent.mkdir(exist_ok=True)
    command = [str(BIN / "cyclonedx-py"), "requirements", "requirements.lock", "--pyproject", "pyproject.toml"]
    command += ["--output-reproducible", "--spec-version", "1.6", "--output-format", "JSON", "--output-file", str(to)]
    made = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if made.returncode != 0:
        sys.exit(f"The bill of materials could not be written:\n{made.stderr}")


def exit_code(audits: Sequence[Audit], *, bandit: int) -> int:
    """Return what the run ends with: a finding counts more than what could not be checked, and both are no pass."""
    codes = {audit.code for audit in audits}
    if bandit or FOUND in codes:
        return FOUND
    return NOT_CHECKED if NOT_CHECKED in codes else 0


def main() -> int:
    """Check everything and say what was found."""
    bandit = subprocess.run(bandit_command(), cwd=ROOT, check=False).returncode
    write_sbom()
    audits = [audit(lock) for lock in LOCKS]
    print(f"\nbandit: {'findings, see above' if bandit else 'nothing found'}")
    print(f"SBOM: {SBOM.relative_to(ROOT)}")
    for one in audits:
        for line in one.lines:
            print(f"{one.lock}: {line}")
    code = exit_code(audits, bandit=bandit)
    if code == NOT_CHECKED:
        print("Known vulnerabilities were NOT CHECKED: run this again where the advisory service can be reached.")
    return code


def bandit_command() -> tuple[str, ...]:
    """Return the command that looks for insecure code; `make test` runs it too."""
    return (
        str(BIN / "bandit"),
        "--quiet",
        "--configfile",
        "pyproject.toml",
        "--recursive",
        "service",
        "routing",
        "geodata",
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["sbom"]:
        write_sbom()
        print(SBOM.relative_to(ROOT))
    else:
        sys.exit(main())
