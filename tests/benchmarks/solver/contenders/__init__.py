"""One program for each contender: an instance, a seed and CPU seconds in, the plans found by then out.

Each runs as `python -m tests.benchmarks.solver.contenders.NAME` from the project's root, the peers in an environment of
their own: nothing here may import more than NumPy, `instance` and the contender itself.
"""
