"""The order of contraction: nested dissection of the drawn roads, from which the states take their ranks."""

from typing import Final

import numpy as np

from geodata.network.cch.dissection import edge_ranks
from geodata.network.roads import Floats, Ints

#: Share of a cell's nodes at either end between which the cut is looked for.
BALANCE: Final = 0.25


def edge_order(node_lonlat: Floats, tail: Ints, head: Ints) -> Ints:
    """Rank of each drawn edge, (m,): the edges that separate the area come last.

    Parameters
    ----------
    node_lonlat : (n, 2) degrees. tail, head : (m,) node indices.
    """
    lonlat = np.asarray(node_lonlat)
    if len(tail) == 0:
        return np.zeros(0, dtype=np.int32)
    east = lonlat[:, 0] * np.cos(np.radians(lonlat[:, 1].mean()))
    ranks: Ints = edge_ranks(
        len(lonlat),
        np.array(tail, dtype=np.int32),
        np.array(head, dtype=np.int32),
        np.array(east),
        np.array(lonlat[:, 1]),
        BALANCE,
    )
    return ranks


def state_order(edge_rank: Ints, edge_of_state: Ints) -> Ints:
    """Rank of each state, (s,): the states of one edge are neighbours."""
    order = np.argsort(np.asarray(edge_rank)[edge_of_state], kind="stable")
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank
