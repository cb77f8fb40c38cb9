"""The code that plans need compiled: what measures the roads, and what searches for routes."""

import time
from collections.abc import Callable
from contextlib import suppress

import structlog
from numba.core.event import Event, Listener, install_listener

from geodata.network.warm_up import cache_problem, is_compiled, kernels_kept, warm_up
from routing.engines import warm_up as engines

_log = structlog.stdlib.get_logger(__name__)


def compile_ahead() -> None:
    """Compile what measures the roads and searches for routes, so that no plan need wait for it; log how that went.

    Two minutes of a processor the first time on a machine, two seconds when the cache is filled.
    """
    _log.info("compiling", what="what measures the roads and searches for routes")
    started = time.monotonic()
    try:
        compile_now()
    except Exception as exc:  # noqa: BLE001 - a full disk, say: plans compile what they need themselves
        _log.warning("not_compiled_ahead", error=type(exc).__name__)
    else:
        _log.info("compiled", seconds=round(time.monotonic() - started, 3))
    warn_if_not_kept()


def compile_quietly(on_progress: Callable[[float], None]) -> None:
    """Compile what plans need, telling how much is; where that breaks, whoever needs it says what is wrong."""
    with suppress(Exception), install_listener("numba:compile", _AtEachEnd(lambda: on_progress(compiled_share()))):
        compile_now()


class _AtEachEnd(Listener):
    """Calls back whenever numba has compiled a function."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call

    def on_start(self, event: Event) -> None:
        """Wait for the end."""

    def on_end(self, event: Event) -> None:  # noqa: ARG002 - numba's signature
        """Call back."""
        self._call()


def code_is_ready() -> bool:
    """Whether all that plans need has been compiled and kept."""
    return is_compiled() and engines.is_compiled()


def compiled_share() -> float:
    """Return which share of the functions that plans need has been compiled and kept."""
    kept = [*kernels_kept(), *engines.functions_kept()]
    return sum(kept) / len(kept)


def code_problem() -> str | None:
    """Say why what is compiled here is lost with this process, and what to do; None as long as nothing is."""
    return cache_problem()


def compile_now() -> None:
    """Compile what measures the roads and searches for routes; raise where that breaks."""
    warm_up()
    engines.warm_up_all()


def warn_if_not_kept() -> None:
    """Log why what is compiled here is lost with this process, when it is."""
    if (reason := code_problem()) is not None:
        _log.warning("compiled_code_not_kept", reason=reason)
