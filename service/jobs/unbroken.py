"""What a worker does beside its work, and goes on with whatever happens: nobody would notice that it had ended."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from service.logs import frames_of
from service.telemetry.metrics import Metrics

#: Between an error that nobody foresaw and the next attempt.
_AGAIN_AFTER_S: Final = 5.0

_log = structlog.stdlib.get_logger(__name__)


async def unbroken(
    name: str, work: Callable[[], Awaitable[None]], metrics: Metrics, *, again_after_s: float = _AGAIN_AFTER_S
) -> None:
    """Do it until it returns or is cancelled; an error is logged and counted, and it is begun again.

    Parameters
    ----------
    name : of a closed set: a label of the count.
    """
    while True:
        try:
            await work()
        except Exception as exc:  # noqa: BLE001 - whatever it is: the worker's plans are worth more
            _log.error("worker_task_broken", task=name, error=type(exc).__name__, frames=frames_of(exc))
            metrics.task_broken(name)
        else:
            return
        await asyncio.sleep(again_after_s)
