"""docs/cases.md: its examples are requests, and its table has every column."""

import json
import re
from pathlib import Path

from service.imports.columns import CASE_COLUMNS, COLLECTOR_COLUMNS
from service.schemas.branch import Branch
from service.schemas.plan_request import PlanRequest

PAGE = (Path(__file__).parents[3] / "docs" / "cases.md").read_text(encoding="utf-8")


def test_the_examples_are_a_branch_and_a_request() -> None:
    branch, request = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))

    assert Branch.model_validate(branch).calendar.holidays
    assert PlanRequest.model_validate(request).takes_due_cases()


def test_every_column_is_in_the_table() -> None:
    table = {name for line in PAGE.splitlines() if line.startswith("| `") for name in re.findall(r"`(\w+)`", line)}

    for column in (*CASE_COLUMNS, *COLLECTOR_COLUMNS):
        assert column.name in table or column.name.startswith(("start_", "end_"))
