"""Arrays that kernels take together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.network.roads import Floats, Ints

Bytes = NDArray[np.uint8]


class Tree(NamedTuple):
    """The elimination tree over n vertices in postorder: parent (n,) int32, -1 at a root; depth (n,) int32; height."""

    parent: Ints
    depth: Ints
    height: int


class Arcs(NamedTuple):
    """Arcs of one direction by their lower vertex, sorted by head, the higher one.

    start (n + 1,) int32; head (k,) int32; cost (k,) float64; via (k,) int32, the vertex below both that a shortcut
    leads over, or -1.
    """

    start: Ints
    head: Ints
    cost: Floats
    via: Ints


class Seeds(NamedTuple):
    """Vertices in which routes begin or end, for each of p places.

    start (p + 1,) int32; vertex (k,) int32; cost (k,) float64 that is added to a route.
    """

    start: Ints
    vertex: Ints
    cost: Floats


class States(NamedTuple):
    """A state graph, see geodata.network.states; all int32."""

    edge: Ints
    ms: Ints
    dm: Ints
    arc_start: Ints
    arc_to: Ints
    arc_ms: Ints
    target_start: Ints
    target_state: Ints


class Restricted(NamedTuple):
    """The part of a hierarchy above some vertices, c places, the highest vertex first.

    met (n or some more,) uint8, whether a vertex is there; place (n,) int32, defined for those; row (c,) int32, depth
    of each place's vertex; first (c + 1,) int32, where the arcs of each place begin; arc_row (a,) int32, depth of
    their heads; arc_cost (a,) float64.
    """

    met: Bytes
    place: Ints
    row: Ints
    first: Ints
    arc_row: Ints
    arc_cost: Floats


class Taps(NamedTuple):
    """Where the table is read for each source, by place.

    start (c + 1,) int32; source (t,) int32; cost (t,) float64; per_source (sources,) int32, how many taps each has.
    """

    start: Ints
    source: Ints
    cost: Floats
    per_source: Ints


class Cells(NamedTuple):
    """Costs of single cells of a matrix: start (sources + 1,) int32, column (p,) int32, cost (p,) float64."""

    start: Ints
    column: Ints
    cost: Floats


class Doors(NamedTuple):
    """Doors, p of them: lon, lat in degrees, access_s and access_mm on foot, all (p,) float64."""

    lon: Floats
    lat: Floats
    access_s: Floats
    access_mm: Floats


class Work(NamedTuple):
    """Everything that the cells of a matrix depend on; `arcs` are those that are driven downwards."""

    tree: Tree
    arcs: Arcs
    seeds: Seeds
    restricted: Restricted
    taps: Taps
    ways_round: Cells
    sources: Doors
    targets: Doors
