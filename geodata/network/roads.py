"""Roads: the arrays of one built network, as they lie on disk. Numbers only; no searching here."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.network.snap_arrays import SnapArrays

#: Stands in `forward_ms` and `backward_ms` where an edge may not be driven in that direction.
CLOSED: Final = 0

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCosts:
    """What turning costs a vehicle.

    Attributes
    ----------
    turn_ms : a turn at a junction at most; it grows with the angle (see geodata.network.turns).
    bias_permille : over 1000 a turn to the right is easier than one to the left, under 1000 the other way round.
    u_turn_ms : turning round where the road goes on, on top of turn_ms. dead_end_ms : turning round where it ends.
    signal_ms : traffic signals.
    """

    turn_ms: int
    bias_permille: int
    u_turn_ms: int
    dead_end_ms: int
    signal_ms: int

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value, least = getattr(self, name), int(name == "bias_permille")
            if not (isinstance(value, int) and least <= value <= 10**7):
                msg = f"Turn costs: {name} must be a whole number from {least} to 10000000, got {value!r}."
                raise ValueError(msg)


#: Bits of `Roads.node_signal`: signals for those who come along the way as it is drawn, and for those against it.
SIGNAL_FORWARD: Final = 1
SIGNAL_BACKWARD: Final = 2
#: What an edge is, in `Roads.kind`.
ROAD: Final = 0
ROUNDABOUT: Final = 1
FERRY: Final = 2
#: Bits of `Roads.was_open`.
OPEN_FORWARD: Final = 1
OPEN_BACKWARD: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roads:
    """Junctions and the edges drawn between them, n nodes and m edges.

    An edge is one stretch of a way between two junctions, drawn once, from its tail to its head, with one
    duration for each direction. A barrier that costs time is an edge of length 0 between two nodes of the same
    place, so that everything a route costs is an edge.

    Attributes
    ----------
    profile : the vehicle. turn_costs : what turning costs it.
    node_lonlat : (n, 2) degrees. node_osm : (n,) OpenStreetMap ids; the nodes of a barrier share one.
    node_signal : (n,) traffic signals, as bits SIGNAL_FORWARD and SIGNAL_BACKWARD.
    tail, head : (m,) node indices.
    forward_ms, backward_ms : (m,) milliseconds tail to head and head to tail, >= 1, or CLOSED.
    length_mm : (m,) millimetres on the sphere of geodata.coords.
    ends_only : (m,) through traffic is kept out: a route may use such edges at its start and at its end only.
    snappable : (m,) one can stop there and walk to a door.
    surface : (m,) indices into geodata.network.surfaces.CLASSES. kind : (m,) ROAD, ROUNDABOUT or FERRY.
    way_osm : (m,) OpenStreetMap way ids, 0 for a barrier.
    shape_start : (m + 1,) where the polyline of each edge begins in shape_lonlat, (k, 2) degrees.
    name, highway : (m,) indices into the texts; text_start, text_utf8 : the texts, one after the other.
    forbidden_start : (r + 1,) where each forbidden sequence begins in forbidden, (k,) directed edges (edge * 2, + 1
        against the drawing), two or more that may not be driven one right after the other.
    was_open : (m,) the directions that were open when the network was built, as bits OPEN_FORWARD and OPEN_BACKWARD,
        where ways have been closed since; else None. Turns are those of the network as it was built.
    snap : what snapping needs beside these; None where nothing is known around the roads.
    """

    profile: str
    turn_costs: TurnCosts
    node_lonlat: Floats
    node_osm: Longs
    node_signal: NDArray[np.uint8]
    tail: Ints
    head: Ints
    forward_ms: Ints
    backward_ms: Ints
    length_mm: Ints
    ends_only: Flags
    snappable: Flags
    surface: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    way_osm: Longs
    shape_start: Longs
    shape_lonlat: Floats
    name: Ints
    highway: Ints
    text_start: Longs
    text_utf8: NDArray[np.uint8]
    forbidden_start: Longs
    forbidden: Ints
    was_open: NDArray[np.uint8] | None = None
    snap: SnapArrays | None = None

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return len(self.node_lonlat)

    @property
    def edge_count(self) -> int:
        """Number of drawn edges."""
        return len(self.tail)

    def open_directions(self) -> NDArray[np.uint8]:
        """Directions that were open when the network was built, see `was_open`."""
        if self.was_open is not None:
            return self.was_open
        ahead, back = np.asarray(self.forward_ms) != CLOSED, np.asarray(self.backward_ms) != CLOSED
        bits: NDArray[np.uint8] = (ahead * OPEN_FORWARD + back * OPEN_BACKWARD).astype(np.uint8)
        return bits

    def shape(self, edge: int) -> Floats:
        """Polyline of an edge as drawn, (points, 2) degrees."""
        return self.shape_lonlat[self.shape_start[edge] : self.shape_start[edge + 1]]

    def text(self, index: int) -> str:
        """Return a name or a highway class by its index in `name` or `highway`."""
        return bytes(self.text_utf8[self.text_start[index] : self.text_start[index + 1]]).decode()

    def forbidden_sequences(self) -> list[tuple[int, ...]]:
        """Sequences of directed edges that may not be driven."""
        edges, start = self.forbidden.tolist(), self.forbidden_start.tolist()
        return [tuple(edges[a:b]) for a, b in pairwise(start)]


#: The arrays of Roads by name, with dtype and number of columns (0: one-dimensional).
ARRAYS: Final[dict[str, tuple[str, int]]] = {
    "node_lonlat": ("float64", 2),
    "node_osm": ("int64", 0),
    "node_signal": ("uint8", 0),
    "tail": ("int32", 0),
    "head": ("int32", 0),
    "forward_ms": ("int32", 0),
    "backward_ms": ("int32", 0),
    "length_mm": ("int32", 0),
    "ends_only": ("bool", 0),
    "snappable": ("bool", 0),
    "surface": ("uint8", 0),
    "kind": ("uint8", 0),
    "way_osm": ("int64", 0),
    "shape_start": ("int64", 0),
    "shape_lonlat": ("float64", 2),
    "name": ("int32", 0),
    "highway": ("int32", 0),
    "text_start": ("int64", 0),
    "text_utf8": ("uint8", 0),
    "forbidden_start": ("int64", 0),
    "forbidden": ("int32", 0),
}
#: Those with one item per edge.
EDGE_ARRAYS: Final = (
    "tail",
    "head",
    "forward_ms",
    "backward_ms",
    "length_mm",
    "ends_only",
    "snappable",
    "surface",
    "kind",
    "way_osm",
    "name",
    "highway",
)


def texts(values: list[str]) -> tuple[Longs, NDArray[np.uint8]]:
    """Pack texts into `text_start` and `text_utf8`."""
    encoded = [value.encode() for value in values]
    start = np.concatenate([[0], np.cumsum([len(part) for part in encoded])]).astype(np.int64)
    return start, np.frombuffer(b"".join(encoded), dtype=np.uint8)


def packed(sequences: Iterable[tuple[int, ...]]) -> tuple[Longs, Ints]:
    """Pack sequences of directed edges into `forbidden_start` and `forbidden`, sorted and each once."""
    rows = sorted(set(sequences))
    start = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return start, np.array([edge for row in rows for edge in row], dtype=np.int32)


def slices(starts: Longs, ends: Longs) -> Longs:
    """Index several half-open ranges, one after the other.

    Examples
    --------
    >>> slices(np.array([0, 7]), np.array([3, 9])).tolist()
    [0, 1, 2, 7, 8]
    """
    counts = ends - starts
    offsets = np.repeat(starts - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    indices: Longs = np.arange(int(counts.sum()), dtype=np.int64) + offsets
    return indices


def renumbered(flags: Flags) -> Ints:
    """Give the new index of each kept item, meaningless where the flag is False."""
    return (np.cumsum(flags) - 1).astype(np.int32)
