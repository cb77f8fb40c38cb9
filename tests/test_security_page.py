"""The security page walks all ten points, and every test that it names is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("file", "test"), NAMED, ids=[test for _, test in NAMED])
def test_a_test_that_the_page_names_is_there(file: str, test: str) -> None:
    module = ast.parse((ROOT / file).read_text(encoding="utf-8"))

    assert test in {node.name for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert test.startswith("test_")


def test_each_of_the_ten_points_is_there_in_order_with_its_tests() -> None:
    points = [section for section in re.split(r"(?m)^## ", PAGE) if section.startswith("API")]

    assert [point.split()[0] for point in points] == [f"API{number}:2023" for number in range(1, 11)]
    assert [point.split()[0] for point in points if "`tests/" not in point] == []
