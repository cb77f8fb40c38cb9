"""Putting a finished folder where it belongs, in one step."""

import shutil
from pathlib import Path


def put_in_place(workshop: Path, home: Path, *, aside: Path) -> None:
    """Rename the finished folder; a version that is there already steps aside first, and then goes."""
    home.parent.mkdir(exist_ok=True)
    shutil.rmtree(aside, ignore_errors=True)
    if home.exists():
        home.rename(aside)
    try:
        workshop.rename(home)
    except BaseException:
        if aside.exists():
            aside.rename(home)
        raise
    shutil.rmtree(aside, ignore_errors=True)
