"""Having an engine load, or compile, all its code before its budget begins to count."""

import sys
from typing import Final

import numpy as np

from routing.engine import Budget, Engine, Progress
from routing.engines.registry import COMPILED, make_engine
from routing.problem import Problem, TimeWindow, TravelMatrix, Vehicle, Visit

#: Rounds enough to choose among routes and to go on from the choice.
_STEPS: Final = 1_500
_SHIFT: Final = TimeWindow(start_s=0, end_s=1_000)


def warm_up(engine: Engine) -> None:
    """Have it plan a day of four visits: a fraction of a second where the compiled code is kept, else much longer.

    It begins at a plan: to take one over is code too, which prefixes and the bound need as well.
    """
    engine.solve(
        _tiny_problem(),
        budget=Budget(iterations=_STEPS),
        seed=1,
        on_progress=_ignore,
        should_stop=lambda: False,
        start=((1, 0), ()),
    )


def warm_up_bound() -> None:
    """Do the same for `lower_bound`: it closes a small day so soon that what it does for larger ones is called here."""
    from routing.engines.bound import lower_bound  # noqa: PLC0415 - for those alone who ask for a bound
    from routing.engines.bound.arrays import no_tolls  # noqa: PLC0415
    from routing.engines.bound.cuts import violated_cuts  # noqa: PLC0415
    from routing.engines.bound.graph import class_graphs  # noqa: PLC0415
    from routing.engines.bound.pricing import Pricer  # noqa: PLC0415

    problem = _tiny_problem()
    lower_bound(problem, ((),) * len(problem.vehicles))
    pricer = Pricer(class_graphs(problem)[0].legs, np.zeros(1, np.uint8))
    pricer.routes_within(no_tolls(len(problem.visits)), 10**9, 100)
    violated_cuts([(0, 1), (1, 2), (0, 2)], [0.5, 0.5, 0.5], 3, 1)


def warm_up_all() -> None:
    """Warm up whatever has compiled code, so that the next process finds it kept."""
    for name in sorted(COMPILED):
        warm_up(make_engine(name))
    warm_up_bound()


def is_compiled() -> bool:
    """Whether the code of engines and bound is kept for this processor, so that warming up takes no time."""
    return all(functions_kept())


def functions_kept() -> list[bool]:
    """Say of each function of engines and bound whether its code is kept."""
    from numba.core.caching import FunctionCache  # noqa: PLC0415 - heavy, and not for engines without such code

    from routing.engines import bound  # noqa: F401, PLC0415 - its kernels count too
    from routing.engines.compiled import is_kept  # noqa: PLC0415 - as above

    for name in COMPILED:
        make_engine(name)  # imports its modules
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("routing.engines.")]
    functions = [one for module in modules for one in vars(module).values()]
    return [is_kept(one) for one in functions if isinstance(getattr(one, "_cache", None), FunctionCache)]


def _tiny_problem() -> Problem:
    """Make visits of each kind on a line."""
    line = np.arange(6, dtype=np.int32) * 10
    seconds = np.abs(line[:, None] - line[None, :]).astype(np.int32)
    mornings = (TimeWindow(start_s=0, end_s=300), TimeWindow(start_s=400, end_s=500))
    return Problem(
        visits=(
            Visit(id="any", location=1, penalty_s=50),
            Visit(id="must", location=2, service_s=10, mandatory=True),
            Visit(id="may", location=3, setup_s=5, windows=mornings, penalty_s=50),
            Visit(id="late", location=4, windows=(_SHIFT,), required_skills=frozenset({"skill"}), penalty_s=50),
        ),
        vehicles=(
            Vehicle(id="skilled", start=0, end=0, shift=_SHIFT, skills=frozenset({"skill"})),
            Vehicle(id="open", start=5, end=None, shift=_SHIFT),
        ),
        matrices=(TravelMatrix(durations_s=seconds, lengths_m=seconds),),
    )


def _ignore(progress: Progress) -> None:
    """Report to nobody."""
