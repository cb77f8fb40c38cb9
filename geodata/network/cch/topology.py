"""What of the hierarchy does not depend on weights: the order, the elimination tree, the arcs of the chordal graph."""

from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from geodata.network.cch import elimination
from geodata.network.cch.bundles import Tree
from geodata.network.roads import Ints, Longs
from geodata.network.states import StateGraph

Array = TypeVar("Array", bound=NDArray[Any])


def read_only(array: Array) -> Array:
    """View an array as all kernels get it, made or mapped: numba compiles for each kind of array by itself."""
    view: Array = np.asarray(array).view()  # type: ignore[assignment]  # a subclass like memmap is not wanted
    view.flags.writeable = False
    return view


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Topology:
    """The hierarchy of a state graph: s vertices (one for each state, numbered by rank), u arcs without direction.

    Vertices are in postorder of the elimination tree, so that every subtree is a range that ends with its root.

    Attributes
    ----------
    vertex : (s,) vertex of each state. state : (s,) state of each vertex.
    parent : (s,) in the elimination tree, -1 at a root. depth : (s,) steps to the root.
    up_start : (s + 1,), up_head : (u,) the higher neighbours of each vertex, sorted.
    slot : (a,) where each arc of the state graph lies, see elimination.arc_slots.
    height : vertices on the longest way from a root to a leaf. tree : the elimination tree, for kernels.
    """

    vertex: Ints
    state: Ints
    parent: Ints
    depth: Ints
    up_start: Longs
    up_head: Ints
    slot: Ints
    height: int = field(init=False)
    tree: Tree = field(init=False)

    def __post_init__(self) -> None:
        for name in TOPOLOGY_ARRAYS:
            object.__setattr__(self, name, read_only(getattr(self, name)))
        object.__setattr__(self, "height", int(self.depth.max(initial=-1)) + 1)
        object.__setattr__(self, "tree", Tree(self.parent, self.depth, self.height))


#: The arrays of a Topology by name, with their dtype.
TOPOLOGY_ARRAYS: Final = {
    "vertex": "int32",
    "state": "int32",
    "parent": "int32",
    "depth": "int32",
    "up_start": "int64",
    "up_head": "int32",
    "slot": "int32",
}


def build_topology(graph: StateGraph, state_rank: Ints) -> Topology:
    """Contract the states without weights.

    Parameters
    ----------
    state_rank : (s,) a permutation, see order.state_order.
    """
    arcs = read_only(graph.arc_start), read_only(graph.arc_to)
    rank = np.ascontiguousarray(state_rank, dtype=np.int32)
    number = elimination.postorder(elimination.elimination_tree(*elimination.neighbours(rank, *arcs, False)))
    vertex: Ints = number[rank]
    parent = elimination.elimination_tree(*elimination.neighbours(vertex, *arcs, False))
    up_start, up_head = elimination.chordal_completion(*elimination.neighbours(vertex, *arcs, True), parent)
    state = np.empty_like(vertex)
    state[vertex] = np.arange(len(vertex), dtype=np.int32)
    return Topology(
        vertex=vertex,
        state=state,
        parent=parent,
        depth=elimination.depths(parent),
        up_start=up_start,
        up_head=up_head,
        slot=elimination.arc_slots(vertex, *arcs, up_start, up_head),
    )
