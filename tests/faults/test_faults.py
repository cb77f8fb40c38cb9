"""Two hundred plans, three workers, and everything that can die; `make test-faults` prints the counts."""

import pytest

from tests.faults.run import run


@pytest.mark.slow
def test_every_plan_ends_once_whatever_is_killed_frozen_or_restarted() -> None:
    report = run(plans=200, workers=3, seed=1, faults_s=25)

    assert report.faults == [], report
    assert min(report.accidents[what] for what in ("kill", "freeze", "restart")) > 0, report
    assert report.outcomes.takeovers > 0, report
