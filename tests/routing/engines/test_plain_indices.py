"""Kernels read indices as they are, and none of theirs is below 0."""

from typing import Any, cast

import numba
import numpy as np
from numpy.typing import NDArray

from routing.engines.compiled import kernel
from tests.routing.engines import plain_python


def _taken(values: NDArray[np.int64], index: int) -> np.int64:
    return values[index]  # type: ignore[no-any-return]


def test_an_index_below_0_does_not_count_from_the_end_in_a_kernel() -> None:
    behind_another = np.array([7, 8, 9])[1:]
    as_numba_has_it = cast("Any", numba.njit(_taken))

    assert kernel(_taken)(behind_another, -1) == 7
    assert as_numba_has_it(behind_another, -1) == 9


def test_no_step_has_an_index_below_0() -> None:
    assert plain_python.complaint("tests.routing.engines.hybrid.strict_steps") == ""
