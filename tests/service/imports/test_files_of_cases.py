"""Files of cases and collectors: what people write in cells, a report for each row, and an export that comes back."""

import json
from datetime import date, time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.api.imported import exported, header_of, import_file, pages_of
from service.api.kinds import CASE, COLLECTOR, Kind
from service.app import create_app
from service.schemas.bulk import ImportResult
from service.spreadsheets.csv_file import write_csv
from service.spreadsheets.sheet import SheetError, SheetLimits
from service.spreadsheets.xlsx_file import write_xlsx
from service.store.resources.registry import Registry
from tests.service.api.client import ApiClient
from tests.service.api.fake_registry import fake_registry
from tests.service.api.fakes import fake_deps


@pytest.fixture
def registry() -> Registry:
    return fake_registry()


def imported(
    registry: Registry, text: str | bytes, kind: Kind = CASE, *, dry_run: bool = False, rows: int = 100
) -> ImportResult:
    content = text.encode() if isinstance(text, str) else text
    return import_file(kind, content, registry, limits=SheetLimits(rows=rows), dry_run=dry_run)


def case(registry: Registry, id_: str = "a") -> dict[str, Any]:
    return registry.cases.get(id_).document


def answers(result: ImportResult) -> list[tuple[int, str, list[tuple[str, str]]]]:
    return [(row.row, row.outcome, [(error.pointer, error.code) for error in row.errors]) for row in result.rows]


def test_a_table_of_a_bank_becomes_cases(registry: Registry) -> None:
    result = imported(
        registry,
        "案件编号;客户姓名;手机;地址;优先级;逾期天数;必访;余额;可访时间\n"
        "2026-17;王小明;138 0013 8000;森林路17号;80;95;是;12000.50;9:00-12:00；14:00-17:30+600\n",
    )

    stored = case(registry, "2026-17")
    assert result.counts.created == 1
    assert (result.ignored_columns, result.columns[:2]) == ([8], ["id", "name"])
    assert (stored["name"], stored["phone"], stored["address"]) == ("王小明", "138 0013 8000", "森林路17号")
    assert (stored["priority"], stored["days_past_due"], stored["mandatory"]) == (80, 95, True)
    assert stored["windows"] == [
        {"start": "09:00:00", "end": "12:00:00", "grace_s": 0},
        {"start": "14:00:00", "end": "17:30:00", "grace_s": 600},
    ]
    assert "12000" not in json.dumps(stored)


def test_each_row_is_answered_by_its_number_and_bad_ones_stop_no_others(registry: Registry) -> None:
    result = imported(
        registry,
        "id,address,priority,due_on,windows,branch,suppressions\n"
        "a,Weg 1,80,2026-11-25,,,dispute 2026-11-01..2026-12-01 #F-1; hardship\n"
        "\n"
        "b,Weg 2,high,25.11.2026,morning,,\n"
        ",Weg 3,,,,,\n"
        "d,,,,,,\n"
        "e,Weg 5,101,,,,\n"
        "f,Weg 6,,,,nowhere,\n"
        "a,Weg 7,,,,,\n"
        "g,Weg 8,,,,,,,one too many\n"
        "h,Weg 9,,,,,weather\n",
    )

    assert answers(result) == [
        (2, "created", []),
        (4, "refused", [("/priority", "wrong_type"), ("/due_on", "iso_date"), ("/windows", "local_time")]),
        (5, "refused", [("/id", "missing")]),
        (6, "refused", [("", "place_missing")]),
        (7, "refused", [("/priority", "out_of_range")]),
        (8, "refused", [("/branch", "unknown_branch")]),
        (9, "refused", [("/id", "duplicate_id")]),
        (10, "refused", [("", "too_many_cells")]),
        (11, "refused", [("/suppressions/0/reason", "unknown_word")]),
    ]
    assert case(registry)["suppressions"] == [
        {"reason": "dispute", "since": "2026-11-01", "until": "2026-12-01", "evidence_ref": "F-1"},
        {"reason": "hardship"},
    ]


def test_columns_that_are_not_there_stay_and_blank_cells_take_away(registry: Registry) -> None:
    imported(registry, "id,address,priority,name,lat,lon,datum\na,Weg 1,80,Anna,47.1,9.5,gcj02\n")

    again = imported(registry, "id,priority,name\na,90,\n")
    moved = imported(registry, "id,lat,lon\na,47.2,9.6\n")

    assert (again.counts.updated, moved.counts.updated) == (1, 1)
    stored = case(registry)
    assert (stored["priority"], stored["address"]) == (90, "Weg 1")
    assert "name" not in stored
    assert stored["location"] == {"lat": 47.2, "lon": 9.6, "datum": "wgs84"}


def test_a_dry_run_says_what_would_be_and_stores_nothing(registry: Registry) -> None:
    result = imported(registry, "id,address\na,Weg 1\nb,\n", dry_run=True)

    assert (result.dry_run, result.counts.created, result.counts.refused) == (True, 1, 1)
    assert registry.cases.known(["a", "b"]) == set()


def test_a_file_is_the_same_as_a_workbook(registry: Registry) -> None:
    content = write_xlsx(["ID", "Address", "Priority", "Mobile"], [["a", "=Weg 1", 80, 13800138000]])

    result = imported(registry, content)

    assert answers(result) == [(2, "created", [])]
    assert (case(registry)["address"], case(registry)["phone"]) == ("=Weg 1", "13800138000")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("address\nWeg 1\n", "id_column_missing"),
        ("id,case id,address\na,a,Weg 1\n", "duplicate_column"),
        ("id,address\n", "no_rows"),
        ("", "empty"),
        ("id,address\n" + "a,Weg\n" * 11, "too_many_rows"),
    ],
)
def test_a_file_that_is_no_table_of_cases_is_refused_as_a_whole(registry: Registry, text: str, code: str) -> None:
    with pytest.raises(SheetError) as refused:
        imported(registry, text, rows=10)

    assert refused.value.code == code


def _clock(seconds: int) -> str:
    return str(time(seconds // 3600, seconds // 60 % 60, seconds % 60))


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
_DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31)).map(str)
_SECONDS = st.lists(st.integers(0, 86_399), min_size=2, max_size=2, unique=True).map(sorted)
_WINDOW = st.tuples(_SECONDS, st.integers(0, 600)).map(
    lambda one: {"start": _clock(one[0][0]), "end": _clock(one[0][1]), "grace_s": one[1]}
)
_SUPPRESSION = st.fixed_dictionaries(
    {"reason": st.sampled_from(["dispute", "hardship"])}, optional={"until": _DAYS, "evidence_ref": _TEXT}
)
_CASE = st.fixed_dictionaries(
    {"address": _TEXT},
    optional={
        "name": _TEXT,
        "note": _TEXT,
        "phone": st.from_regex(r"\+?\d{3,9}", fullmatch=True),
        "priority": st.integers(0, 100),
        "mandatory": st.booleans(),
        "due_on": _DAYS,
        "location": st.fixed_dictionaries(
            {"lat": st.floats(-80, 80), "lon": st.floats(-170, 170), "datum": st.sampled_from(["wgs84", "bd09"])}
        ),
        "windows": st.lists(_WINDOW, max_size=2),
        "required_skills": st.lists(_TEXT, max_size=3),
        "suppressions": st.lists(_SUPPRESSION, max_size=2),
        "visited_on": st.lists(_DAYS, max_size=2),
        "status": st.sampled_from(["open", "closed"]),
    },
)


@given(found=st.lists(_CASE, min_size=1, max_size=4), as_csv=st.booleans())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_an_export_that_is_imported_again_changes_nothing(found: list[dict[str, Any]], as_csv: bool) -> None:
    registry = fake_registry()
    for number, one in enumerate(found):
        row = CASE.row.model_validate({"id": f"c-{number}", **one})
        registry.cases.put(CASE.entry(f"c-{number}", row), expected=None)
    pages = pages_of(lambda after, limit: registry.cases.page(limit=limit, after=after))
    write = write_csv if as_csv else write_xlsx

    again = imported(registry, write(header_of(CASE), exported(CASE, pages)))

    assert [row.errors for row in again.rows] == [[]] * len(found)
    assert again.counts.unchanged == len(found)


def test_collectors_come_back_as_they_were(registry: Registry) -> None:
    row = COLLECTOR.row.model_validate(
        {
            "id": "k-1",
            "start": {"address": "Weg 1"},
            "end": {"location": {"lat": 47.1, "lon": 9.5}},
            "shift": {"start": "08:00", "end": "17:00"},
            "skills": ["a; b", "c\\d"],
            "breaks": [
                {"duration_s": 2700, "earliest": "11:30", "latest": "13:00"},
                {"duration_s": 900, "after_work_s": 9},
            ],
        }
    )
    registry.collectors.put(COLLECTOR.entry("k-1", row), expected=None)
    pages = pages_of(lambda after, limit: registry.collectors.page(limit=limit, after=after))

    again = imported(registry, write_csv(header_of(COLLECTOR), exported(COLLECTOR, pages)), COLLECTOR)

    assert answers(again) == [(2, "unchanged", [])]


def test_files_come_and_go_over_http() -> None:
    client = ApiClient(create_app(fake_deps(max_bulk_rows=10)))
    sent = client.post_raw("/v1/cases/files", "id,address,priority\na,=Weg 1,80\nb,,1\n", "text/csv")
    table = client.get("/v1/cases.csv?min_priority=50")
    lines = client.get("/v1/cases.ndjson")

    assert (sent.status_code, sent.json()["counts"]["created"], sent.json()["read_as"]) == (200, 1, "CSV, utf-8, comma")
    assert table.headers["Content-Disposition"] == 'attachment; filename="cases.csv"'
    assert "'=Weg 1" in table.text
    assert json.loads(lines.text)["address"] == "=Weg 1"
    assert lines.headers["Content-Disposition"] == 'attachment; filename="cases.ndjson"'
    assert client.get("/v1/cases.xlsx").content.startswith(b"PK")
    assert client.post_raw("/v1/cases/files", table.content, "text/csv").json()["counts"]["unchanged"] == 1
    assert client.get("/v1/templates/cases.csv").text.lstrip("\ufeff").startswith("id,branch,status,address")
    assert client.get("/v1/templates/collectors.xlsx").content.startswith(b"PK")
    for path in ("/v1/templates/plans.csv", "/v1/cases.pdf", "/v1/templates/cases.pdf"):
        assert client.get(path).status_code == 404
    client.request("PUT", "/v1/collectors/k1", json={"name": "Anna"})
    client.request("PUT", "/v1/collectors/k2", json={"status": "inactive"})
    working = client.get("/v1/collectors.ndjson?status=active").text.splitlines()
    assert [json.loads(line)["name"] for line in working] == ["Anna"]
    assert [row.split(",")[0] for row in client.get("/v1/collectors.csv?status=inactive").text.splitlines()[1:]] == [
        "k2"
    ]
    bad = client.post_raw("/v1/cases/files", b"\x00\x01", "text/csv")
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid_file")
