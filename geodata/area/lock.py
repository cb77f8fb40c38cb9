"""A lock between processes on one machine, for work that must not be done twice at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold an exclusive lock on `file`, waiting for it; the file stays behind, empty.

    The lock goes with the process: one that dies does not leave it held.
    """
    with file.open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


@contextmanager
def locked_if_free(file: Path) -> Iterator[bool]:
    """Hold the lock if nobody else does, without waiting; yields whether it is held."""
    with file.open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
