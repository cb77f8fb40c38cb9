"""The oracle: networkx's Dijkstra over directed edges, written from the port's rules and sharing no search code."""

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import networkx as nx

from geodata.coords import LonLat, great_circle_m
from geodata.network.export import to_networkx
from geodata.network.port import SnappedPoint
from geodata.network.roads import Roads

#: Costs are compared as (milliseconds, decimetres): one whole number, exact in Python.
DM = 10**12
#: A route leaves, is among open edges, arrives: what may follow what.
LAYERS = [("leaving", "leaving"), ("leaving", "open"), ("open", "open"), ("open", "arriving"), ("arriving", "arriving")]

#: Edge, and whether it is driven against its drawing.
Directed = tuple[int, bool]
#: What was driven last, as far back as a turn restriction may ask for it.
History = tuple[Directed, ...]


class Oracle:
    """Answers single pairs, door to door, in seconds and metres."""

    def __init__(self, roads: Roads) -> None:
        self._roads = roads
        self._data: dict[Directed, dict[str, Any]] = {}
        self._ends: dict[Directed, int] = {}
        self._starting: dict[int, list[Directed]] = defaultdict(list)
        self._meeting: dict[int, list[Directed]] = defaultdict(list)
        for edge in range(roads.edge_count):
            self._meeting[int(roads.tail[edge])].append((edge, False))
            self._meeting[int(roads.head[edge])].append((edge, True))
        for u, v, data in to_networkx(roads).edges(data=True):
            directed = (data["edge"], data["reversed"])
            self._data[directed] = data
            self._ends[directed] = v
            self._starting[u].append(directed)
        self._forbidden = {tuple((d // 2, d % 2 == 1) for d in seq) for seq in roads.forbidden_sequences()}
        self._beginnings = {seq[:length] for seq in self._forbidden for length in range(1, len(seq))}
        self._states = nx.DiGraph()
        self._by_edge: dict[Directed, set[Any]] = defaultdict(set)
        self._explore()

    def _explore(self) -> None:
        waiting: list[tuple[str, History]] = [(layer, (edge,)) for edge in self._data for layer in self._layers(edge)]
        known = set(waiting)
        while waiting:
            layer, history = waiting.pop()
            self._by_edge[history[-1]].add((layer, history))
            self._states.add_node((layer, history))
            data = self._data[history[-1]]
            for after, turn_ms in self._turns(history):
                for before_layer, after_layer in LAYERS:
                    if before_layer != layer or after_layer not in self._layers(after):
                        continue
                    state = (after_layer, self._remembered((*history, after)))
                    self._states.add_edge(
                        (layer, history), state, cost=(data["duration_ms"] + turn_ms) * DM + _dm(data)
                    )
                    if state not in known:
                        known.add(state)
                        waiting.append(state)

    def _turns(self, history: History) -> Iterator[tuple[Directed, int]]:
        for after in self._starting[self._ends[history[-1]]]:
            driven = (*history, after)
            if not any(driven[start:] in self._forbidden for start in range(len(history))):
                turn_ms = self._turn_ms(history[-1], after)
                if turn_ms is not None:
                    yield after, turn_ms

    def _remembered(self, driven: History) -> History:
        ends = (driven[start:] for start in range(len(driven) - 1))
        return next((end for end in ends if end in self._beginnings), driven[-1:])

    def _goes_on(self, before: Directed) -> bool:
        """Whether the road goes on where an edge ends, for those who come along it."""
        others = [after for after in self._starting[self._ends[before]] if after != (before[0], not before[1])]
        return any(
            (self._data[before]["ends_only"] or not self._data[after]["ends_only"])
            and (self._is_barrier(before) or not self._is_barrier(after))
            for after in others
        )

    def _is_barrier(self, directed: Directed) -> bool:
        return int(self._roads.way_osm[directed[0]]) == 0

    def _turn_ms(self, before: Directed, after: Directed) -> int | None:
        costs, node = self._roads.turn_costs, self._ends[before]
        waiting = costs.signal_ms if int(self._roads.node_signal[node]) & (2 if before[1] else 1) else 0
        if after == (before[0], not before[1]):
            if self._is_barrier(before):
                return None
            if not self._goes_on(before):
                return waiting + costs.dead_end_ms
            return None if len(self._meeting[node]) == 2 else waiting + costs.turn_ms + costs.u_turn_ms
        if len(self._meeting[node]) == 2:
            return waiting
        coming = self._bearing((before[0], not before[1])) + 180
        angle = round(self._bearing(after) - coming, 3) % 360
        angle = angle - 360 if angle > 180 else angle
        if abs(angle) < 15:
            return waiting
        bias = costs.bias_permille / 1000 if angle >= 0 else 1000 / costs.bias_permille
        return round(waiting + costs.turn_ms / (1 + math.exp(6.5 * bias - 13 * abs(angle) / 180 / bias)))

    def _bearing(self, leaving: Directed) -> float:
        """Degrees from north in which an edge leads away, seen fifteen metres from its start."""
        edge, is_reversed = leaving
        if int(self._roads.way_osm[edge]) == 0:
            node = int((self._roads.tail if is_reversed else self._roads.head)[edge])
            return next((self._bearing(d) for d in self._meeting[node] if int(self._roads.way_osm[d[0]])), 0.0)
        shape = [LonLat(float(lon), float(lat)) for lon, lat in self._roads.shape(edge)]
        shape = shape[::-1] if is_reversed else shape
        left, seen = 15.0, shape[-1]
        for a, b in pairwise(shape):
            step = great_circle_m(a, b)
            if step >= left:
                share = left / step
                seen = LonLat(a.lon + share * (b.lon - a.lon), a.lat + share * (b.lat - a.lat))
                break
            left -= step
        east = (seen.lon - shape[0].lon) * math.cos(math.radians((seen.lat + shape[0].lat) / 2))
        return math.degrees(math.atan2(east, seen.lat - shape[0].lat))

    def _layers(self, directed: Directed) -> tuple[str, ...]:
        return ("leaving", "arriving") if self._data[directed]["ends_only"] else ("open",)

    def _corners(self, point: SnappedPoint) -> list[SnappedPoint]:
        """Where a point stands: on its edge, or at a junction at the ends of those that are open, or of all."""
        half_a_metre = 500 / max(int(self._roads.length_mm[point.edge]), 1)
        if half_a_metre <= point.fraction <= 1 - half_a_metre:
            return [point]
        node = int((self._roads.head if point.fraction > 0.5 else self._roads.tail)[point.edge])
        if len(self._meeting[node]) < 3:
            return [point]
        ends = [
            point._replace(edge=edge, fraction=float(is_reversed))
            for edge, is_reversed in self._meeting[node]
            if int(self._roads.way_osm[edge]) != 0 and self._data.keys() & {(edge, False), (edge, True)}
        ]
        return [end for end in ends if not self._roads.ends_only[end.edge]] or ends or [point]

    def distances(self, source: SnappedPoint) -> list[tuple[SnappedPoint, dict[Any, int]]]:
        """Cost from each place that a point stands at to the start of every state that is turned into on the way."""
        return [(place, self._distances(place)) for place in self._corners(source)]

    def _distances(self, source: SnappedPoint) -> dict[Any, int]:
        seeds = nx.DiGraph()
        for directed in ((source.edge, False), (source.edge, True)):
            if directed not in self._data:
                continue
            start = (self._layers(directed)[0], (directed,))
            done_ms, done_dm = _done(self._data[directed], source.fraction)
            for _, state, data in self._states.out_edges(start, data=True):
                cost = data["cost"] - done_ms * DM - done_dm
                if not seeds.has_edge("source", state) or cost < seeds["source"][state]["cost"]:
                    seeds.add_edge("source", state, cost=cost)
        graph = nx.compose(self._states, seeds)
        if "source" not in graph:
            return {}
        return dict(nx.single_source_dijkstra_path_length(graph, "source", weight="cost"))

    def answer(
        self, distances: list[tuple[SnappedPoint, dict[Any, int]]], source: SnappedPoint, target: SnappedPoint
    ) -> tuple[int, int] | None:
        """Whole seconds and metres from door to door, None when there is no way."""
        if source.point == target.point:
            return 0, 0
        answers = [self._answer(found, place, end) for place, found in distances for end in self._corners(target)]
        return min((answer for answer in answers if answer is not None), default=None)

    def _answer(self, distances: dict[Any, int], source: SnappedPoint, target: SnappedPoint) -> tuple[int, int] | None:
        costs = []
        for directed in ((target.edge, False), (target.edge, True)):
            if directed not in self._data:
                continue
            done_ms, done_dm = _done(self._data[directed], target.fraction)
            states = self._by_edge[directed]
            costs += [distances[state] + done_ms * DM + done_dm for state in states if state in distances]
            if source.edge == target.edge:
                from_ms, from_dm = _done(self._data[directed], source.fraction)
                if (done_dm, done_ms) >= (from_dm, from_ms):
                    costs.append((done_ms - from_ms) * DM + done_dm - from_dm)
        if not costs:
            return None
        ms, dm = divmod(min(costs), DM)
        walk_mm = sum(round(great_circle_m(end.point, end.on_road) * 1000) for end in (source, target))
        return round(ms / 1000) + source.access_s + target.access_s, round((dm * 100 + walk_mm) / 1000)


def _dm(data: dict[str, Any]) -> int:
    return round(int(data["length_mm"]) / 100)


def _done(data: dict[str, Any], fraction: float) -> tuple[int, int]:
    """Milliseconds and decimetres from the start of a direction to a place on its drawn edge."""
    along_ms, along_dm = round(data["duration_ms"] * fraction), round(_dm(data) * fraction)
    if data["reversed"]:
        return data["duration_ms"] - along_ms, _dm(data) - along_dm
    return along_ms, along_dm
