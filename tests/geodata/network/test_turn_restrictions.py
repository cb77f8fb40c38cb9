"""Turn restrictions: read from relations, laid on edges, and obeyed as they are defined."""

import dataclasses
import heapq
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coords import LonLat
from geodata.errors import ExtractError
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import SnappedPoint
from geodata.network.profiles import CAR, FOOT, MOTORCYCLE, Profile
from geodata.network.restrictions import Restriction, read_restriction
from geodata.network.roads import CLOSED, Roads, TurnCosts
from tests.geodata.network.maps import ROAD, Map, Tags, driving_s, visited

FREE_TURNS = TurnCosts(turn_ms=0, bias_permille=1000, u_turn_ms=0, dead_end_ms=0, signal_ms=0)
MEMBERS = [("from", "w", 1), ("via", "n", 5), ("to", "w", 2)]
CROSSING = """
   N
W  C  E
   S
"""
STREETS = [("WC", ROAD), ("CE", ROAD), ("NC", ROAD), ("CS", ROAD)]


@pytest.mark.parametrize(
    ("tags", "profile", "found"),
    [
        ({"restriction": "no_left_turn"}, CAR, "no"),
        ({"restriction": "only_straight_on"}, CAR, "only"),
        ({"restriction": "no_left_turn"}, FOOT, "other_vehicles"),
        ({"restriction:foot": "no_left_turn"}, FOOT, "no"),
        ({"restriction": "no_left_turn", "except": "bicycle; motorcycle"}, MOTORCYCLE, "other_vehicles"),
        ({"restriction": "no_left_turn", "except": "bicycle; motorcycle"}, CAR, "no"),
        ({"restriction:motorcycle": "no_left_turn"}, MOTORCYCLE, "no"),
        ({"restriction:motorcycle": "no_left_turn"}, CAR, "other_vehicles"),
        ({"restriction:motorcar": "only_left_turn", "restriction": "no_left_turn"}, CAR, "only"),
        ({"type": "restriction:hgv", "restriction": "no_left_turn"}, CAR, "other_vehicles"),
        ({"type": "restriction:motor_vehicle", "restriction": "no_left_turn"}, CAR, "no"),
        ({"restriction:conditional": "no_left_turn @ (07:00-09:00)"}, CAR, "conditional"),
        ({"restriction:conditional": "no_left_turn @ (07:00-09:00)", "restriction": "no_u_turn"}, CAR, "no"),
        ({"restriction:hgv:conditional": "no_left_turn @ (07:00-09:00)"}, CAR, "other_vehicles"),
        ({"restriction": "no_left_turn", "hour_on": "07:00"}, CAR, "conditional"),
        ({"restriction": "give_way"}, CAR, "unknown_kind"),
        ({}, CAR, "unknown_kind"),
    ],
)
def test_restrictions_bind_those_that_they_name(tags: Tags, profile: Profile, found: str) -> None:
    read = read_restriction({"type": "restriction"} | dict(tags), MEMBERS, profile)

    verdict = read if isinstance(read, str) else ("only" if read.mandatory else "no")
    assert verdict == found


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("no_left_turn", MEMBERS[1:]),
        ("no_left_turn", MEMBERS[:2]),
        ("no_left_turn", [MEMBERS[0], MEMBERS[2]]),
        ("no_left_turn", [*MEMBERS, ("via", "w", 7)]),
        ("no_left_turn", [*MEMBERS, ("via", "n", 7)]),
        ("no_left_turn", [*MEMBERS, ("from", "w", 7)]),
        ("no_entry", [*MEMBERS, ("to", "w", 7)]),
        ("no_exit", [*MEMBERS, ("from", "w", 7)]),
    ],
)
def test_a_relation_with_other_members_than_it_needs_is_broken(kind: str, members: list[tuple[str, str, int]]) -> None:
    assert read_restriction({"restriction": kind}, members, CAR) == "broken"


def test_no_entry_has_several_ways_from_and_no_exit_several_to() -> None:
    entry = read_restriction({"restriction": "no_entry"}, [*MEMBERS, ("from", "w", 7)], CAR)
    exit_ = read_restriction({"restriction": "no_exit"}, [*MEMBERS, ("to", "w", 7)], CAR)

    assert isinstance(entry, Restriction)
    assert isinstance(exit_, Restriction)
    assert (entry.from_ways, exit_.to_ways) == ((1, 7), (2, 7))


def test_a_restriction_across_a_gate_is_obeyed(tmp_path: Path) -> None:
    town = Map(
        grid=CROSSING,
        ways=STREETS,
        nodes={"C": {"barrier": "gate"}},
        relations=[("from:1 via:C to:3", {"restriction": "no_left_turn"})],
    )
    network, report = town.build(tmp_path)

    assert report.counts["turn_restrictions_applied"] == 1
    assert visited(town, network, town.between("W", "C"), town.between("C", "N")) == "CSC"
    assert visited(town, network, town.between("W", "C"), town.between("C", "E")) == "C"


def test_a_gate_in_a_crossing_leaves_turns_what_they_cost(tmp_path: Path) -> None:
    plain, gated = (Map(grid=CROSSING, ways=STREETS, nodes=nodes) for nodes in ({}, {"C": {"barrier": "gate"}}))
    (tmp_path / "plain").mkdir()
    networks = plain.network(tmp_path / "plain"), gated.network(tmp_path)

    for a, b in ("WE", "WN", "WS", "NE", "SE", "NW"):
        free_s, gated_s = (driving_s(network, plain.place(a), plain.place(b)) for network in networks)
        assert gated_s - free_s == 60


def test_a_way_that_goes_on_across_the_via_is_ambiguous(tmp_path: Path) -> None:
    town = Map(
        grid=CROSSING,
        ways=[("WCE", ROAD), ("NC", ROAD), ("CS", ROAD)],
        relations=[("from:1 via:C to:2", {"restriction": "no_left_turn"})],
    )

    _, report = town.build(tmp_path)

    assert report.restrictions_ignored == {"ambiguous": 1}


def test_a_oneway_that_goes_on_across_the_via_is_not(tmp_path: Path) -> None:
    town = Map(
        grid="   N\nW  C  E\n   S  T",
        ways=[("WCE", {**ROAD, "oneway": "yes"}), ("NC", ROAD), ("CS", ROAD), ("ETSW", ROAD)],
        relations=[("from:1 via:C to:2", {"restriction": "no_left_turn"})],
    )

    _, report = town.build(tmp_path)

    assert report.counts["turn_restrictions_applied"] == report.counts["forbidden_turns"] == 1


def test_a_via_way_with_side_roads_is_followed_to_its_end(tmp_path: Path) -> None:
    town = Map(
        grid="A  B  C  D\n      x  y",
        ways=[("AB", ROAD), ("BCD", ROAD), ("Dy", ROAD), ("Cx", ROAD)],
        relations=[("from:1 via:2 to:3", {"restriction": "no_right_turn"})],
    )
    network, report = town.build(tmp_path)

    assert report.counts["turn_restrictions_applied"] == 1
    assert visited(town, network, town.between("A", "B"), town.between("D", "y")) == "BCxCD"
    assert visited(town, network, town.between("B", "C"), town.between("D", "y")) == "CD"


def test_a_restriction_onto_a_road_that_is_closed_binds_nobody(tmp_path: Path) -> None:
    town = Map(
        grid=CROSSING,
        ways=[
            ("WC", ROAD),
            ("CE", {**ROAD, "access": "no"}),
            ("NC", {**ROAD, "oneway": "-1"}),
            ("CS", ROAD),
            ("NS", ROAD),
        ],
        relations=[
            ("from:1 via:C to:2", {"restriction": "only_straight_on"}),
            ("from:3 via:C to:4", {"restriction": "only_straight_on"}),
        ],
    )

    _, report = town.build(tmp_path)

    assert report.restrictions_ignored == {"not_on_network": 2}


NEVER = 10**9


class Rule(NamedTuple):
    """A restriction of a random town: ways by their number, and the node that the first of them ends at."""

    only: bool
    ways: tuple[int, ...]
    via: str

    def relation(self) -> tuple[str, Tags]:
        turn = "u_turn" if self.ways[0] == self.ways[-1] else "left_turn"
        via = self.via if len(self.ways) == 2 else str(self.ways[1])
        members = f"from:{self.ways[0]} via:{via} to:{self.ways[-1]}"
        return members, {"restriction": ("only_" if self.only else "no_") + turn}

    def forbids(self, driven: Sequence["Drive"]) -> bool:
        """Whether what was driven last is against the rule."""
        last = driven[-len(self.ways) :]
        if tuple(drive.way for drive in last[:-1]) != self.ways[:-1] or last[0].end != self.via:
            return False
        return (last[-1].way == self.ways[-1]) != self.only


class Drive(NamedTuple):
    """A way that is driven, which has one edge in a random town."""

    piece: int
    way: int
    start: str
    end: str
    ms: int
    ends_only: bool

    @property
    def edge(self) -> int:
        return self.piece // 2


NODES = "ABCDEFGHI"
GRID = "A  B  C\n\n\nD  E  F\n\n\nG  H  I"
PAIRS = ["AB", "BC", "DE", "EF", "GH", "HI", "AD", "DG", "BE", "EH", "CF", "FI"]


@st.composite
def towns(draw: st.DrawFn) -> tuple[Map, list[Rule]]:
    pairs = draw(st.lists(st.sampled_from(PAIRS), min_size=5, unique=True))
    tags = st.fixed_dictionaries(
        {"highway": st.sampled_from(["residential", "tertiary", "track"])},
        optional={"oneway": st.sampled_from(["yes", "-1"]), "access": st.just("private")},
    )
    ways = [(pair, draw(tags)) for pair in pairs]
    rules: list[Rule] = []
    for _ in range(draw(st.integers(1, 6))):
        number = draw(st.integers(0, len(pairs) - 1))
        via = node = pairs[number][draw(st.integers(0, 1))]
        walked = [number]
        for step in range(draw(st.integers(1, 2))):
            nexts = [n for n, pair in enumerate(pairs) if node in pair and (n != walked[-1] or step == 0)]
            if step == 1 and walked[0] == walked[1]:
                break
            if not nexts:
                break
            walked.append(draw(st.sampled_from(nexts)))
            node = pairs[walked[-1]].replace(node, "")
        if len(walked) < 2 or (len(walked) == 3 and len(set(walked)) < 3):
            continue
        rules.append(Rule(draw(st.booleans()), tuple(n + 1 for n in walked), via))
    relations = [rule.relation() for rule in rules]
    return Map(grid=GRID, ways=ways, relations=relations), rules


def drives(roads: Roads) -> dict[str, list[Drive]]:
    """All drives along the edges of a network, by the node that they start at."""
    found: dict[str, list[Drive]] = {name: [] for name in NODES}
    for edge in range(roads.edge_count):
        tail, head = (chr(int(roads.node_osm[column[edge]])) for column in (roads.tail, roads.head))
        facts = int(roads.way_osm[edge]), bool(roads.ends_only[edge])
        directions = (tail, head, roads.forward_ms[edge]), (head, tail, roads.backward_ms[edge])
        for direction, (start, end, ms) in enumerate(directions):
            if ms != CLOSED:
                found[start].append(Drive(2 * edge + direction, facts[0], start, end, int(ms), facts[1]))
    return found


def nexts(driven: tuple[Drive, ...], exits: dict[str, list[Drive]], rules: list[Rule]) -> Iterator[Drive]:
    """What may be driven next, by the definitions."""
    last = driven[-1]
    here = exits[last.end]
    ways_here = {drive.edge for drives_ in exits.values() for drive in drives_ if last.end in (drive.start, drive.end)}
    others = [drive for drive in here if drive.edge != last.edge]
    for drive in here:
        turns_round = drive.edge == last.edge
        road_ends = not any(last.ends_only or not other.ends_only for other in others)
        if turns_round and not road_ends and len(ways_here) == 2:
            continue
        if any(len(rule.ways) <= len(driven) + 1 and rule.forbids((*driven, drive)) for rule in rules):
            continue
        phases = [drive.ends_only for drive in (*driven, drive)]
        opened = phases.index(False) if False in phases else len(phases)
        if any(phases[opened:][i] and not phases[opened:][i + 1] for i in range(len(phases) - opened - 1)):
            continue
        yield drive


def fastest_ms(exits: dict[str, list[Drive]], rules: list[Rule], source: int) -> dict[int, int]:
    """Search all histories for the fastest way from the middle of one edge to the middle of each."""
    best = {source: 0}
    heap: list[tuple[int, int, tuple[Drive, ...]]] = []
    for drive in (drive for starting in exits.values() for drive in starting if drive.edge == source):
        heapq.heappush(heap, (half_ms(drive.ms, drive.piece, second=True), len(heap), (drive,)))
    seen: set[tuple[tuple[Drive, ...], bool]] = set()
    count = len(heap)
    while heap:
        cost, _, driven = heapq.heappop(heap)
        # Two edges back is all that a rule asks for; whether an open road was driven is all that the layers ask for.
        key = (driven[-2:], all(drive.ends_only for drive in driven))
        if key in seen:
            continue
        seen.add(key)
        for drive in nexts(driven, exits, rules):
            best[drive.edge] = min(best.get(drive.edge, NEVER), cost + half_ms(drive.ms, drive.piece, second=False))
            count += 1
            heapq.heappush(heap, (cost + drive.ms, count, (*driven, drive)))
    return best


def half_ms(ms: int, piece: int, *, second: bool) -> int:
    """Milliseconds from the start of a directed edge to its middle, or from there to its end."""
    first = ms - round(ms * 0.5) if piece & 1 else round(ms * 0.5)
    return ms - first if second else first


@settings(max_examples=60)
@given(town_and_rules=towns())
def test_random_towns_obey_their_restrictions(
    tmp_path_factory: pytest.TempPathFactory, town_and_rules: tuple[Map, list[Rule]]
) -> None:
    town, rules = town_and_rules
    try:
        built, report = town.build(tmp_path_factory.mktemp("town"))
    except ExtractError:
        return  # nothing there that is connected
    roads = dataclasses.replace(built.roads, turn_costs=FREE_TURNS)
    exits = drives(roads)
    rules = [rule for rule in rules if is_binding(rule, town)]
    points = [middle(roads, edge) for edge in range(roads.edge_count)]

    durations = DijkstraRoadNetwork(roads).matrix(points, points).durations_s

    assert report.counts["turn_restrictions_applied"] == len(rules)
    for source in range(len(points)):
        best = fastest_ms(exits, rules, source)
        assert durations[source].tolist() == [round(best[target] / 1000) for target in range(len(points))]


def middle(roads: Roads, edge: int) -> SnappedPoint:
    """Return the middle of an edge, as it is snapped."""
    tail, head = (roads.node_lonlat[column[edge]] for column in (roads.tail, roads.head))
    place = LonLat(float(tail[0] + head[0]) / 2, float(tail[1] + head[1]) / 2)
    return SnappedPoint(point=place, on_road=place, edge=edge, fraction=0.5, distance_m=0, access_s=0, side="on")


def is_binding(rule: Rule, town: Map) -> bool:
    """Whether every way of a rule may be driven in the direction that it speaks of."""
    node = rule.via
    first = town.ways[rule.ways[0] - 1]
    steps = [(first, first[0].replace(node, ""), node)]
    for number in rule.ways[1:]:
        way = town.ways[number - 1]
        other = way[0].replace(node, "")
        steps.append((way, node, other))
        node = other
    directions = {"yes": 0, "-1": 1}
    return all(
        "oneway" not in tags or pair.index(start) == directions[tags["oneway"]] for (pair, tags), start, _ in steps
    )
