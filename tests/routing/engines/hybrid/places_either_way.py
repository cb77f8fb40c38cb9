"""Run as a program with NUMBA_DISABLE_JIT: positions considered at once and one by one give the same place."""

import os

import numpy as np

from routing.engines.hybrid.chain import Chain
from routing.engines.hybrid.instance import build
from routing.engines.hybrid.layout import BLINK, LIMITED, ROUTE, TIMED, TOO_MUCH, WINDOWS
from routing.engines.hybrid.places import best_place
from routing.engines.hybrid.ruin import mend, take_off
from tests.routing.villages import villages

_STEPS = 60


def _found(chain: Chain, visit: int, *, limited: bool) -> int:
    """Look for a place; saying that there are limits, though there are none, has positions considered one by one."""
    chain._world.rules[LIMITED] = limited
    chain._state.tally[BLINK] = 1_000_000  # nothing is overlooked
    return int(best_place(chain._world, chain._state, visit, TOO_MUCH))


def compare(seed: int) -> int:
    """Take each visit off in turn and look both ways where it fits best; return how many places were found."""
    problem = villages(visits=70, vehicles=4, seed=seed)
    chain = Chain(build(problem), seed)
    chain.run(_STEPS, hot=100.0, cold=10.0)
    assert not chain._world.rules[LIMITED]
    assert not chain._world.rules[TIMED]
    places = 0
    for visit in range(len(problem.visits)):
        if chain._state.node[visit, WINDOWS] != 1:
            continue
        route = int(chain._state.node[visit, ROUTE])
        if route >= 0:
            take_off(chain._world, chain._state, visit)
            mend(chain._world, chain._state, route)
        at_once, one_by_one = (_found(chain, visit, limited=limited) for limited in (False, True))
        assert at_once == one_by_one, (seed, visit)
        places += at_once >= 0
    return places


if __name__ == "__main__":
    assert os.environ["NUMBA_DISABLE_JIT"]
    np.seterr(over="ignore")  # random numbers are drawn by multiplying without an end
    assert sum(compare(seed) for seed in range(6)) > 50
