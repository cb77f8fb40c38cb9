"""The warm-up compiles everything that a service uses."""

import subprocess
import sys

from geodata.network.warm_up import cache_problem, is_compiled, warm_up


def test_after_the_warm_up_nothing_is_compiled_for_building_measuring_drawing_or_reaching() -> None:
    # In a process of its own: here other tests have compiled most kernels already.
    ran = subprocess.run(
        [sys.executable, "-m", "tests.geodata.network.compiled_ahead"], capture_output=True, text=True, check=False
    )

    assert (ran.stdout, ran.returncode) == ("", 0), ran.stderr


def test_after_the_warm_up_every_kernel_is_in_the_cache() -> None:
    warm_up()

    assert is_compiled()
    assert cache_problem() is None


def test_loading_what_is_compiled_does_not_look_for_blas() -> None:
    # Numba looks for it in scipy.linalg, which takes as long to import as everything else.
    asked = "from geodata.network.warm_up import warm_up; warm_up(); import sys; print('scipy.linalg' in sys.modules)"

    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)

    assert (ran.stdout, ran.returncode) == ("False\n", 0), ran.stderr
