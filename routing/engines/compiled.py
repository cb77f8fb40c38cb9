"""How the engines' kernels are compiled: by numba, without the GIL, kept on disk, stamped by what they are made of.

The cache is much like `geodata.network.kernel_cache`: neither package may import the other.
"""

import hashlib
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from numba import njit
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    InTreeCacheLocator,
    UserProvidedCacheLocator,
    UserWideCacheLocator,
)
from numba.core.registry import cpu_target

from routing.engines.plain_indices import take_indices_as_they_are
from routing.engines.sources import sources

#: Arrays are the caller's: they are neither made nor counted here, which would take two thirds of the time.
_OPTIONS: Final[dict[str, Any]] = {"nogil": True, "error_model": "numpy", "_nrt": False}

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def _load_without_blas() -> None:
    """Load the part of numba that looks for BLAS, and let it find none: it would import all of scipy.linalg for it."""
    if "scipy.linalg" in sys.modules or "numba.np.arraymath" in sys.modules:
        return
    sys.modules["scipy.linalg"] = None  # type: ignore[assignment]  # what Python takes for "there is none"
    try:
        import numba.np.arraymath  # noqa: F401, PLC0415
    finally:
        del sys.modules["scipy.linalg"]


_load_without_blas()
take_indices_as_they_are()


@cache
def _stamp(module: Path) -> str:
    """Digest of all that a module's kernels are made of: they call each other across files, numba compares only one."""
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for file in sources(module.resolve(), root):
        digest.update(str(file.relative_to(root)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


class _Stamped:
    """Has a locator of numba's take its directory as it is, and tell sources apart by content, not by date.

    Numba takes a directory only when it can be written, even if all that is needed lies in it: an image that is run
    with a read-only disk would compile in each process.
    """

    _py_file: str

    def ensure_cache_path(self) -> None:
        """Take the directory as it is."""

    def is_writable(self) -> bool:
        """Try to write, as numba would."""
        try:
            super().ensure_cache_path()  # type: ignore[misc]  # the locator's, beside which this stands
        except OSError:
            return False
        return True

    def get_source_stamp(self) -> str:
        """Return the digest of the kernel's sources."""
        return _stamp(Path(self._py_file))


class _Named(_Stamped, UserProvidedCacheLocator):
    """NUMBA_CACHE_DIR."""


class _BesideTheModule(_Stamped, InTreeCacheLocator):
    """The folder `__pycache__`."""


class _OfTheUser(_Stamped, UserWideCacheLocator):
    """The user's cache."""


_LOCATORS: Final = (_Named, _BesideTheModule, _OfTheUser)
#: Cut off, or of an older version whose classes are gone.
_DAMAGE: Final = (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError)


class _Implementation(CompileResultCacheImpl):
    def __init__(self, function: Callable[..., Any], *, locator: type[object]) -> None:
        self._locator_classes = [locator]
        super().__init__(function)  # type: ignore[no-untyped-call]  # numba has no types


class _KernelCache(FunctionCache):
    """The compiled code of one kernel in one directory; a full disk or a cut off file never break its call."""

    def __init__(self, function: Callable[..., Any], *, locator: type[object]) -> None:
        self._impl_class = partial(_Implementation, locator=locator)  # type: ignore[assignment]  # a class's call
        super().__init__(function)  # type: ignore[no-untyped-call]

    def is_writable(self) -> bool:
        return bool(self._impl.locator.is_writable())

    def is_filled(self) -> bool:
        try:
            kept = self._cache_file._load_index()  # type: ignore[no-untyped-call]  # noqa: SLF001 - no public way
        except _DAMAGE:
            return False
        processor = cpu_target.target_context.codegen().magic_tuple()
        return any(key[1] == processor for key in kept)

    def load_overload(self, sig: object, target_context: object) -> object:
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        except _DAMAGE:
            with suppress(OSError):
                self.flush()  # type: ignore[no-untyped-call]
            return None

    def save_overload(self, sig: object, data: object) -> None:
        with suppress(OSError):
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]


def _cache_for(function: Callable[..., Any]) -> _KernelCache | None:
    """Return the first of numba's places that can be written or has what is needed; None when there is none."""
    for locator in _LOCATORS:
        try:
            kept = _KernelCache(function, locator=locator)
        except RuntimeError:  # no NUMBA_CACHE_DIR is set, or the function has no file
            continue
        if kept.is_writable() or kept.is_filled():
            return kept
    return None


def kernel(function: Kernel) -> Kernel:
    """Compile a function of arrays at its first call; the next process loads what this one compiled.

    Integer division by zero is unchecked, as in NumPy, and no index counts from the end. There is no fast math, so that
    every machine adds up the same.
    """
    compiled: Any = njit(**_OPTIONS, forceinline=False)(function)  # or it would take after the first who calls it
    return cast("Kernel", compiled)


def inlined(function: Kernel) -> Kernel:
    """Compile as `kernel` does, into the code of whoever calls it.

    A call hands over each array of World and State as seven to eleven words: 300 of them, 0.1 microseconds.
    """
    compiled: Any = njit(**_OPTIONS, forceinline=True)(function)
    return cast("Kernel", compiled)


def entry(function: Kernel) -> Kernel:
    """Compile as `kernel` does, and keep the code on disk together with that of all kernels that it calls."""
    compiled: Any = njit(**_OPTIONS)(function)
    if (kept := _cache_for(function)) is not None:
        compiled._cache = kept  # noqa: SLF001 - as njit(cache=True) does, with a cache of numba's own
    # A dispatcher is called like the function that it compiles.
    return cast("Kernel", compiled)


def is_kept(compiled: Callable[..., Any]) -> bool:
    """Whether an entry's cache has code for this processor, so that its first call compiles nothing."""
    kept = getattr(compiled, "_cache", None)
    return isinstance(kept, _KernelCache) and kept.is_filled()
