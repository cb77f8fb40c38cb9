"""The engines by name. Making one imports its library, listing them does not."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from routing.engine import Engine
from routing.errors import EngineError


def make_engine(name: str) -> Engine:
    """Make the engine of that name.

    Raises
    ------
    EngineError
        No engine has that name.
    """
    require_engine(name)
    return ENGINES[name]()


def require_engine(name: str) -> None:
    """Raise EngineError unless an engine has that name."""
    if name not in ENGINES:
        msg = f"Engine must be one of {sorted(ENGINES)}, got {name!r}."
        raise EngineError(msg)


def _or_tools() -> Engine:
    from routing.engines.or_tools import OrToolsEngine  # noqa: PLC0415 - a heavy import, for the child only

    return OrToolsEngine()


ENGINES: Final[Mapping[str, Callable[[], Engine]]] = MappingProxyType({"or_tools": _or_tools})
