"""Types of the arrays of a road network."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_T = TypeVar("_T", bound=np.generic)

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def constant(array: NDArray[_T]) -> NDArray[_T]:
    """Return a read-only view, so that a kernel is compiled once for mapped arrays and for those in memory."""
    if type(array) is np.ndarray and not array.flags.writeable and array.flags.c_contiguous:
        return array
    view = np.ascontiguousarray(array).view(np.ndarray)
    view.flags.writeable = False
    return view
