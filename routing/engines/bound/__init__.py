"""A proven lower bound: how much better than a plan any plan could be."""

from routing.engines.bound.lower_bound import Bound, lower_bound

__all__ = ["Bound", "lower_bound"]
