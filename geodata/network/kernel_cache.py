"""Where a kernel's compiled code is kept: read where it can only be read, and no error where it cannot be written."""

import pickle
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from typing import Any, Final

from llvmlite import binding as llvm  # type: ignore[import-untyped]  # it has no types
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    InTreeCacheLocator,
    UserProvidedCacheLocator,
    UserWideCacheLocator,
)
from numba.core.registry import cpu_target
from numba.core.runtime import _nrt_python as runtime  # type: ignore[attr-defined]  # compiled code

# Numba takes a directory only when it can be written, even if all that is needed lies in it: an image that is run with
# a read-only disk would compile in each process. And it lets a full disk, or a file that is cut off, break the call of
# a kernel. There is no public way to change either, hence the names of numba's inside; tests notice when they change.


class _AnyDirectory:
    """Has a locator of numba's name its directory without writing it."""

    def ensure_cache_path(self) -> None:
        """Take the directory as it is."""

    def is_writable(self) -> bool:
        """Try to write, as numba would."""
        try:
            super().ensure_cache_path()  # type: ignore[misc]  # the locator's, beside which this stands
        except OSError:
            return False
        return True


class _Named(_AnyDirectory, UserProvidedCacheLocator):
    """NUMBA_CACHE_DIR."""


class _BesideTheModule(_AnyDirectory, InTreeCacheLocator):
    """The folder `__pycache__`."""


class _OfTheUser(_AnyDirectory, UserWideCacheLocator):
    """The user's cache."""


#: In numba's order.
_LOCATORS: Final = (_Named, _BesideTheModule, _OfTheUser)
#: Cut off, or of an older version whose classes are gone.
_DAMAGE: Final = (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError)


class _Implementation(CompileResultCacheImpl):
    def __init__(self, function: Callable[..., Any], *, locator: type[object]) -> None:
        self._locator_classes = [locator]
        super().__init__(function)  # type: ignore[no-untyped-call]  # numba has no types


class KernelCache(FunctionCache):
    """The compiled code of one kernel in one directory.

    Attributes
    ----------
    not_written : why something that was compiled here could not be kept; None when nothing was lost.

    Raises
    ------
    RuntimeError
        When the locator knows no directory for the function.
    """

    def __init__(self, function: Callable[..., Any], *, locator: type[object]) -> None:
        self._impl_class = partial(_Implementation, locator=locator)  # type: ignore[assignment]  # a class's call
        super().__init__(function)  # type: ignore[no-untyped-call]
        self.not_written: str | None = None

    def is_writable(self) -> bool:
        """Whether numba would take the directory."""
        return bool(self._impl.locator.is_writable())

    def is_filled(self) -> bool:
        """Whether it has code that was compiled from this source for this processor."""
        try:
            kept = self._cache_file._load_index()  # type: ignore[no-untyped-call]  # noqa: SLF001 - see above
        except _DAMAGE:
            return False
        processor = cpu_target.target_context.codegen().magic_tuple()
        return any(key[1] == processor for key in kept)

    def load_overload(self, sig: object, target_context: object) -> object:
        """Return what is kept, None when there is nothing; what a lost power supply has cut off is forgotten.

        Numba loads all that it compiles with before it looks: a tenth of a second and 27 MB. Compiled code needs the
        names of its runtime alone, and when there is something to compile, numba loads the rest by itself.
        """
        _name_runtime()
        try:
            with self._guard_against_spurious_io_errors():
                return self._load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        except _DAMAGE:
            with suppress(OSError):
                self.flush()  # type: ignore[no-untyped-call]
            return None

    def save_overload(self, sig: object, data: object) -> None:
        """Keep what was compiled; where that fails it still runs, and `not_written` says why."""
        try:
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]
        except OSError as exc:
            self.not_written = exc.strerror or type(exc).__name__


@cache
def _name_runtime() -> None:
    """Tell LLVM where the functions of numba's runtime are that compiled code calls; what is around them lies in it."""
    for name, address in runtime.c_helpers.items():
        llvm.add_symbol(name if name.startswith("_") else f"NRT_{name}", address)


def cache_for(function: Callable[..., Any]) -> KernelCache | None:
    """Return the first of numba's places that can be written or has what is needed; None when there is none."""
    for locator in _LOCATORS:
        try:
            cache = KernelCache(function, locator=locator)
        except RuntimeError:  # no NUMBA_CACHE_DIR is set, or the function has no file
            continue
        if cache.is_writable() or cache.is_filled():
            return cache
    return None
