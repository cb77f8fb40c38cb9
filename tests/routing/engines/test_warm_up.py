"""What an engine compiles is there before its budget begins to count."""

import subprocess
import sys
from collections.abc import Sequence

from numba.core.dispatcher import Dispatcher

from routing.engine import Budget
from routing.engines.bound import lower_bound
from routing.engines.registry import make_engine
from routing.engines.warm_up import warm_up, warm_up_bound
from routing.solve import solve
from tests.routing.small_world import road_problem, vehicle, visit
from tests.routing.villages import villages


def compiled(package: str) -> dict[str, Sequence[object]]:
    """Tell what each kernel of a package has been compiled for."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith(f"{package}.")]
    kernels = [one for module in modules for one in vars(module).values() if isinstance(one, Dispatcher)]
    return {one.py_func.__qualname__: tuple(one.signatures) for one in kernels}


def test_nothing_is_compiled_after_a_warm_up() -> None:
    engine = make_engine("hybrid")

    warm_up(engine)
    before = compiled("routing.engines.hybrid")
    solve(villages(visits=30, vehicles=3), engine, budget=Budget(iterations=1_500))
    solve(road_problem([0, 100], [visit(1)], [vehicle()]), engine, budget=Budget(iterations=10))

    assert before
    assert compiled("routing.engines.hybrid") == before


def test_a_warm_up_in_a_new_process_leaves_no_code_to_be_compiled_when_a_plan_is_searched() -> None:
    not_called = """
import sys
from routing.engines.registry import make_engine
from routing.engines.warm_up import warm_up, warm_up_bound
warm_up(make_engine("hybrid"))
warm_up_bound()
modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("routing.engines.")]
functions = {one for module in modules for one in vars(module).values() if hasattr(one, "py_func")}
kept = [one for one in functions if "_KernelCache" in repr(one._cache)]
print(len(kept) > 0, sorted(one.py_func.__name__ for one in kept if not one.signatures))
"""

    said = subprocess.run([sys.executable, "-c", not_called], capture_output=True, text=True, check=True).stdout

    assert said == "True []\n"


def test_nothing_is_compiled_after_a_warm_up_of_the_bound() -> None:
    warm_up_bound()
    before = compiled("routing.engines.bound")
    lower_bound(villages(visits=20, vehicles=3), ((), (), ()), seconds=2)

    assert before
    assert compiled("routing.engines.bound") == before


def test_the_code_is_not_ready_while_that_of_the_bound_is_missing() -> None:
    lacks_the_bound = """
from routing.engines import compiled, warm_up
compiled.is_kept = lambda kernel: not kernel.py_func.__module__.startswith("routing.engines.bound.")
print(warm_up.is_compiled())
"""

    said = subprocess.run([sys.executable, "-c", lacks_the_bound], capture_output=True, text=True, check=True).stdout

    assert said == "False\n"
