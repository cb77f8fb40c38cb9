"""The oracle: networkx's Dijkstra on the exported graph, written from the port's rules and sharing no search code."""

import math
from typing import Any

import networkx as nx

from geodata.coords import great_circle_m
from geodata.network.export import to_networkx
from geodata.network.port import SnappedPoint
from geodata.network.roads import Roads

#: Costs are compared as (milliseconds, millimetres): one whole number, exact in Python.
MM = 10**12


class Oracle:
    """Answers single pairs, door to door, in seconds and metres."""

    def __init__(self, roads: Roads) -> None:
        self._directions: dict[tuple[int, bool], tuple[int, int, dict[str, Any]]] = {}
        self._layers = nx.DiGraph()
        for u, v, data in to_networkx(roads).edges(data=True):
            self._directions[data["edge"], data["reversed"]] = (u, v, data)
            cost = data["duration_ms"] * MM + data["length_mm"]
            for layer in ("leaving", "arriving") if data["ends_only"] else ("open",):
                self._add((layer, u), (layer, v), cost)
        for u in range(roads.node_count):
            self._add(("leaving", u), ("open", u), 0)
            self._add(("open", u), ("arriving", u), 0)

    def _add(self, start: tuple[str, int], end: tuple[str, int], cost: int) -> None:
        known = self._layers.get_edge_data(start, end)
        if known is None or cost < known["cost"]:
            self._layers.add_edge(start, end, cost=cost)

    def distances(self, source: SnappedPoint) -> dict[Any, int]:
        """Cost from a point to every place of every layer."""
        graph = self._layers.copy(as_view=False)
        for is_reversed in (False, True):
            if (source.edge, is_reversed) in self._directions:
                _, end, data = self._directions[source.edge, is_reversed]
                done_ms, done_mm = _done(data, source.fraction)
                cost = (data["duration_ms"] - done_ms) * MM + data["length_mm"] - done_mm
                start = ("leaving" if data["ends_only"] else "open", end)
                if cost < graph.get_edge_data("source", start, {"cost": math.inf})["cost"]:
                    graph.add_edge("source", start, cost=cost)
        return dict(nx.single_source_dijkstra_path_length(graph, "source", weight="cost"))

    def answer(self, distances: dict[Any, int], source: SnappedPoint, target: SnappedPoint) -> tuple[int, int] | None:
        """Whole seconds and metres from door to door, None when there is no way."""
        if source.point == target.point:
            return 0, 0
        costs = []
        for is_reversed in (False, True):
            if (target.edge, is_reversed) not in self._directions:
                continue
            start, _, data = self._directions[target.edge, is_reversed]
            done_ms, done_mm = _done(data, target.fraction)
            # "arriving" is entered from "open" for nothing; an edge open to all is entered from "open" alone.
            layers = ("leaving", "open", "arriving") if data["ends_only"] else ("open",)
            costs += [
                distances[layer, start] + done_ms * MM + done_mm for layer in layers if (layer, start) in distances
            ]
            if source.edge == target.edge:
                from_ms, from_mm = _done(data, source.fraction)
                if (done_mm, done_ms) >= (from_mm, from_ms):
                    costs.append((done_ms - from_ms) * MM + done_mm - from_mm)
        if not costs:
            return None
        ms, mm = divmod(min(costs), MM)
        walk_mm = sum(round(great_circle_m(end.point, end.on_road) * 1000) for end in (source, target))
        return round(ms / 1000) + source.access_s + target.access_s, round((mm + walk_mm) / 1000)


def _done(data: dict[str, Any], fraction: float) -> tuple[int, int]:
    """Milliseconds and millimetres from the start of a direction to a place on its drawn edge."""
    if data["reversed"]:
        back_ms, along_mm = round(data["duration_ms"] * fraction), round(data["length_mm"] * fraction)
        return data["duration_ms"] - back_ms, data["length_mm"] - along_mm
    return round(data["duration_ms"] * fraction), round(data["length_mm"] * fraction)
