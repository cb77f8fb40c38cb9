"""The reference: fastest routes on a random map, found step by step along its streets.

It is written from the rules of the road and knows nothing of edges, states or hierarchies. From the built network it
takes only which steps are kept, and on which of them through traffic is kept out.
"""

import heapq
from collections import defaultdict
from itertools import pairwise
from typing import Final

from geodata.network.roads import Roads
from tests.geodata.fuzz.random_maps import ORIGIN, STEP_DEG, Place, RandomMap, Rule, Step, Street

#: Decimetres of a step: rint(1111.95).
STEP_DM: Final = 1112
GATE_MS: Final = 60_000
SIGNAL_MS: Final = 2000
#: 7500 / (1 + exp(6.5 b - 13 / b / 2)) and 7500 / (1 + exp(6.5 / b - 13 b / 2)) with b = 1.075.
RIGHT_MS: Final = 2105
LEFT_MS: Final = 5395
#: Turning round at a junction and at a dead end.
BACK_MS: Final = {"car": 27_500, "motorcycle": 17_500}
DEAD_END_MS: Final = {"car": 10_000, "motorcycle": 3000}

#: Milliseconds and decimetres.
Cost = tuple[int, int]
#: What was driven last, as far back as a rule may ask for it.
History = tuple[Step, ...]


def kept_steps(roads: Roads) -> dict[Step, bool]:
    """Steps of the built network, as its edges are drawn -> whether through traffic is kept out there."""
    kept: dict[Step, bool] = {}
    for edge in range(roads.edge_count):
        if roads.way_osm[edge] != 0:
            shape = roads.shape(edge)
            places = [(round((x - ORIGIN.lon) / STEP_DEG), round((y - ORIGIN.lat) / STEP_DEG)) for x, y in shape]
            for step in pairwise(places):
                kept[step] = bool(roads.ends_only[edge])
    return kept


class Reference:
    """Costs from the middle of a step to the middle of another.

    Parameters
    ----------
    kept : see `kept_steps`.
    """

    def __init__(self, drawn: RandomMap, kept: dict[Step, bool]) -> None:
        self._map = drawn
        self._ends_only: dict[Step, bool] = {}  # by step in a direction that is open
        self._street: dict[Step, tuple[Street, bool]] = {}
        self._leaving: dict[Place, list[Step]] = defaultdict(list)
        self._meeting: dict[Place, int] = defaultdict(int)
        for street in drawn.streets.values():
            for step in street.steps():
                back = (step[1], step[0])
                if step not in kept and back not in kept:
                    continue
                ends_only = kept[step] if step in kept else kept[back]
                for place in step:
                    self._meeting[place] += 1
                for is_forward, driven in ((True, step), (False, back)):
                    if street.oneway != (-1 if is_forward else 1):
                        self._ends_only[driven] = ends_only
                        self._street[driven] = (street, is_forward)
                        self._leaving[driven[0]].append(driven)
        self._forbidden = {sequence for rule in drawn.rules if rule.binds for sequence in self._sequences(rule)}
        self._beginnings = {sequence[:size] for sequence in self._forbidden for size in range(1, len(sequence))}

    def costs(self, source: Step) -> dict[Step, Cost]:
        """Cost from the middle of a step to the start of each step in a direction, those of the other layers too."""
        best: dict[Step, Cost] = {}
        done: set[tuple[str, History]] = set()
        waiting: list[tuple[Cost, str, History]] = []
        for step in (source, (source[1], source[0])):
            if step in self._ends_only:
                layer = "leaving" if self._ends_only[step] else "open"
                # Half a step less, since it is entered in its middle.
                half = -self._pace(step) // 2, -STEP_DM // 2
                self._go_on(half, layer, (step,), waiting)
        while waiting:
            cost, layer, history = heapq.heappop(waiting)
            if (layer, history) in done:
                continue
            done.add((layer, history))
            step = history[-1]
            best[step] = min(best.get(step, cost), cost)
            self._go_on(cost, layer, history, waiting)
        return best

    def answer(self, costs: dict[Step, Cost], source: Step, target: Step) -> Cost | None:
        """Cost from the middle of one step to the middle of another, None when there is no way."""
        if set(source) == set(target):
            return 0, 0
        reached = [
            (costs[step][0] + self._pace(step) // 2, costs[step][1] + STEP_DM // 2)
            for step in (target, (target[1], target[0]))
            if step in costs
        ]
        return min(reached, default=None)

    def _pace(self, step: Step) -> int:
        return self._street[step][0].pace_ms

    def _go_on(self, cost: Cost, layer: str, history: History, waiting: list[tuple[Cost, str, History]]) -> None:
        step = history[-1]
        for after in self._leaving[step[1]]:
            turn_ms = self._turn_ms(step, after)
            next_layer = self._next_layer(layer, after)
            driven = (*history, after)
            if (
                turn_ms is None
                or next_layer is None
                or any(driven[at:] in self._forbidden for at in range(len(driven)))
            ):
                continue
            remembered = next((driven[at:] for at in range(len(driven)) if driven[at:] in self._beginnings), (after,))
            arrived = cost[0] + self._pace(step) + turn_ms, cost[1] + STEP_DM
            heapq.heappush(waiting, (arrived, next_layer, remembered))

    def _next_layer(self, layer: str, after: Step) -> str | None:
        """Streets without through traffic lie at the start of a route and at its end."""
        if self._ends_only[after]:
            return "leaving" if layer == "leaving" else "arriving"
        return None if layer == "arriving" else "open"

    def _turn_ms(self, before: Step, after: Step) -> int | None:
        """Milliseconds between two steps that meet; None where one cannot turn so."""
        place, is_back = before[1], after == (before[1], before[0])
        degree, profile = self._meeting[place], self._map.profile
        signals = self._map.signals.get(place, 0) & (1 if self._street[before][1] else 2)
        waiting = SIGNAL_MS if signals else 0
        if is_back and place in self._map.bollards | self._map.gates:
            return DEAD_END_MS[profile]
        if place in self._map.bollards:
            return None
        if place in self._map.gates:
            waiting += GATE_MS
        if not is_back:
            return waiting + (self._angle_ms(before, after) if degree > 2 else 0)
        if not self._goes_on(before):
            return waiting + DEAD_END_MS[profile]
        return None if degree == 2 else waiting + BACK_MS[profile]

    def _goes_on(self, before: Step) -> bool:
        """Whether another street leaves where a step ends, for those who come along it."""
        others = [after for after in self._leaving[before[1]] if after != (before[1], before[0])]
        return any(self._ends_only[before] or not self._ends_only[after] for after in others)

    @staticmethod
    def _angle_ms(before: Step, after: Step) -> int:
        (ax, ay), (bx, by), (_, (cx, cy)) = *before, after
        turn = (bx - ax) * (cy - by) - (by - ay) * (cx - bx)
        return LEFT_MS if turn > 0 else RIGHT_MS if turn < 0 else 0

    def _sequences(self, rule: Rule) -> list[History]:
        """Steps that may not be driven one right after the other."""
        routes = self._routes(rule)
        routes = [
            route
            for route in routes
            if all(map(self._is_open, route)) and not any(step[1] in self._map.bollards for step in route[:-1])
        ]
        if not rule.kind.startswith("only_"):
            return routes
        return [(*route[:-1], other) for route in routes for other in self._leaving[route[-1][0]] if other != route[-1]]

    def _is_open(self, step: Step) -> bool:
        """Whether a step may be driven as the map is drawn, be it kept or not."""
        return any(
            step in along
            for street in self._map.streets.values()
            for along, oneway in ((street.steps(), -1), ([(b, a) for a, b in street.steps()], 1))
            if street.oneway != oneway
        )

    def _routes(self, rule: Rule) -> list[History]:
        streets = self._map.streets
        start, end = streets[rule.start], streets[rule.end]
        if rule.via_place is not None:
            place = rule.via_place
            return [(coming, going) for coming in _into(start, place) for going in _out_of(end, place)]
        place = next(place for place in start.places if place in streets[rule.via[0]].places)
        route: list[Step] = list(_into(start, place))
        for number in rule.via:
            along = streets[number].steps()
            if streets[number].places[0] != place:
                along = [(b, a) for a, b in reversed(along)]
            route += along
            place = along[-1][1]
        return [(*route, going) for going in _out_of(end, place)]


def _into(street: Street, place: Place) -> list[Step]:
    both = street.steps() + [(b, a) for a, b in street.steps()]
    return [step for step in both if step[1] == place]


def _out_of(street: Street, place: Place) -> list[Step]:
    return [(b, a) for a, b in _into(street, place)]
