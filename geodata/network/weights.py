"""Other weights on the same roads: a season, closed ways or edges, observed speeds. Nodes, edges and turns stay.

Each function returns new roads, made from those of the build; they are combined one after the other:

>>> wet = with_season(roads, CAR.seasons["wet"])  # doctest: +SKIP
>>> today = with_closed_ways(wet, {24811350})  # doctest: +SKIP
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from geodata.errors import GeodataError
from geodata.network.profiles import Table
from geodata.network.roads import CLOSED, Flags, Floats, Ints, Longs, Roads
from geodata.network.surfaces import CLASSES, NONE

#: Faster than this no vehicle of a profile is believed to be, km/h.
FASTEST_KMH: Final = 200
_PERCENT: Final = 100
_LARGEST: Final = int(np.iinfo(np.int32).max)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ObservedSpeeds:
    """Speeds that were driven on o directions of edges.

    Attributes
    ----------
    edge : (o,) drawn edges. forward : (o,) driven as drawn. kmh : (o,).
    """

    edge: Longs
    forward: Flags
    kmh: Floats


def with_season(roads: Roads, factors: Table) -> Roads:
    """Change the speed of each edge by the percentage of its surface class.

    Parameters
    ----------
    factors : class -> percent, as in Profile.seasons; a class that is not in it stays as it is.

    Raises
    ------
    GeodataError
        When there is no such class, or a factor is not above 0.
    """
    percent = np.full(len(CLASSES), _PERCENT, dtype=np.float64)
    for name, row in factors.items():
        if name not in CLASSES or CLASSES.index(name) == NONE:
            msg = f"No surface class {name!r}. Known are: {', '.join(CLASSES[1:])}."
            raise GeodataError(msg)
        if row.value <= 0:
            msg = f"Season: the factor of {name} must be a percentage above 0, got {row.value}."
            raise GeodataError(msg)
        percent[CLASSES.index(name)] = row.value
    slower = _PERCENT / percent[np.asarray(roads.surface)]
    return replace(
        roads,
        forward_ms=_milliseconds(roads.forward_ms * slower, roads.forward_ms),
        backward_ms=_milliseconds(roads.backward_ms * slower, roads.backward_ms),
    )


def with_closed_ways(roads: Roads, ways: Collection[int]) -> Roads:
    """Close ways by their OpenStreetMap ids: nobody drives them, nor starts or ends there.

    A door on one of them is snapped to the next road that is open. What lies behind is unreachable. Ways that the
    network does not have are passed over; `ways_missing` names them. What turns cost stays as it was built; where a
    road went on as a way that is closed now, one may turn round as at any dead end.
    """
    closed = np.isin(roads.way_osm, np.fromiter(ways, dtype=np.int64, count=len(ways))) & (roads.way_osm != 0)
    return _closed(roads, forward=closed, backward=closed)


def with_closed_edges(roads: Roads, edges: Collection[int], *, forward: bool = True, backward: bool = True) -> Roads:
    """Close drawn edges, in both directions or in one: a part of a way, or a street that is one-way for a while.

    Where an edge is closed in every direction that it had, nobody starts or ends on it either, as with
    `with_closed_ways`; else one does, and drives it in the direction that is left.

    Parameters
    ----------
    edges : drawn edges, 0 to m - 1; barriers too. forward, backward : close the direction from tail to head, from
        head to tail.

    Raises
    ------
    GeodataError
        When an edge is not in the network.
    """
    chosen = np.unique(np.fromiter(edges, dtype=np.int64, count=len(edges)))
    _check_edges(roads, chosen, "Closed edges")
    closed = np.zeros(roads.edge_count, dtype=bool)
    closed[chosen] = True
    return _closed(roads, forward=closed & forward, backward=closed & backward)


def _closed(roads: Roads, *, forward: Flags, backward: Flags) -> Roads:
    """Close directions of edges; what is open in none any more is no place to stop."""
    ahead = np.where(forward, CLOSED, roads.forward_ms).astype(np.int32)
    back = np.where(backward, CLOSED, roads.backward_ms).astype(np.int32)
    shut = (forward | backward) & (ahead == CLOSED) & (back == CLOSED)
    return replace(
        roads,
        forward_ms=ahead,
        backward_ms=back,
        snappable=roads.snappable & ~shut,
        was_open=roads.open_directions(),
    )


def ways_missing(roads: Roads, ways: Collection[int]) -> list[int]:
    """Return those of the ways that no edge of the network is of."""
    asked = np.unique(np.fromiter(ways, dtype=np.int64, count=len(ways)))
    missing: list[int] = asked[~np.isin(asked, roads.way_osm) | (asked == 0)].tolist()
    return missing


def with_observed_speeds(roads: Roads, observed: ObservedSpeeds) -> Roads:
    """Give directions of edges the speed that was observed there. A direction that is closed stays closed.

    Raises
    ------
    GeodataError
        When the arrays do not fit together, an edge is not in the network, or a speed is none.
    """
    _check(roads, observed)
    ms = np.column_stack([roads.forward_ms, roads.backward_ms])
    direction = np.where(observed.forward, 0, 1)
    taken_ms = np.asarray(roads.length_mm)[observed.edge] * 3.6 / observed.kmh
    ms[observed.edge, direction] = _milliseconds(taken_ms, ms[observed.edge, direction])
    return replace(roads, forward_ms=np.ascontiguousarray(ms[:, 0]), backward_ms=np.ascontiguousarray(ms[:, 1]))


def _check(roads: Roads, observed: ObservedSpeeds) -> None:
    if not len(observed.edge) == len(observed.forward) == len(observed.kmh):
        counts = f"{len(observed.edge)}, {len(observed.forward)} and {len(observed.kmh)}"
        msg = f"Observed speeds: edge, forward and kmh must be of one length, got {counts}."
        raise GeodataError(msg)
    _check_edges(roads, observed.edge, "Observed speeds")
    if wrong := [float(kmh) for kmh in observed.kmh if not 0 < kmh <= FASTEST_KMH]:
        msg = f"Observed speeds: a speed must be above 0 and at most {FASTEST_KMH} km/h, got {wrong[0]}."
        raise GeodataError(msg)


def _check_edges(roads: Roads, edges: Longs, what: str) -> None:
    if outside := [int(edge) for edge in edges if not 0 <= edge < roads.edge_count]:
        msg = f"{what}: edge {outside[0]} is not in the network, which has {roads.edge_count}."
        raise GeodataError(msg)


def _milliseconds(ms: Floats, before: Ints) -> Ints:
    """Round new durations; what was closed stays closed."""
    return np.where(before == CLOSED, CLOSED, np.clip(np.rint(ms), 1, _LARGEST)).astype(np.int32)
