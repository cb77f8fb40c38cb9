"""Turns: what they cost, where one turns round, and sequences of edges that are forbidden."""

import dataclasses
import heapq
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import UNREACHABLE
from geodata.network.profiles import CAR, FOOT
from geodata.network.roads import Roads, TurnCosts, packed
from geodata.network.states import state_graph
from geodata.network.turns import allowed_turns, bearings, turn_angles, turn_ms
from tests.geodata.network.maps import ROAD, Map, driving_s
from tests.geodata.network.test_turn_restrictions import FREE_TURNS, half_ms, middle

CROSSING = Map(grid="   N\nW  C  E\n   S", ways=[("WC", ROAD), ("CE", ROAD), ("NC", ROAD), ("CS", ROAD)])
GRID = Map(
    grid="A  B  C\n\n\nD  E  F\n\n\nG  H  I",
    ways=[("ABC", ROAD), ("DEF", ROAD), ("GHI", ROAD), ("ADG", ROAD), ("BEH", ROAD), ("CFI", ROAD)],
)


def _turns(roads: Roads) -> dict[str, tuple[float, int]]:
    """Angle and milliseconds of each turn, by the nodes that it leads from, over and to."""
    turns = allowed_turns(roads)
    angles, ms = turn_angles(bearings(roads), turns.before, turns.after), turn_ms(roads, turns)
    names = [
        chr(int(roads.node_osm[ends[piece // 2]]))
        for pieces, (forward, backward) in ((turns.before, ("tail", "head")), (turns.after, ("head", "tail")))
        for piece in pieces
        for ends in (getattr(roads, backward if piece & 1 else forward),)
    ]
    count = len(turns.before)
    return {names[i] + names[count + i]: (round(float(angles[i]), 1), int(ms[i])) for i in range(count)}


def test_a_turn_costs_what_its_angle_says(tmp_path: Path) -> None:
    turns = _turns(CROSSING.network(tmp_path).roads)

    assert turns["WE"] == (0.0, 0)
    assert turns["WS"] == (90.0, 2105)
    assert turns["WN"] == (-90.0, 5395)
    assert (turns["NW"], turns["NE"]) == (turns["WS"], turns["WN"])


def test_one_turns_round_at_the_end_and_at_a_crossing(tmp_path: Path) -> None:
    turns = _turns(CROSSING.network(tmp_path).roads)

    assert turns["CC"][1] == CAR.turn_costs.dead_end_ms
    assert turns["WW"][1] == CAR.turn_costs.turn_ms + CAR.turn_costs.u_turn_ms


def test_the_side_that_one_drives_on_is_the_bias(tmp_path: Path) -> None:
    roads = CROSSING.network(tmp_path).roads
    left_hand = dataclasses.replace(CAR.turn_costs, bias_permille=round(1_000_000 / 1075))

    turns, mirrored = _turns(roads), _turns(dataclasses.replace(roads, turn_costs=left_hand))

    assert mirrored["WN"][1] == pytest.approx(turns["WS"][1], abs=5)
    assert mirrored["WS"][1] == pytest.approx(turns["WN"][1], abs=5)


def test_turns_of_a_walker_cost_nothing(tmp_path: Path) -> None:
    turns = _turns(CROSSING.network(tmp_path, "foot").roads)

    assert turns["WS"][1] == turns["WN"][1] == 0
    assert turns["CC"][1] == FOOT.turn_costs.dead_end_ms


def test_a_bend_where_two_ways_meet_costs_nothing(tmp_path: Path) -> None:
    town = Map(grid="A  B\n\n\n   C", ways=[("AB", ROAD), ("BC", ROAD)])

    turns = _turns(town.network(tmp_path).roads)

    assert turns == {"AC": (90.0, 0), "CA": (-90.0, 0), "BB": (180.0, CAR.turn_costs.dead_end_ms)}


def test_signals_are_waited_for_in_the_direction_that_they_stand_for(tmp_path: Path) -> None:
    signals = {"highway": "traffic_signals"}
    plain = Map(grid="A  b  C", ways=[("AbC", ROAD)])
    both = Map(grid="A  b  C", ways=[("AbC", ROAD)], nodes={"b": signals})
    one = Map(grid="A  b  C", ways=[("AbC", ROAD)], nodes={"b": signals | {"traffic_signals:direction": "forward"}})
    seconds = []
    for number, town in enumerate((plain, both, one)):
        (tmp_path / str(number)).mkdir()
        network = town.network(tmp_path / str(number))
        ends = town.place("A"), town.place("C")
        seconds.append((driving_s(network, *ends), driving_s(network, *ends[::-1])))

    assert seconds == [(36, 36), (38, 38), (38, 36)]


def test_signals_at_a_crossing_are_waited_for_once(tmp_path: Path) -> None:
    lit = dataclasses.replace(CROSSING, nodes={"C": {"highway": "traffic_signals"}})
    (tmp_path / "lit").mkdir()

    dark, bright = _turns(CROSSING.network(tmp_path).roads), _turns(lit.network(tmp_path / "lit").roads)

    assert bright["WE"][1] - dark["WE"][1] == bright["WN"][1] - dark["WN"][1] == CAR.turn_costs.signal_ms


def test_the_angle_is_seen_past_the_drawing_of_the_junction(tmp_path: Path) -> None:
    # The last node before the junction lies three metres aside of where the road leads.
    town = Map(grid="N\nC  E\nS", ways=[("NC", ROAD), ("CS", ROAD), ("CE", ROAD)])
    roads = town.network(tmp_path).roads
    edge = int(np.flatnonzero(roads.way_osm == 3)[0])
    shape = roads.shape(edge)
    kinked = np.vstack([shape[:1], shape[:1] + np.array([3e-6, 3e-5]), shape[1:]])
    start = roads.shape_start.copy()
    start[edge + 1 :] += 1
    others = [roads.shape(other) for other in range(roads.edge_count)]
    others[edge] = kinked

    away = bearings(dataclasses.replace(roads, shape_start=start, shape_lonlat=np.concatenate(others)))

    assert abs(float(away[edge, 0]) - 90) < 25


@pytest.mark.parametrize(("name", "value"), [("turn_ms", -1), ("bias_permille", 0), ("signal_ms", 1.5)])
def test_turn_costs_that_cannot_be_are_refused(name: str, value: float) -> None:
    costs = dataclasses.asdict(CAR.turn_costs) | {name: value}

    with pytest.raises(ValueError, match=f"Turn costs: {name} must be a whole number"):
        TurnCosts(**costs)


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Roads:
    return dataclasses.replace(GRID.network(tmp_path_factory.mktemp("grid")).roads, turn_costs=FREE_TURNS)


@st.composite
def walks(draw: st.DrawFn) -> list[list[int]]:
    """Return starts and choices at each crossing, from which sequences of edges are made."""
    return draw(st.lists(st.lists(st.integers(0, 30), min_size=2, max_size=5), min_size=1, max_size=12))


@settings(max_examples=40)
@given(walked=walks())
def test_forbidden_sequences_are_never_driven_whatever_they_share(grid: Roads, walked: list[list[int]]) -> None:
    exits = _exits(grid)
    sequences = [_walk(choices, exits) for choices in walked]
    start, forbidden = packed(sequences)
    roads = dataclasses.replace(grid, forbidden_start=start, forbidden=forbidden)
    points = [middle(roads, edge) for edge in range(roads.edge_count)]

    durations = DijkstraRoadNetwork(roads).matrix(points[:4], points).durations_s

    for source in range(4):
        best = _fastest_ms(roads, exits, set(sequences), source)
        expected = [round(best[edge] / 1000) if edge in best else UNREACHABLE for edge in range(roads.edge_count)]
        assert durations[source].tolist() == expected


def test_copies_of_states_stand_behind_the_others_and_are_targets(grid: Roads) -> None:
    exits = _exits(grid)
    sequence = _walk([0, 1, 1, 1], exits)
    start, forbidden = packed([sequence])

    graph, plain = state_graph(dataclasses.replace(grid, forbidden_start=start, forbidden=forbidden)), state_graph(grid)

    assert graph.state_count == plain.state_count + 2
    assert np.array_equal(graph.source_state, plain.source_state)
    for position, piece in enumerate(sequence[1:3]):
        targets = graph.target_state[graph.target_start[piece] : graph.target_start[piece + 1]]
        assert targets.tolist() == [int(plain.source_state.ravel()[piece]), plain.state_count + position]


def _exits(roads: Roads) -> dict[int, list[int]]:
    turns = allowed_turns(roads)
    exits: dict[int, list[int]] = {}
    for before, after in zip(turns.before.tolist(), turns.after.tolist(), strict=True):
        exits.setdefault(before, []).append(after)
    return exits


def _walk(choices: list[int], exits: dict[int, list[int]]) -> tuple[int, ...]:
    pieces = [choices[0] % len(exits)]
    for choice in choices[1:]:
        onward = exits[pieces[-1]]
        pieces.append(onward[choice % len(onward)])
    return tuple(pieces)


def _fastest_ms(
    roads: Roads, exits: dict[int, list[int]], forbidden: set[tuple[int, ...]], source: int
) -> dict[int, int]:
    """Search all histories of four edges, which is as far back as a sequence of five asks for."""
    ms = np.column_stack([roads.forward_ms, roads.backward_ms]).ravel().tolist()
    best = {source: 0}
    heap: list[tuple[int, tuple[int, ...]]] = []
    for piece in (2 * source, 2 * source + 1):
        heapq.heappush(heap, (half_ms(ms[piece], piece, second=True), (piece,)))
    seen: set[tuple[int, ...]] = set()
    while heap:
        cost, driven = heapq.heappop(heap)
        if driven in seen:
            continue
        seen.add(driven)
        for piece in exits[driven[-1]]:
            longer = (*driven, piece)
            if any(longer[start:] in forbidden for start in range(len(longer))):
                continue
            reached = cost + half_ms(ms[piece], piece, second=False)
            best[piece // 2] = min(best.get(piece // 2, reached), reached)
            heapq.heappush(heap, (cost + ms[piece], longer[-4:]))
    return best
