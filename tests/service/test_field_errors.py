"""Every rule of our own reaches whoever broke it, under its own code."""

import re
from pathlib import Path

import pytest

import service.schemas
from service.field_errors import field_errors

CODES = sorted(
    {
        code
        for module in Path(str(service.schemas.__file__)).parent.glob("*.py")
        for code in re.findall(r'(?:code, rule = |PydanticCustomError\(\s*)"(\w+)"', module.read_text())
    }
    - {"contradictions"}  # which stands for several, each with its own
)


@pytest.mark.parametrize("kind", ["duplicate_id", "contradictions"])
def test_a_rule_between_fields_points_into_the_body_also_from_a_part_of_it(kind: str) -> None:
    context = {"pointer": "/cases/0/id", "found": [("/cases/0/id", "duplicate_id", "Must be another one.")]}

    (told,) = field_errors([{"type": kind, "loc": ("body", "request"), "msg": "Must be so.", "ctx": context}])

    assert told.pointer == "/request/cases/0/id"


@pytest.mark.parametrize("code", CODES)
def test_a_rule_of_a_schema_is_told_as_what_it_is(code: str) -> None:
    context = {"pointer": "/cases/0/id"}

    (told,) = field_errors([{"type": code, "loc": ("body", "name"), "msg": "Must be so.", "ctx": context}])

    assert told.code == code
    assert told.detail != "Does not have the form that the reference at /docs describes."
