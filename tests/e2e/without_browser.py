"""What a run says and does when no browser can be had: it is told at the end, and with CI=true it fails."""

import os

import pytest

from tests.e2e.browser import find_browser

NO_BROWSER = (
    "No browser could be found: install chromium, or set DOORSTEP_TEST_BROWSER, or run `playwright install chromium`."
)


def require_browser(item: pytest.Item) -> None:
    """Skip a test that needs a browser where there is none; with CI=true that is a failure."""
    if item.get_closest_marker("browser") is None or find_browser(os.environ) is not None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(NO_BROWSER, pytrace=False)
    pytest.skip(NO_BROWSER)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in the last lines that the browser tests did not run. A skip alone is a letter that nobody reads."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} browser tests did not run. {NO_BROWSER}", yellow=True, bold=True)
