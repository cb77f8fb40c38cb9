"""The documentation names everything that it promises to name, and its links lead somewhere."""

import json
import re
from pathlib import Path
from typing import Any

import osmnx as ox
import pytest

from geodata.network.export import load_geopackage
from geodata.network.own_profiles import read_profile
from service.cases.policy import PACKS
from service.cases.refusal import TEXTS
from service.schemas.roads import RoadsRequest
from service.settings import Settings
from tests.geodata.network.maps import ROAD, Map

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


def test_the_vehicle_profile_in_the_docs_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "areas.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    files = [tmp_path / f"{number}.toml" for number in range(len(blocks))]

    for file, block in zip(files, blocks, strict=True):
        file.write_text(block, encoding="utf-8")

    assert [read_profile(file).name for file in files] == ["tuktuk"]


def test_the_osmnx_example_in_the_docs_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    streets = Map(grid="A   B   C", ways=[("AB", ROAD), ("BC", {"highway": "track", "tracktype": "grade3"})])
    streets.write(tmp_path / "town.osm")
    code = (ROOT / "docs" / "areas.md").read_text().split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ox.settings, "useful_tags_way", list(ox.settings.useful_tags_way))

    named: dict[str, Any] = {}
    exec(code, named)

    assert named["network"].profile == "motorcycle"
    assert load_geopackage(tmp_path / "town.gpkg", profile="motorcycle").edge_count == named["roads"].edge_count == 2


def test_the_roads_of_the_day_in_the_docs_are_a_part_of_a_request() -> None:
    text = (ROOT / "docs" / "planning.md").read_text(encoding="utf-8")

    (block,) = re.findall(r'```json\n(\{\n  "roads".*?)```', text, re.DOTALL)

    assert RoadsRequest.model_validate(json.loads(block)["roads"]).season == "wet"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []
