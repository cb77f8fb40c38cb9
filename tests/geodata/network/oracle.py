"""The oracle: networkx's Dijkstra over directed edges, written from the port's rules and sharing no search code."""

from collections import defaultdict
from typing import Any

import networkx as nx

from geodata.coords import great_circle_m
from geodata.network.export import to_networkx
from geodata.network.port import SnappedPoint
from geodata.network.roads import Roads

#: Costs are compared as (milliseconds, decimetres): one whole number, exact in Python.
DM = 10**12
#: A route leaves, is among open edges, arrives: what may follow what.
LAYERS = [("leaving", "leaving"), ("leaving", "open"), ("open", "open"), ("open", "arriving"), ("arriving", "arriving")]

#: Edge, and whether it is driven against its drawing.
Directed = tuple[int, bool]


class Oracle:
    """Answers single pairs, door to door, in seconds and metres."""

    def __init__(self, roads: Roads) -> None:
        self._data: dict[Directed, dict[str, Any]] = {}
        ends: dict[Directed, int] = {}
        starting: dict[int, list[Directed]] = defaultdict(list)
        for u, v, data in to_networkx(roads).edges(data=True):
            directed = (data["edge"], data["reversed"])
            self._data[directed] = data
            ends[directed] = v
            starting[u].append(directed)
        self._states = nx.DiGraph()
        for before, node in ends.items():
            for after in starting[node]:
                self._join(before, after)

    def _join(self, before: Directed, after: Directed) -> None:
        data = self._data[before]
        cost = data["duration_ms"] * DM + _dm(data)
        for layer, next_layer in LAYERS:
            if layer in self._layers(before) and next_layer in self._layers(after):
                self._states.add_edge((layer, before), (next_layer, after), cost=cost)

    def _layers(self, directed: Directed) -> tuple[str, ...]:
        return ("leaving", "arriving") if self._data[directed]["ends_only"] else ("open",)

    def distances(self, source: SnappedPoint) -> dict[Any, int]:
        """Cost from a point to the start of every state that is turned into on the way."""
        seeds = nx.DiGraph()
        for directed in ((source.edge, False), (source.edge, True)):
            start = (self._layers(directed)[0], directed) if directed in self._data else None
            if start not in self._states:
                continue
            done_ms, done_dm = _done(self._data[directed], source.fraction)
            for _, state, data in self._states.out_edges(start, data=True):
                cost = data["cost"] - done_ms * DM - done_dm
                if not seeds.has_edge("source", state) or cost < seeds["source"][state]["cost"]:
                    seeds.add_edge("source", state, cost=cost)
        graph = nx.compose(self._states, seeds)
        if "source" not in graph:
            return {}
        return dict(nx.single_source_dijkstra_path_length(graph, "source", weight="cost"))

    def answer(self, distances: dict[Any, int], source: SnappedPoint, target: SnappedPoint) -> tuple[int, int] | None:
        """Whole seconds and metres from door to door, None when there is no way."""
        if source.point == target.point:
            return 0, 0
        costs = []
        for directed in ((target.edge, False), (target.edge, True)):
            if directed not in self._data:
                continue
            done_ms, done_dm = _done(self._data[directed], target.fraction)
            states = [(layer, directed) for layer in self._layers(directed)]
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
