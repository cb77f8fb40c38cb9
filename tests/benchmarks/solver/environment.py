"""The virtual environment of PyVRP and VROOM: pinned, with hashes, under build/peers."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.peers.wheels import PEERS, PeerUnavailableError

REQUIREMENTS: Final = Path(__file__).with_name("requirements.txt")


def peers_python() -> Path:
    """Return the Python that has the peers, made when it is not there yet.

    Raises
    ------
    PeerUnavailableError
        When they cannot be fetched.
    """
    digest = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = PEERS / f"solver-{digest}"
    python, complete = folder / "bin" / "python", folder / ".complete"
    if complete.exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(folder)])
    options = ["--quiet", "--disable-pip-version-check", "--only-binary=:all:", "--require-hashes"]
    _run([str(python), "-m", "pip", "install", *options, "-r", str(REQUIREMENTS)])
    complete.touch()
    return python


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = ((done.stderr or done.stdout).strip().splitlines() or ["no reason given"])[-1]
        msg = f"PyVRP and VROOM cannot be installed: {last}"
        raise PeerUnavailableError(msg)
