"""Many resources in one call: each row is validated and answered by itself, the good ones are stored together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError
from rfc9457 import Problem

from service.api.http.body import is_json, parse_json
from service.api.kinds import Kind
from service.errors import problem
from service.field_errors import field_errors
from service.schemas.base import ExternalId
from service.schemas.bulk import BulkCounts, BulkResult, BulkRow
from service.schemas.problem import FieldError
from service.store.resources.registry import Registry

NDJSON: Final = ("application/x-ndjson", "application/jsonl", "application/ndjson")
_ID: Final[TypeAdapter[str]] = TypeAdapter(ExternalId)
#: Of one row; ten thousand rows with all their errors would be an answer of a hundred megabytes.
_SHOWN_ERRORS: Final = 5
_MANY_ERRORS: Final = 50
_TOO_MANY: Final = FieldError(
    pointer="",
    code="too_many_errors",
    detail=f"The row breaks more than {_MANY_ERRORS} rules. Send it alone to see them.",
)
_UNKNOWN_BRANCH: Final = FieldError(
    pointer="/branch", code="unknown_branch", detail="Must be the id of a branch. GET /v1/branches lists them."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """A row as it came: a value, or what is wrong with it already. `number` is what people call it by."""

    number: int
    value: object = None
    errors: tuple[FieldError, ...] = ()


def rows_of_body(body: bytes, content_type: str, *, most: int) -> list[RawRow]:
    """Read a JSON array, or NDJSON with one object a line, blank lines left out.

    Raises
    ------
    Problem
        `unsupported_media_type`, `malformed_json`, or `invalid_request` when it is no array or too long.
    """
    if content_type.partition(";")[0].strip().lower() in NDJSON:
        lines = [(number, line) for number, line in enumerate(body.split(b"\n"), start=1) if line.strip()]
        _require_few(len(lines), most)
        return [_row_of_line(number, line) for number, line in lines]
    if not is_json(content_type):
        raise problem(code="unsupported_media_type", headers={"Accept-Post": ", ".join(("application/json", *NDJSON))})
    values = parse_json(body)
    if not isinstance(values, list):
        error = FieldError(pointer="", code="wrong_type", detail="Must be a JSON array.")
        raise problem(code="invalid_request", errors=[error])
    _require_few(len(values), most)
    return [RawRow(number=number, value=value) for number, value in enumerate(values, start=1)]


def store_rows(kind: Kind, rows: Iterable[RawRow], registry: Registry, *, dry_run: bool) -> BulkResult:
    """Validate the rows, store those that are good, and answer each.

    A later row of an id that an earlier one has is refused.
    """
    answers: dict[int, BulkRow] = {}
    numbers: dict[str, int] = {}
    good: list[tuple[RawRow, Any]] = []
    for position, row in enumerate(rows):
        resource, errors = _validated(kind, row)
        if resource is not None and resource.id in numbers:
            detail = f"Each id must be unique within the call: row {numbers[resource.id]} has it too."
            errors = (FieldError(pointer="/id", code="duplicate_id", detail=detail),)
        if resource is None or errors:
            answers[position] = BulkRow(row=row.number, id=_id_of(row), outcome="refused", errors=list(errors))
            good.append((row, None))
            continue
        numbers[resource.id] = row.number
        good.append((row, resource))
    _refuse_unknown_branches(good, registry, answers)
    entries = [
        (position, row.number, kind.entry(resource.id, resource))
        for position, (row, resource) in enumerate(good)
        if resource is not None and position not in answers
    ]
    stored = kind.store_of(registry).put_many([entry for _, _, entry in entries], dry_run=dry_run)
    for (position, number, _), one in zip(entries, stored, strict=True):
        version = None if dry_run else one.version
        answers[position] = BulkRow(row=number, id=one.id, outcome=one.outcome, version=version)
    return _result([answers[position] for position in range(len(good))], dry_run=dry_run)


def row_errors(exc: ValidationError) -> tuple[FieldError, ...]:
    """Return what pydantic finds in a row, with pointers into it."""
    found = exc.errors(include_url=False, include_input=False)
    return field_errors([{**error, "loc": ("body", *error["loc"])} for error in found])


def _row_of_line(number: int, line: bytes) -> RawRow:
    try:
        return RawRow(number=number, value=parse_json(line))
    except Problem as exc:
        return RawRow(number=number, errors=(FieldError(pointer="", code="malformed_json", detail=str(exc.detail)),))


def _require_few(count: int, most: int) -> None:
    if count > most:
        rule = f"This service takes at most {most} rows in one call. Send them in parts."
        raise problem(code="invalid_request", errors=[FieldError(pointer="", code="wrong_length", detail=rule)])


@cache
def _adapter(schema: type[BaseModel]) -> TypeAdapter[Any]:
    return TypeAdapter(schema)


def _validated(kind: Kind, row: RawRow) -> tuple[Any, tuple[FieldError, ...]]:
    if row.errors:
        return None, row.errors
    try:
        return _adapter(kind.row).validate_python(row.value), ()
    except ValidationError as exc:
        if exc.error_count() > _MANY_ERRORS:  # only to list them would take longer than to validate
            return None, (_TOO_MANY,)
        return None, row_errors(exc)[:_SHOWN_ERRORS]


def _id_of(row: RawRow) -> str | None:
    """Return the id of a refused row, when it could be one."""
    given = row.value.get("id") if isinstance(row.value, Mapping) else None
    try:
        return _ID.validate_python(given)
    except ValidationError:
        return None


def _refuse_unknown_branches(
    good: Sequence[tuple[RawRow, Any]], registry: Registry, answers: dict[int, BulkRow]
) -> None:
    named = {branch for _, resource in good if resource is not None and (branch := getattr(resource, "branch", None))}
    if not named:
        return
    known = registry.branches.known(named)
    for position, (row, resource) in enumerate(good):
        if resource is not None and resource.branch is not None and resource.branch not in known:
            answers[position] = BulkRow(row=row.number, id=resource.id, outcome="refused", errors=[_UNKNOWN_BRANCH])


def _result(rows: list[BulkRow], *, dry_run: bool) -> BulkResult:
    counts = Counter(row.outcome for row in rows)
    return BulkResult(
        dry_run=dry_run,
        counts=BulkCounts(
            created=counts["created"],
            updated=counts["updated"],
            unchanged=counts["unchanged"],
            refused=counts["refused"],
        ),
        rows=rows,
    )
