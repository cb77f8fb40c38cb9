"""The columns of cases and collectors in spreadsheets: their names, in English and Chinese, and what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.geocoding.columns import column_key
from service.imports import cells
from service.imports.cells import CellKind
from service.spreadsheets.sheet import Cell, Sheet, SheetError


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name in templates, where its value stands in a document, what its cells hold."""

    name: str
    path: tuple[str, ...]
    kind: CellKind
    others: tuple[str, ...] = ()

    def value_in(self, document: Mapping[str, Any]) -> Any:
        """Return the value in a document, None where there is none."""
        value: Any = document
        for step in self.path:
            value = value.get(step) if isinstance(value, Mapping) else None
        return value

    def cell_of(self, document: Mapping[str, Any]) -> Cell | None:
        """Return the cell of a document, None for a blank one."""
        value = self.value_in(document)
        return None if value is None else self.kind.write(value)


def _column(name: str, kind: CellKind, *others: str, path: str = "") -> Column:
    return Column(name=name, path=tuple((path or name).split(".")), kind=kind, others=others)


def _place(prefix: str, path: str, *addresses: str) -> tuple[Column, ...]:
    return (
        _column(f"{prefix}address", cells.TEXT, *addresses, path=f"{path}address"),
        _column(f"{prefix}lat", cells.DEGREES, *(() if prefix else ("latitude", "纬度")), path=f"{path}location.lat"),
        _column(
            f"{prefix}lon", cells.DEGREES, *(() if prefix else ("lng", "longitude", "经度")), path=f"{path}location.lon"
        ),
        _column(f"{prefix}datum", cells.DATUM, *(() if prefix else ("坐标系",)), path=f"{path}location.datum"),
    )


_PERSON: Final = (
    _column("name", cells.TEXT, "customer", "customer name", "姓名", "客户姓名", "客户名称"),
    _column("phone", cells.TEXT, "telephone", "mobile", "电话", "手机", "手机号", "联系电话"),
    _column("note", cells.TEXT, "remark", "备注"),
)
_BRANCH: Final = _column("branch", cells.TEXT, "网点", "支行")

CASE_COLUMNS: Final = (
    _column("id", cells.TEXT, "case", "case id", "case number", "案件编号", "案件号", "编号"),
    _BRANCH,
    _column("status", cells.WORD, "状态"),
    *_place("", "", "full address", "postal address", "地址", "详细地址", "住址", "家庭住址"),
    _column("priority", cells.WHOLE, "优先级"),
    _column("mandatory", cells.FLAG, "必访"),
    _column("days_past_due", cells.WHOLE, "dpd", "逾期天数"),
    _column("due_on", cells.DAY, "应访日期"),
    _column("service_s", cells.WHOLE),
    _column("setup_s", cells.WHOLE),
    _column("windows", cells.WINDOWS, "window", "时间窗", "可访时间"),
    _column("required_skills", cells.WORDS, "所需技能"),
    _column("excluded_skills", cells.WORDS),
    _column("allowed_collectors", cells.WORDS),
    _column("suppressions", cells.SUPPRESSIONS, "暂停原因"),
    _column("visited_on", cells.DAYS, "visits", "上门日期"),
    *_PERSON,
)
COLLECTOR_COLUMNS: Final = (
    _column("id", cells.TEXT, "collector", "collector id", "外访员编号", "工号", "编号"),
    _BRANCH,
    _column("status", cells.WORD, "状态"),
    *_place("start_", "start."),
    *_place("end_", "end."),
    _column("shift_start", cells.CLOCK, path="shift.start"),
    _column("shift_end", cells.CLOCK, path="shift.end"),
    _column("vehicle", cells.WORD, "车辆"),
    _column("skills", cells.WORDS, "技能"),
    _column("pace_percent", cells.WHOLE),
    _column("max_work_s", cells.WHOLE),
    _column("max_driving_s", cells.WHOLE),
    _column("max_visits", cells.WHOLE),
    _column("overtime_after", cells.CLOCK),
    _column("breaks", cells.BREAKS),
    *_PERSON,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundColumns:
    """Which column stands where in a sheet, and the positions of those that say nothing known, from 0."""

    at: Mapping[int, Column]
    ignored: tuple[int, ...]


def find_columns(sheet: Sheet, columns: tuple[Column, ...]) -> FoundColumns:
    """Find the columns by their names; case, accents, spaces and signs make no difference.

    Raises
    ------
    SheetError
        When there is no column of ids, or two say the same.
    """
    by_key = {column_key(name): column for column in columns for name in (column.name, *column.others)}
    at: dict[int, Column] = {}
    ignored = []
    for position, name in enumerate(sheet.header):
        column = by_key.get(column_key(name))
        if column is None:
            ignored.append(position)
        elif column in at.values():
            msg = f"Two columns of the first row say {column.name}. Keep one of them."
            raise SheetError(msg, code="duplicate_column")
        else:
            at[position] = column
    if all(column.name != "id" for column in at.values()):
        msg = "No column is named id. The first row must name the columns; the template has them all."
        raise SheetError(msg, code="id_column_missing")
    return FoundColumns(at=at, ignored=tuple(ignored))
