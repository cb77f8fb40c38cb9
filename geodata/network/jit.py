"""How kernels are compiled: by numba, without the GIL, and cached on disk where a cache can be written."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def _load_without_blas() -> None:
    """Load the part of numba that looks for BLAS, and let it find none.

    It would import all of scipy.linalg for it: 0.2 s and 16 MB, a third of the time to the first kernel of a process.
    No kernel multiplies matrices; one that did would be refused when it is compiled. Done while modules are imported,
    because no other thread may look for scipy.linalg meanwhile.
    """
    if "scipy.linalg" in sys.modules or "numba.np.arraymath" in sys.modules:
        return
    sys.modules["scipy.linalg"] = None  # type: ignore[assignment]  # what Python takes for "there is none"
    try:
        import numba.np.arraymath  # noqa: F401, PLC0415
    finally:
        del sys.modules["scipy.linalg"]


_load_without_blas()


def kernel(function: Kernel) -> Kernel:
    """Compile a function of arrays at its first call; the next process loads what this one compiled.

    Numba looks for a directory it can write: NUMBA_CACHE_DIR, `__pycache__` beside the module, the user's cache. Where
    there is none (a container with a read-only disk), the kernel is compiled in each process, and `cache_problem` says
    so. Kernels that call each other stand in one file: numba compares only the caller's file with its cache.
    """
    try:
        compiled = njit(cache=True, nogil=True)(function)
    except RuntimeError:
        compiled = njit(nogil=True)(function)
    # A dispatcher is called like the function that it compiles.
    return cast("Kernel", compiled)


def cache_problem(compiled: Callable[..., Any]) -> str | None:
    """Say why each process compiles a kernel again and what to do about it; None when its cache works."""
    if compiled.stats.cache_path is not None:  # type: ignore[attr-defined]  # a dispatcher has statistics
        return None
    return (
        "The kernels of the road network are compiled again in each process, which takes half a minute: numba finds no "
        "cache directory that it can write. Set NUMBA_CACHE_DIR to one that can be written and is kept."
    )
