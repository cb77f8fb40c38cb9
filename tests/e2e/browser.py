"""A browser for the tests: which one, how it is started, and what it must not do."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Playwright, sync_playwright

#: No background traffic, no GPU, WebGL in software.
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser(environ: Mapping[str, str]) -> Path | None:
    """Return a Chromium: DOORSTEP_TEST_BROWSER, else one on PATH, else Playwright's own; None when there is none."""
    if named := environ.get("DOORSTEP_TEST_BROWSER"):
        return Path(named) if Path(named).is_file() else None
    for name in _NAMES:
        if found := shutil.which(name, path=environ.get("PATH")):
            return Path(found)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.is_file() else None


@contextmanager
def started_browser() -> Iterator[Browser]:
    """Start it for as long as the block lasts."""
    executable = find_browser(os.environ)
    if executable is None:
        msg = "No browser. Install chromium, or set DOORSTEP_TEST_BROWSER to one."
        raise FileNotFoundError(msg)
    with sync_playwright() as playwright:
        browser = _launch(playwright, executable)
        try:
            yield browser
        finally:
            browser.close()


def _launch(playwright: Playwright, executable: Path) -> Browser:
    return playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
