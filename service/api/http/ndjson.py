"""Answers of many lines, each a JSON object (NDJSON): sent while they are made, so that many cost no memory."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from fastapi.responses import StreamingResponse

from service.schemas.base import Schema

NDJSON: Final = "application/x-ndjson"
#: Lines that are sent together: a thread is called for once per chunk, not per line.
_LINES_A_CHUNK: Final = 200


class NdjsonResponse(StreamingResponse):
    """An answer of one JSON object a line."""

    media_type = NDJSON

    def __init__(
        self, lines: Iterable[Schema], status_code: int = 200, *, filename: str, headers: dict[str, str] | None = None
    ) -> None:
        disposition = {"Content-Disposition": f'attachment; filename="{filename}"'}
        super().__init__(_chunks(iter(lines)), status_code, headers={**disposition, **(headers or {})})


def documented(description: str, example: str) -> dict[str, Any]:
    """Return the documentation of such an answer; `example` is its lines."""
    schema = {"type": "string", "description": "One JSON object a line."}
    content = {NDJSON: {"schema": schema, "examples": {"lines": {"value": example}}}}
    return {"description": description, "content": content}


def _chunks(lines: Iterator[Schema]) -> Iterator[str]:
    while chunk := "".join(line.model_dump_json() + "\n" for line in islice(lines, _LINES_A_CHUNK)):
        yield chunk
