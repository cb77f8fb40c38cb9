"""The route sheet of a route: its steps with names, lengths and turns."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final, overload

import numpy as np

from geodata.network.manoeuvres import Driven, divided
from geodata.network.port import Step, Turn
from geodata.network.roads import Ints, Roads
from geodata.network.states import StateGraph

#: Words of the turns, by their number in geodata.network.manoeuvres.
TURNS: Final = (
    Turn.START,
    Turn.STRAIGHT,
    Turn.SLIGHT_LEFT,
    Turn.LEFT,
    Turn.SHARP_LEFT,
    Turn.SLIGHT_RIGHT,
    Turn.RIGHT,
    Turn.SHARP_RIGHT,
    Turn.U_TURN,
    Turn.ROUNDABOUT,
    Turn.FERRY,
)
_MS_PER_S: Final = 1000
_DM_PER_M: Final = 10


class RouteSheet(Sequence[Step]):
    """The steps of a route, which are made when they are first asked for; most routes are only drawn.

    Parameters
    ----------
    make : gives the steps.
    """

    def __init__(self, make: Callable[[], tuple[Step, ...]]) -> None:
        self._make = make

    @cached_property
    def _steps(self) -> tuple[Step, ...]:
        return self._make()

    def __len__(self) -> int:
        return len(self._steps)

    @overload
    def __getitem__(self, index: int) -> Step: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Step, ...]: ...

    def __getitem__(self, index: int | slice) -> "Step | tuple[Step, ...]":
        return self._steps[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._steps == tuple(other)

    def __hash__(self) -> int:
        return hash(self._steps)

    def __repr__(self) -> str:
        return f"RouteSheet of {len(self)} steps"


def route_steps(
    roads: Roads, graph: StateGraph, states: Ints, *, begins: tuple[int, int], ends: tuple[int, int]
) -> RouteSheet:
    """Divide a route into steps, from "start" to "arrive".

    Parameters
    ----------
    states : (r,) from the one that the source lies in to the one that the target lies in.
    begins : milliseconds and decimetres from the start of the first one to the source.
    ends : the same from the start of the last one to the target.
    """
    return RouteSheet(lambda: _sheet(roads, graph, states, begins, ends))


def _sheet(
    roads: Roads, graph: StateGraph, states: Ints, begins: tuple[int, int], ends: tuple[int, int]
) -> tuple[Step, ...]:
    steps = divided(states, *begins, *ends, _driven(roads, graph))
    # Rounded where steps begin, so that what they take adds up.
    seconds = np.diff(np.rint(steps.ms / _MS_PER_S).astype(np.int64)).tolist()
    metres = np.diff(np.rint(steps.dm / _DM_PER_M).astype(np.int64)).tolist()
    names = [roads.text(name) for name in steps.name.tolist()]
    sheet = [Step(TURNS[turn], *rest) for turn, *rest in zip(steps.turn.tolist(), names, metres, seconds, strict=True)]
    return (*sheet, Step(Turn.ARRIVE, names[-1], 0, 0))


def _driven(roads: Roads, graph: StateGraph) -> Driven:
    return Driven(
        edge=graph.edge,
        forward=graph.forward,
        ms=graph.ms,
        dm=graph.dm,
        arc_start=graph.arc_start,
        arc_to=graph.arc_to,
        arc_ms=graph.arc_ms,
        name=np.asarray(roads.name),
        kind=np.asarray(roads.kind),
        way_osm=np.asarray(roads.way_osm),
        shape_start=np.asarray(roads.shape_start),
        lonlat=np.asarray(roads.shape_lonlat),
    )
