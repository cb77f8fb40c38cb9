"""The documentation names everything that it promises to name, and its links lead somewhere."""

import re
from pathlib import Path

import pytest

from service.cases.policy import PACKS
from service.cases.refusal import TEXTS
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _rows(page: str) -> dict[str, list[str]]:
    """Rows of a page's tables by the code in their first cell."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:3] == "| `"]
    return {row[0].strip("`"): row[1:] for row in rows}


def test_every_setting_is_documented_with_its_default() -> None:
    documented = {name: row[0].strip("`") for name, row in _rows("settings.md").items()}

    defaults = {f"DOORSTEP_{name.upper()}": field for name, field in Settings.model_fields.items()}

    assert set(documented) == set(defaults)
    wrong = [
        name
        for name, field in defaults.items()
        if field.default_factory is None and field.default not in (None, "") and documented[name] != str(field.default)
    ]
    assert wrong == []


def test_every_reason_for_leaving_a_case_out_is_documented_in_its_own_words() -> None:
    documented = _rows("planning.md")

    assert {code: tuple(documented.get(code, [])) for code in TEXTS} == TEXTS


def test_every_policy_is_documented_with_its_hours() -> None:
    documented = _rows("planning.md")

    hours = {id_: f"{pack.start:%H:%M}-{pack.end:%H:%M}" for id_, pack in PACKS.items()}

    assert {id_: documented[id_][0][:11] for id_ in PACKS} == hours


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []
