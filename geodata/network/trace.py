"""Tracing: the polyline of a route, made of the very states whose costs were added up."""

import numpy as np

from geodata.coords import Polyline, lonlat_array
from geodata.network.polylines import joined
from geodata.network.port import SnappedPoint
from geodata.network.roads import Ints, Roads
from geodata.network.states import StateGraph


def route_line(roads: Roads, graph: StateGraph, states: Ints, source: SnappedPoint, target: SnappedPoint) -> Polyline:
    """Polyline from door to door.

    Parameters
    ----------
    states : (r,) from the one that the source lies in to the one that the target lies in; one when they are the same.
    """
    return Polyline(
        joined(
            graph.edge[states],
            graph.forward[states],
            source.fraction,
            target.fraction,
            lonlat_array((source.point, source.on_road, target.on_road, target.point)),
            np.asarray(roads.shape_start),
            np.asarray(roads.shape_lonlat),
        )
    )
