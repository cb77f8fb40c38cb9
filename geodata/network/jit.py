"""How kernels are compiled: by numba, without the GIL, and cached on disk where a cache can be read or written."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

from geodata.network.kernel_cache import KernelCache, cache_for

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

    It is kept in NUMBA_CACHE_DIR, in `__pycache__` beside the module, or in the user's cache: in the first that can be
    written, or can only be read and has it already. Where there is none, or the disk is full, each process compiles,
    and `cache_problem` says so. Kernels that call each other stand in one file: numba compares only the caller's file
    with its cache.
    """
    compiled: Any = njit(nogil=True)(function)
    if (cache := cache_for(function)) is not None:
        compiled._cache = cache  # noqa: SLF001 - as njit(cache=True) does, with a cache of numba's own
    # A dispatcher is called like the function that it compiles.
    return cast("Kernel", compiled)


def cache_problem(compiled: Callable[..., Any]) -> str | None:
    """Say why each process compiles a kernel again and what to do about it; None when its cache works, as far as known.

    A cache that cannot be written and lacks something is known for it once the kernel has been called.
    """
    cache = compiled._cache  # type: ignore[attr-defined]  # noqa: SLF001 - as above
    if cache.cache_path is None:
        why = "there is no cache directory that can be written"
    elif (not_written := getattr(cache, "not_written", None)) is not None:
        why = f"{cache.cache_path} cannot be written ({not_written})"
    else:
        return None
    return (
        f"The kernels of the road network are compiled again in each process, which takes half a minute: {why}. "
        "Set NUMBA_CACHE_DIR to a directory that can be written and is kept."
    )


def is_kept(compiled: Callable[..., Any]) -> bool:
    """Whether a kernel's cache has code for this processor, so that its first call compiles nothing."""
    cache = compiled._cache  # type: ignore[attr-defined]  # noqa: SLF001 - as above
    return isinstance(cache, KernelCache) and cache.is_filled()
