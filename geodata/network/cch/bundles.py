"""Arrays that kernels take together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.network.roads import Flags, Floats, Ints

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]


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


class Met(NamedTuple):
    """What searches upwards from some vertices meet, m vertices, by the number that each has among them.

    bits (n / 64 and 1,) uint64, one bit for each vertex, set where it is met; before (n / 64 and 1,) int32, how many
    are met before each word of bits: as many, and the ones before its own bit, is the number of a vertex.
    order (m,) int32, the vertices, the lowest first; above (m,) int32, number of the nearest above each in the tree, or
    -1; stays (m,) bool; all_stay (m,) bool, whether all from this one upwards do; below (m,) int32, how many that stay
    are in the tree below each, itself included. arcs_at_most : that lead from those that stay to each other.
    """

    bits: Words
    before: Ints
    order: Ints
    above: Ints
    stays: Flags
    all_stay: Flags
    below: Ints
    arcs_at_most: int


class Restricted(NamedTuple):
    """The part of a hierarchy above some vertices, m vertices, of which c stay: places, the highest first.

    place (m,) int32 by number, defined for those that stay.
    link_first (c + 1,) int32, where the links of each place begin: to its own vertex, and to those above it that are
    left out and can be come to over such alone; link_number (l,) int32, their numbers; link_cost (l,) float64.
    row (c,) int32, depth of each place's vertex; first (c + 1,) int32, where the arcs of each place begin; arc_row
    (a,) int32, depth of their heads; arc_cost (a,) float64.
    """

    place: Ints
    link_first: Ints
    link_number: Ints
    link_cost: Floats
    row: Ints
    first: Ints
    arc_row: Ints
    arc_cost: Floats


class Taps(NamedTuple):
    """Where the table is read for each source, by place.

    start (c + 1,) int32; source (t,) int32; cost (t,) float64; per_source (sources,) int32, how many taps each has;
    open_at_once : sources between their first tap and their last, at most.
    """

    start: Ints
    source: Ints
    cost: Floats
    per_source: Ints
    open_at_once: int


class Entries(NamedTuple):
    """Vertices that some columns are reached from, e entries.

    latest (m,) int32, by the vertex's number: the newest entry there, or -1; before (e,) int32, the one before each
    at the same vertex, or -1; column (e,) int32, the first of a batch is 0; cost (e,) float64.
    """

    latest: Ints
    before: Ints
    column: Ints
    cost: Floats


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
    """What the cells of a matrix depend on besides the searches from their targets."""

    restricted: Restricted
    taps: Taps
    ways_round: Cells
    sources: Doors
    targets: Doors
