"""Wheels that carry the binaries of other engines: fetched with pinned hashes and unpacked, never installed.

The wheels want Python >= 3.12, the programs inside them want none: so that tests run them under Python 3.11 too.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / "build" / "peers"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
#: The Python that the wheels are made for.
WHEEL_PYTHON = "3.12"


class PeerUnavailableError(Exception):
    """A wheel cannot be had here: no network, or none for this kind of machine."""


def unpacked(package: str) -> Path:
    """Folder with the files of a package's wheel, fetched when it is not there yet.

    Raises
    ------
    PeerUnavailableError
        When it cannot be fetched.
    """
    pinned = _pinned(package)
    folder = PEERS / pinned.split(" ")[0].replace("==", "-")
    if folder.exists():
        return folder
    PEERS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PEERS) as scratch:
        wheel = _download(pinned, Path(scratch))
        files = Path(scratch) / "files"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(files)
        for program in files.glob("*/bin/*"):
            program.chmod(0o755)
        try:
            files.rename(folder)
        except OSError:  # another process was faster
            if not folder.exists():
                raise
    return folder


def pinned_version(package: str) -> str:
    """Return the version that is fetched."""
    return _pinned(package).split(" ", maxsplit=1)[0].split("==")[1]


def _pinned(package: str) -> str:
    """Return the lines of a package in the requirements: version and hashes."""
    entries = REQUIREMENTS.read_text().replace("\\\n", " ").splitlines()
    return next(entry for entry in entries if entry.startswith(package + "=="))


def _download(pinned: str, folder: Path) -> Path:
    requirement = folder / "requirement.txt"
    requirement.write_text(pinned + "\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--python-version", WHEEL_PYTHON, "--require-hashes", "--dest", str(folder)]
    done = subprocess.run([*command, "-r", str(requirement)], capture_output=True, text=True, check=False)
    wheel = next(folder.glob("*.whl"), None)
    if done.returncode != 0 or wheel is None:
        last = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        msg = f"The wheel {pinned.split(' ', maxsplit=1)[0]} cannot be fetched: {last}"
        raise PeerUnavailableError(msg)
    return wheel
