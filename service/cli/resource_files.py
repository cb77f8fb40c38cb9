"""Files of cases and collectors in and out: tables, and rows of JSON in parts that the API takes."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import typer

from service.cli.bank import Bank
from service.cli.failure import WRONG_INPUT, InputError
from service.cli.options import read_file, table_ending
from service.cli.output import counted, print_json, print_rows
from service.cli.progress import FractionBar
from service.cli.tables import message_console

#: So many refused rows are told; all of them with --json.
_FEW: Final = 20
#: Rows of one call: a progress bar moves, and no call is longer than a minute.
_PART: Final = 2_000
_NDJSON: Final = "application/x-ndjson"
_OUTCOMES: Final = ("created", "updated", "unchanged", "refused")


def import_table(
    bank: Bank, plural: str, file: Path, *, dry_run: bool, sheet: str | None, encoding: str | None, as_json: bool
) -> None:
    """Store the rows of a file, and say what became of each; exit code 2 when one was refused."""
    answer = bank.post_table(f"/v1/{plural}/files", read_file(file), encoding=encoding, dry_run=dry_run, sheet=sheet)
    _report(answer, f"{plural} ({answer['read_as']})", as_json=as_json)


def upsert_rows(bank: Bank, plural: str, file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Store the rows of a file of JSON, part by part, and say what became of each; exit code 2 as above."""
    lines = _lines_of(read_file(file))
    rows: list[dict[str, Any]] = []
    counts = dict.fromkeys(_OUTCOMES, 0)
    with FractionBar(message_console()) as bar:
        for part in _parts(lines):
            numbers = [number for number, _ in part]
            told = bank.send(
                "POST",
                f"/v1/{plural}/bulk",
                content=b"\n".join(line for _, line in part),
                query={"dry_run": dry_run},
                headers={"Content-Type": _NDJSON},
            ).json()
            rows += [{**row, "row": numbers[row["row"] - 1]} for row in told["rows"]]
            counts = {name: counts[name] + told["counts"][name] for name in _OUTCOMES}
            bar(f"Storing {counted(len(lines), 'row')}", len(rows) / len(lines))
    _report({"dry_run": dry_run, "counts": counts, "rows": rows}, plural, as_json=as_json)


def export_table(bank: Bank, plural: str, file: Path) -> None:
    """Write all resources to a file."""
    file.write_bytes(bank.content(f"/v1/{plural}{table_ending(file)}"))


def write_template(bank: Bank, plural: str, file: Path) -> None:
    """Write a file that has the columns alone."""
    file.write_bytes(bank.content(f"/v1/templates/{plural}{table_ending(file)}"))


def _lines_of(content: bytes) -> list[tuple[int, bytes]]:
    """Return the rows of an array or of NDJSON as lines, with their numbers in the file."""
    text = content.removeprefix(b"\xef\xbb\xbf")
    if not text.lstrip().startswith(b"["):
        return [(number, line) for number, line in enumerate(text.split(b"\n"), start=1) if line.strip()]
    try:
        values = json.loads(text)
    except ValueError as exc:
        msg = f"The file is no JSON array: {exc}."
        raise InputError(msg) from None
    return [(number, json.dumps(value).encode()) for number, value in enumerate(values, start=1)]


def _parts(lines: Sequence[tuple[int, bytes]]) -> Iterator[Sequence[tuple[int, bytes]]]:
    for begin in range(0, len(lines), _PART):
        yield lines[begin : begin + _PART]


def _report(result: dict[str, Any], what: str, *, as_json: bool) -> None:
    if as_json:
        print_json(result)
    else:
        counts, would = result["counts"], "would be " if result["dry_run"] else ""
        typer.echo(
            f"{what}: {counts['created']} {would}created, {counts['updated']} {would}updated, "
            f"{counts['unchanged']} unchanged, {counts['refused']} refused."
        )
        if ignored := result.get("ignored_columns"):
            numbers = ", ".join(map(str, ignored))
            typer.echo(f"Columns that say nothing known, and were left out, by number: {numbers}.")
        _tell_refused([row for row in result["rows"] if row["outcome"] == "refused"])
    if result["counts"]["refused"]:
        raise typer.Exit(WRONG_INPUT)


def _tell_refused(refused: Sequence[dict[str, Any]]) -> None:
    told = [
        {"row": row["row"], "id": row["id"], "field": error["pointer"], "rule": error["detail"]}
        for row in refused[:_FEW]
        for error in row["errors"]
    ]
    if told:
        print_rows(told, ("row", "id", "field", "rule"), as_json=False)
    if len(refused) > _FEW:
        typer.echo(f"... and {len(refused) - _FEW} more refused rows; --json lists them all.")
