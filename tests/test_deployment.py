"""What is deployed: compose.yaml, the bill of materials, and how the check of known vulnerabilities ends."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.check_security import FOUND, NOT_CHECKED, Audit, exit_code, judged, write_sbom
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def test_there_are_a_database_migrations_once_a_web_server_and_two_workers(compose: dict[str, Any]) -> None:
    services = compose["services"]

    assert list(services) == ["database", "migrate", "web", "worker"]
    assert services["migrate"]["command"] == ["doorstep", "migrate"]
    assert services["web"]["command"][:2] == ["doorstep", "serve"]
    assert services["web"]["command"][-2:] == ["--workers", "0"]
    assert services["worker"]["deploy"]["replicas"] == 2
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


@pytest.mark.parametrize("name", ["migrate", "web", "worker"])
def test_our_containers_have_a_read_only_root_no_capability_and_no_secret_in_their_environment(
    compose: dict[str, Any], name: str
) -> None:
    service = compose["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] in {"unless-stopped", "on-failure:5"}
    known = {f"DOORSTEP_{field.upper()}" for field in Settings.model_fields}
    secret = {f"DOORSTEP_{field.upper()}" for field, of in Settings.model_fields.items() if not of.repr}
    for variable, value in service["environment"].items():
        assert variable.removesuffix("_FILE") in known
        assert variable not in secret
        assert not variable.endswith("_FILE") or value.removeprefix("/run/secrets/") in compose["secrets"]


def test_everything_that_runs_on_tells_its_health(compose: dict[str, Any]) -> None:
    checks = {name: service.get("healthcheck", {}) for name, service in compose["services"].items()}

    assert {name for name, check in checks.items() if "test" in check} == {"database", "web", "worker"}


def test_nothing_but_the_web_server_is_published_and_that_on_loopback_alone(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}

    assert published == {"web": ["127.0.0.1:8000:8000"]}
    assert compose["services"]["database"]["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_the_secrets_of_a_working_copy_are_neither_committed_nor_in_the_image() -> None:
    secret = ["secrets/secret_key", "areas.env"]
    ignored = subprocess.run(["git", "check-ignore", *secret], cwd=ROOT, capture_output=True, text=True, check=False)

    assert ignored.stdout.split() == secret
    assert {"secrets", "areas.env"} <= set((ROOT / ".dockerignore").read_text(encoding="utf-8").split())


def test_the_image_has_what_shares_areas_in_an_object_store(compose: dict[str, Any]) -> None:
    packages = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    assert re.search(r"(?m)^s3fs==", packages)
    for name in ("web", "worker"):
        assert compose["services"][name]["env_file"] == [{"path": "./areas.env", "required": False}]


def test_the_bill_of_materials_names_every_locked_package_with_its_version(tmp_path: Path) -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = set(re.findall(r"(?m)^([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^ ;\\]+)", lock))

    write_sbom(tmp_path / "sbom.json")

    bill = json.loads((tmp_path / "sbom.json").read_text(encoding="utf-8"))
    listed = {(one["name"], one["version"]) for one in bill["components"]}
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "doorstep"
    assert listed == pinned


CLEAN: dict[str, Any] = {"name": "numpy", "version": "2.1", "vulns": []}
FLAWED: dict[str, Any] = CLEAN | {"vulns": [{"id": "PYSEC-1", "fix_versions": ["2.2"]}]}
SKIPPED: dict[str, Any] = {"name": "private", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("stdout", "code", "says"),
    [
        (json.dumps({"dependencies": [CLEAN]}), 0, "1 packages, no known vulnerability"),
        (json.dumps({"dependencies": [CLEAN, FLAWED]}), FOUND, "numpy 2.1: PYSEC-1, fixed in 2.2"),
        (json.dumps({"dependencies": [CLEAN, SKIPPED]}), FOUND, "private: SKIPPED, not found"),
        (json.dumps({"dependencies": []}), NOT_CHECKED, "NOT CHECKED: no package was looked at."),
        ("", NOT_CHECKED, "NOT CHECKED: ConnectionError"),
    ],
    ids=["clean", "flawed", "skipped", "nothing", "away"],
)
def test_only_packages_that_were_all_checked_are_a_pass(stdout: str, code: int, says: str) -> None:
    audit = judged("requirements.lock", stdout, "Traceback\nConnectionError\n")

    assert (audit.code, audit.lines[-1]) == (code, says)


@pytest.mark.parametrize(
    ("codes", "bandit", "ends"),
    [((0, 0), 0, 0), ((0, 3), 0, 3), ((3, 1), 0, 1), ((0, 0), 1, 1), ((3, 3), 1, 1)],
)
def test_the_run_passes_only_when_everything_did(codes: tuple[int, ...], bandit: int, ends: int) -> None:
    audits = [Audit(lock="x", code=code, lines=()) for code in codes]

    assert exit_code(audits, bandit=bandit) == ends
