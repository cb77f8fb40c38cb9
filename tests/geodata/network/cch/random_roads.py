"""Roads drawn at random, with everything that makes a search err, and places on them."""

from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from geodata.coords import LonLat
from geodata.network.port import SnappedPoint
from geodata.network.roads import CLOSED, Roads, TurnCosts, packed, texts

#: Few values, so that there are many ties; and long ones, so that a sum has many digits, below 74 hours in all.
DURATIONS_MS = st.sampled_from([CLOSED, 1, 1, 2, 2, 3, 1000, 1001, 3_600_000])
LENGTHS_MM = st.sampled_from([0, 0, 1, 49, 50, 51, 150, 1000, 50_000_000])


@st.composite
def roads(draw: st.DrawFn) -> Roads:
    """Draw up to seven nodes and a dozen edges between any of them, loops and parallel ones too."""
    nodes = draw(st.integers(1, 7))
    node = st.integers(0, nodes - 1)
    edge = st.tuples(node, node, DURATIONS_MS, DURATIONS_MS, LENGTHS_MM, st.booleans())
    edges = draw(st.lists(edge, min_size=1, max_size=12))
    # A network has no edge that is closed in both directions.
    edges = [(u, v, ahead or int(back == CLOSED), back, mm, ends) for u, v, ahead, back, mm, ends in edges]
    turn = st.lists(st.integers(0, 2 * len(edges) - 1), min_size=2, max_size=4)
    forbidden = draw(st.lists(turn.map(tuple), max_size=3))
    costs = _turn_costs(*(draw(st.sampled_from([False, True])) for _ in range(3)))
    lonlat = np.array([[9.5 + 0.001 * (place % 3), 47.1 + 0.001 * (place // 3)] for place in range(nodes)])
    return _roads(lonlat, edges, forbidden, costs)


def town(seed: int) -> tuple[Roads, list[SnappedPoint]]:
    """Draw up to 150 nodes with roads between near ones, forbidden turns among them, and up to 120 places on the roads.

    Large enough for a hierarchy of many levels; drawn by a seed, because Hypothesis is slow with so many values.
    """
    chance = np.random.default_rng(seed)
    nodes = int(chance.integers(15, 150))
    lonlat = np.array([9.5, 47.1]) + chance.uniform(0, 0.03, (nodes, 2))
    nearest = np.argsort(((lonlat[:, None] - lonlat[None]) ** 2).sum(axis=2), axis=1)
    edges = []
    for u in range(nodes):
        far = chance.integers(0, nodes, int(chance.random() < 0.1))
        for v in [*nearest[u, 1 : 1 + chance.integers(1, 4)].tolist(), *far.tolist()]:
            ahead, back = (int(chance.choice([CLOSED, 1000, 1001, int(chance.integers(1, 90_000))])) for _ in range(2))
            length_mm, ends_only = int(chance.integers(0, 2_000_000)), bool(chance.random() < 0.1)
            edges.append((u, v, ahead or int(back == CLOSED), back, length_mm, ends_only))
    arriving: dict[int, list[int]] = {}
    for edge, (u, v, *_) in enumerate(edges):
        arriving.setdefault(v, []).append(2 * edge)
        arriving.setdefault(u, []).append(2 * edge + 1)
    forbidden = []
    for _ in range(nodes // 3):
        turn = [int(chance.integers(0, 2 * len(edges)))]
        for _ in range(int(chance.integers(1, 3))):
            u, v, *_ = edges[turn[-1] // 2]
            turn.append(int(chance.choice(arriving[u if turn[-1] % 2 else v])) ^ 1)
        forbidden.append(tuple(turn))
    costs = _turn_costs(*(bool(chance.choice([False, True])) for _ in range(3)))
    places = [
        _place(int(chance.integers(0, len(edges))), float(chance.choice([0.0, 1.0, 0.5, chance.random()])), door)
        for door in range(int(chance.integers(1, 120)))
    ]
    return _roads(lonlat, edges, forbidden, costs), places


def _turn_costs(turns: bool, u_turns: bool, dead_ends: bool) -> TurnCosts:
    """Costs of traffic lights, and of each of these or not."""
    return TurnCosts(
        turn_ms=7500 * turns,
        bias_permille=1075,
        u_turn_ms=20_000 * u_turns,
        dead_end_ms=5000 * dead_ends,
        signal_ms=2000,
    )


def _roads(
    lonlat: np.ndarray,
    edges: list[tuple[int, int, int, int, int, bool]],
    forbidden: list[tuple[int, ...]],
    costs: TurnCosts,
) -> Roads:
    """Put roads together. edges: from, to, milliseconds ahead and back, millimetres, for ends only."""
    tail, head = np.array([u for u, *_ in edges]), np.array([v for _, v, *_ in edges])
    text_start, text_utf8 = texts([""])
    forbidden_start, forbidden_edges = packed(_that_meet(forbidden, tail, head))
    count = len(edges)
    return Roads(
        profile="car",
        turn_costs=costs,
        node_lonlat=lonlat,
        node_osm=np.arange(len(lonlat), dtype=np.int64),
        node_signal=np.zeros(len(lonlat), dtype=np.uint8),
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        forward_ms=np.array([ms for _, _, ms, *_ in edges], dtype=np.int32),
        backward_ms=np.array([ms for _, _, _, ms, *_ in edges], dtype=np.int32),
        length_mm=np.array([mm for *_, mm, _ in edges], dtype=np.int32),
        ends_only=np.array([ends for *_, ends in edges], dtype=bool),
        snappable=np.ones(count, dtype=bool),
        surface=np.zeros(count, dtype=np.uint8),
        kind=np.zeros(count, dtype=np.uint8),
        way_osm=np.arange(1, count + 1, dtype=np.int64),
        shape_start=np.arange(0, 2 * count + 1, 2, dtype=np.int64),
        shape_lonlat=np.stack([lonlat[tail], lonlat[head]], axis=1).reshape(-1, 2),
        name=np.zeros(count, dtype=np.int32),
        highway=np.zeros(count, dtype=np.int32),
        text_start=text_start,
        text_utf8=text_utf8,
        forbidden_start=forbidden_start,
        forbidden=forbidden_edges,
    )


@st.composite
def places_on(draw: st.DrawFn, drawn: Roads) -> list[SnappedPoint]:
    """Draw places on the edges, some of them on one edge and some of them at one door."""
    place = st.tuples(
        st.integers(0, drawn.edge_count - 1), st.sampled_from([0.0, 0.25, 0.5, 0.5000001, 0.75, 1.0]), st.integers(0, 9)
    )
    return [_place(edge, fraction, door) for edge, fraction, door in draw(st.lists(place, min_size=1, max_size=12))]


def _place(edge: int, fraction: float, door: int) -> SnappedPoint:
    at = LonLat(9.5 + 0.01 * door, 47.1)
    return SnappedPoint(point=at, on_road=at, edge=edge, fraction=fraction, distance_m=0, access_s=door, side="on")


def _that_meet(sequences: list[tuple[int, ...]], tail: np.ndarray, head: np.ndarray) -> list[tuple[int, ...]]:
    """Only sequences whose edges follow one another can be forbidden."""
    start, end = np.column_stack([tail, head]).ravel(), np.column_stack([head, tail]).ravel()
    return [row for row in sequences if all(end[a] == start[b] for a, b in pairwise(row))]
