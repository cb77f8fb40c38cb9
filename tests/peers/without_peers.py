"""What a run says and does when other engines cannot be had: it is told at the end, and with CI=true it fails."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.peers.wheels import PeerUnavailableError

NO_PEER = "Another engine could not be fetched from the package index (see tests/peers/wheels.py)."


@contextmanager
def peer_needed() -> Iterator[None]:
    """Skip what needs a peer that cannot be had; with CI=true that is a failure."""
    try:
        yield
    except PeerUnavailableError as exc:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{NO_PEER} {exc}", pytrace=False)
        pytest.skip(f"{NO_PEER} {exc}")


def say_what_did_not_run(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in the last lines that tests against other engines did not run."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_PEER in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} tests against OSRM or Valhalla did not run. {NO_PEER}", yellow=True, bold=True
        )
