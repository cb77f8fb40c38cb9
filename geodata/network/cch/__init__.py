"""Customizable contraction hierarchy over the state graph: order, topology, metric, matrices and paths."""
