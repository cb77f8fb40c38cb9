"""Kernels in plain Python: another process, in which numba compiles nothing."""

import os
import subprocess
import sys


def complaint(program: str) -> str:
    """Run a module as a program; return what it complained of, nothing when it ended well."""
    command = [sys.executable, "-m", program]
    ran = subprocess.run(
        command, env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=False
    )
    return "" if ran.returncode == 0 else ran.stderr or f"exit code {ran.returncode}"
