"""Files around a PostgreSQL data directory: what a killed server left, and where the socket can be."""

import hashlib
import os
import pwd
import signal
import stat
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from service.store.errors import EmbeddedServerError

#: Longest path of a Unix socket: sun_path of <sys/un.h>, without the closing zero.
_SOCKET_PATH_MAX = 107 if sys.platform == "linux" else 103
_SOCKET_NAME = ".s.PGSQL.5432"


def clear_leftovers(data_dir: Path, socket_dir: Path, *, timeout_s: float) -> None:
    """Stop a server that still runs on `data_dir`, and remove its pid file and its socket's lock when it is gone.

    Only the holder of the state folder's lock calls this, so a server found here lost its owner. PostgreSQL
    itself refuses to start when the process number in either file exists, whatever that process is now: after
    a container restarts it may well be one of ours, or a zombie that the container's first process never collects.

    Raises
    ------
    EmbeddedServerError
        When the old server does not end within `timeout_s`.
    """
    for file in (data_dir / "postmaster.pid", socket_dir / f"{_SOCKET_NAME}.lock"):
        pid = _pid_in(file)
        if pid is not None:
            _end_server(pid, data_dir, timeout_s)
            file.unlink(missing_ok=True)


def _end_server(pid: int, data_dir: Path, timeout_s: float) -> None:
    if _is_postgres(pid):
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + timeout_s
        while _is_postgres(pid):
            if time.monotonic() > deadline:
                msg = f"A PostgreSQL of an earlier doorstep (process {pid}) still runs on {data_dir}; stop it first."
                raise EmbeddedServerError(msg)
            time.sleep(0.05)


def socket_dir_for(data_dir: Path, user: pwd.struct_passwd | None) -> Path:
    """Return where the socket goes: the data directory, or a private temporary folder when that path is too long.

    Raises
    ------
    EmbeddedServerError
        When the temporary folder's path is too long as well, or somebody else has taken the name.
    """
    if _fits(data_dir):
        return data_dir
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"doorstep-{digest}"
    owner = user.pw_uid if user is not None else os.geteuid()
    if not _fits(folder):
        msg = f"No path short enough for a Unix socket: {data_dir} and {folder} are both too long."
        raise EmbeddedServerError(msg)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) != 0o700:
        msg = f"{folder} must be a folder of the database's user with mode 0700, and it is not; remove it."
        raise EmbeddedServerError(msg)
    return folder


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / _SOCKET_NAME)) <= _SOCKET_PATH_MAX


def _pid_in(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().splitlines()[0])
    except (FileNotFoundError, ValueError, IndexError):
        pid_file.unlink(missing_ok=True)
        return None


def _is_postgres(pid: int) -> bool:
    """Whether the process lives and is a PostgreSQL server (where /proc cannot say: whether it lives)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False  # another user's process: not ours
    stat_file = Path(f"/proc/{pid}/stat")
    if sys.platform != "linux":
        return True
    try:
        text = stat_file.read_text()
    except OSError:
        return False
    name, state = text[text.index("(") + 1 : text.rindex(")")], text[text.rindex(")") + 2]
    return name == "postgres" and state != "Z"
