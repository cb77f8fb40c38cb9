"""Files as bodies of requests, and tables as files in answers."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from fastapi import Response
from fastapi.responses import StreamingResponse

from service.errors import problem
from service.spreadsheets.csv_file import csv_parts
from service.spreadsheets.sheet import Cell
from service.spreadsheets.xlsx_file import write_xlsx

CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BINARY: Final = {"schema": {"type": "string", "format": "binary"}}


def table_response(
    name: str, kind: Literal["csv", "xlsx"], header: Sequence[str], rows: Iterable[Sequence[Cell | None]]
) -> Response:
    """Return a table as a file of that name to be saved; CSV goes out as the rows come."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    if kind == "xlsx":
        return Response(write_xlsx(header, rows), media_type=XLSX, headers=headers)
    return StreamingResponse(
        csv_parts(header, rows), media_type=f"{CSV}; charset=utf-8; header=present", headers=headers
    )


def encoding_of(content_type: str) -> str | None:
    """Return the charset that a Content-Type says; refuse what announces neither CSV nor a workbook.

    What the bytes are is looked at in any case, so that application/octet-stream is as good.
    """
    media_type, _, parameters = content_type.partition(";")
    if media_type.strip().lower() not in {CSV, XLSX, "application/octet-stream", "text/plain"}:
        rule = f"Send the file itself as the body, with Content-Type: {CSV} or {XLSX}."
        raise problem(code="unsupported_media_type", detail=rule, headers={"Accept-Post": f"{CSV}, {XLSX}"})
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"')
    return None
