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
    lonlat = np.array([[9.5 + 0.001 * (place % 3), 47.1 + 0.001 * (place // 3)] for place in range(nodes)])
    tail, head = np.array([u for u, *_ in edges]), np.array([v for _, v, *_ in edges])
    text_start, text_utf8 = texts([""])
    forbidden_start, forbidden_edges = packed(_that_meet(forbidden, tail, head))
    count = len(edges)
    return Roads(
        profile="car",
        turn_costs=TurnCosts(
            turn_ms=draw(st.sampled_from([0, 7500])),
            bias_permille=1075,
            u_turn_ms=draw(st.sampled_from([0, 20_000])),
            dead_end_ms=draw(st.sampled_from([0, 5000])),
            signal_ms=2000,
        ),
        node_lonlat=lonlat,
        node_osm=np.arange(nodes, dtype=np.int64),
        node_signal=np.zeros(nodes, dtype=np.uint8),
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
    return [
        SnappedPoint(
            point=LonLat(9.5 + 0.01 * door, 47.1),
            on_road=LonLat(9.5 + 0.01 * door, 47.1),
            edge=edge,
            fraction=fraction,
            distance_m=0,
            access_s=door,
            side="on",
        )
        for edge, fraction, door in draw(st.lists(place, min_size=1, max_size=12))
    ]


def _that_meet(sequences: list[tuple[int, ...]], tail: np.ndarray, head: np.ndarray) -> list[tuple[int, ...]]:
    """Only sequences whose edges follow one another can be forbidden."""
    start, end = np.column_stack([tail, head]).ravel(), np.column_stack([head, tail]).ravel()
    return [row for row in sequences if all(end[a] == start[b] for a, b in pairwise(row))]
