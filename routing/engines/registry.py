"""The engines by name. Making one imports its library, listing them does not."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from routing.engine import Engine
from routing.errors import EngineError


def make_engine(name: str, *, threads: int = 1) -> Engine:
    """Make the engine of that name.

    Parameters
    ----------
    threads : how many processors it may use; an engine that cannot share its work uses one.

    Raises
    ------
    EngineError
        No engine has that name.
    """
    require_engine(name)
    return ENGINES[name](threads)


def require_engine(name: str) -> None:
    """Raise EngineError unless an engine has that name."""
    if name not in ENGINES:
        msg = f"Engine must be one of {sorted(ENGINES)}, got {name!r}."
        raise EngineError(msg)


def _or_tools(threads: int = 1) -> Engine:  # noqa: ARG001 - its search has one thread
    from routing.engines.or_tools import OrToolsEngine  # noqa: PLC0415 - a heavy import, for the child only

    return OrToolsEngine()


def _hybrid(threads: int = 1) -> Engine:
    from routing.engines.hybrid.engine import HybridEngine  # noqa: PLC0415 - as above

    return HybridEngine(threads)


#: Those that must load, or compile, code of their own.
COMPILED: Final = frozenset({"hybrid"})

#: Each is made for so many threads.
ENGINES: Final[Mapping[str, Callable[[int], Engine]]] = MappingProxyType({"or_tools": _or_tools, "hybrid": _hybrid})
