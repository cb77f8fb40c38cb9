"""Run as a program with NUMBA_DISABLE_JIT: steps in plain Python, on arrays that refuse an index below 0."""

import os
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.instance import build
from routing.problem import Problem
from routing.schedule import frozen
from tests.properties.worlds import prefixes_can_be_driven, problems
from tests.routing.villages import villages

_EXAMPLES = 60
_STEPS = 30


class Strict(np.ndarray):
    """An array in which nothing counts from the end."""

    def __getitem__(self, index: Any) -> Any:
        _refuse_negative(index)
        return super().__getitem__(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        _refuse_negative(index)
        super().__setitem__(index, value)


def _refuse_negative(index: Any) -> None:
    for one in index if isinstance(index, tuple) else (index,):
        if isinstance(one, int | np.integer) and one < 0:
            msg = f"index {index} counts from the end"
            raise IndexError(msg)


def _strict(arrays: Any) -> Any:
    return type(arrays)(*(array.view(Strict) for array in arrays))


@settings(max_examples=_EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(problem=problems(max_visits=9), seed=st.integers(0, 99))
def steps_read_nothing_before_an_array(problem: Problem, seed: int) -> None:
    """Walk and reheat a chain, on small problems with every rule there is."""
    if prefixes_can_be_driven(problem):
        _walk(problem, seed)


def _walk(problem: Problem, seed: int) -> None:
    chain = Chain(build(problem), seed, start=frozen(problem))
    chain._world, chain._state = _strict(chain._world), _strict(chain._state)
    chain.run(_STEPS, hot=100.0, cold=1.0)
    chain.reheat(_STEPS, hot=100.0, cold=1.0)


if __name__ == "__main__":
    assert os.environ["NUMBA_DISABLE_JIT"]
    np.seterr(over="ignore")  # random numbers are drawn by multiplying without an end
    steps_read_nothing_before_an_array()
    for number in range(4):
        _walk(villages(visits=60, vehicles=5, seed=number), number)
