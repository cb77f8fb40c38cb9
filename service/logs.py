"""Log lines for people or for programs: one format for the service and for the libraries below it."""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

import structlog
from opentelemetry.trace import format_trace_id, get_current_span
from structlog.contextvars import merge_contextvars
from structlog.typing import EventDict, Processor, WrappedLogger

#: They log what our own lines say already, or every statement.
_QUIET: Final = ("uvicorn.access", "sqlalchemy", "alembic", "procrastinate", "httpx", "fsspec", "urllib3", "numba")


def configure_logging(*, level: str, style: Literal["console", "json"]) -> None:
    """Send all log lines of this process to standard error."""
    shared: list[Processor] = [
        merge_contextvars,  # the request's id
        _add_trace_id,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # tests capture lines
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def only_errors_logged() -> Iterator[None]:
    """Keep from a command's terminal what the service logs of every request; what goes wrong inside still shows."""
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        yield
    finally:
        structlog.configure(**before)


def frames_of(exc: BaseException, *, last: int = 8) -> list[str]:
    """Return where an exception came from. Its text stays out of logs: it may be personal."""
    return [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(exc.__traceback__)[-last:]]


def _add_trace_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Name the trace that is open, so that a line and its trace find each other."""
    context = get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = format_trace_id(context.trace_id)
    return event
