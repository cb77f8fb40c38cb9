"""Turn restrictions: read from OpenStreetMap's relations, and laid on the edges of a network as forbidden sequences.

Source: OSM wiki, Relation:restriction. What the wiki leaves open is read as OSRM reads it: only_* with a way as via
binds those who come over that way; coming from `from` one may still take another way than `via`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from geodata.network.pieces import Pieces
from geodata.network.profiles import Profile
from geodata.network.roads import Roads

#: Why a restriction is not obeyed, for the build report.
IGNORED: Final = (
    "conditional",  # holds at times only
    "other_vehicles",  # of others, or this vehicle is excepted
    "unknown_kind",  # neither no_* nor only_*
    "broken",  # members are missing, too many or do not meet
    "ambiguous",  # a way goes on across the via, so that there are two turns it could mean
    "not_on_network",  # its ways are not driven by the vehicle, or not in that direction
)
#: Via ways are followed over so many edges at most.
LONGEST_VIA: Final = 64
#: Old tags that say when a restriction holds.
_TIMES: Final = ("day_on", "day_off", "hour_on", "hour_off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """A restriction that binds the vehicle, still in OpenStreetMap's ids.

    Attributes
    ----------
    mandatory : only_*, else no_*. is_u_turn : no_u_turn or only_u_turn.
    from_ways, to_ways : one each, more for no_entry and no_exit.
    via_node : 0 where via_ways are given.
    """

    mandatory: bool
    is_u_turn: bool
    from_ways: tuple[int, ...]
    via_node: int
    via_ways: tuple[int, ...]
    to_ways: tuple[int, ...]


def read_restriction(
    tags: Mapping[str, str], members: Iterable[tuple[str, str, int]], profile: Profile
) -> Restriction | str:
    """Read a relation, or return one of IGNORED.

    Parameters
    ----------
    members : role, type ("n", "w" or "r") and id.
    """
    kind = _kind(tags, profile)
    if kind in IGNORED:
        return kind
    roles: dict[tuple[str, str], list[int]] = {}
    for role, type_, ref in members:
        roles.setdefault((role, type_), []).append(ref)
    froms, tos = roles.get(("from", "w"), []), roles.get(("to", "w"), [])
    nodes, ways = roles.get(("via", "n"), []), roles.get(("via", "w"), [])
    several_from, several_to = kind == "no_entry", kind == "no_exit"
    if not froms or not tos or (len(froms) > 1 and not several_from) or (len(tos) > 1 and not several_to):
        return "broken"
    if len(nodes) + bool(ways) != 1:
        return "broken"
    return Restriction(
        mandatory=kind.startswith("only_"),
        is_u_turn=kind.endswith("u_turn"),
        from_ways=tuple(froms),
        via_node=nodes[0] if nodes else 0,
        via_ways=tuple(ways),
        to_ways=tuple(tos),
    )


def _kind(tags: Mapping[str, str], profile: Profile) -> str:
    """Return no_* or only_*, or why not. The tag of the most specific kind of vehicle counts."""
    _, _, vehicle = tags.get("type", "").partition(":")
    if vehicle and "restriction" in tags:  # an old way to say restriction:vehicle=*
        tags = {key: value for key, value in tags.items() if key != "restriction"} | {
            f"restriction:{vehicle}": tags["restriction"]
        }
    if not any(key.startswith("restriction") for key in tags):
        return "unknown_kind"
    key = next((key for key in profile.restriction_keys if key in tags), None)
    if key is None:
        is_timed = any(f"{key}:conditional" in tags for key in profile.restriction_keys)
        return "conditional" if is_timed else "other_vehicles"
    if {part.strip() for part in tags.get("except", "").split(";")} & set(profile.access_keys):
        return "other_vehicles"
    if any(name in tags for name in _TIMES):
        return "conditional"
    return tags[key] if tags[key].startswith(("no_", "only_")) else "unknown_kind"


def forbidden_sequences(
    restrictions: Sequence[Restriction], roads: Roads
) -> tuple[list[tuple[int, ...]], Counter[str]]:
    """Lay restrictions on drawn edges.

    Returns
    -------
    Sequences of directed edges (edge * 2 + direction) that may not be driven one right after the other, barriers at
    the nodes in between included; and how many restrictions are "applied" or ignored, by reason.
    """
    counts: Counter[str] = Counter()
    sequences: list[tuple[int, ...]] = []
    if restrictions:
        pieces = Pieces(roads)
        for restriction in restrictions:
            found = _at_node(restriction, pieces) if restriction.via_node else _over_ways(restriction, pieces)
            if isinstance(found, str):
                counts[found] += 1
            else:
                counts["applied"] += 1
                sequences += found
    return sequences, counts


def _at_node(restriction: Restriction, pieces: Pieces) -> list[tuple[int, ...]] | str:
    coming = [piece for way in restriction.from_ways for piece in pieces.arriving(way, restriction.via_node)]
    leaving = [piece for way in restriction.to_ways for piece in pieces.starting(way, restriction.via_node)]
    if not coming or not leaving:
        ways = {*restriction.from_ways, *restriction.to_ways}
        return "broken" if all(pieces.knows(way) for way in ways) else "not_on_network"
    coming, leaving = list(filter(pieces.is_open, coming)), list(filter(pieces.is_open, leaving))
    if not coming or not leaving:
        return "not_on_network"
    if restriction.is_u_turn and restriction.from_ways == restriction.to_ways:
        pairs = [(piece, piece ^ 1) for piece in coming if piece ^ 1 in leaving]
    elif pieces.go_on(coming) or pieces.go_on([piece ^ 1 for piece in leaving]):
        return "ambiguous"
    else:
        pairs = [(before, after) for before in coming for after in leaving]
    turns = [turn for pair in pairs if (turn := pieces.joined(pair)) is not None]
    if not turns:
        return "not_on_network"
    return _complement(turns, pieces) if restriction.mandatory else turns


def _over_ways(restriction: Restriction, pieces: Pieces) -> list[tuple[int, ...]] | str:
    if not all(pieces.knows(way) for way in (*restriction.from_ways, *restriction.via_ways, *restriction.to_ways)):
        return "not_on_network"
    routes = [
        route
        for start in restriction.from_ways
        for end in restriction.to_ways
        for route in _routes(start, restriction.via_ways, end, pieces)
    ]
    if not routes:
        return "broken"
    routes = [route for route in routes if all(map(pieces.is_open, route))]
    if not routes:
        return "not_on_network"
    if pieces.go_on([route[0] for route in routes]) or pieces.go_on([route[-1] ^ 1 for route in routes]):
        return "ambiguous"
    sequences = [sequence for route in routes if (sequence := pieces.joined(route)) is not None]
    if not sequences:
        return "not_on_network"
    return _complement(sequences, pieces) if restriction.mandatory else sequences


def _routes(start: int, via: Sequence[int], end: int, pieces: Pieces) -> list[tuple[int, ...]]:
    """Shortest route from each edge of `start` that meets the via ways, along all of them, to an edge of `end`."""
    along = [piece for way in via for piece in pieces.of(way)]
    found = []
    for first in pieces.of(start):
        routes: list[tuple[int, ...]] = [(first,)]
        for _ in range(LONGEST_VIA):
            routes = [
                (*route, piece)
                for route in routes
                for piece in along
                if pieces.meet(route[-1], piece) and piece not in route and piece ^ 1 not in route
            ]
            whole = [route for route in routes if {pieces.way(piece) for piece in route[1:]} == set(via)]
            ends = [(*route, last) for route in whole for last in pieces.of(end) if pieces.meet(route[-1], last)]
            if ends or not routes:
                found += ends
                break
    return found


def _complement(allowed: list[tuple[int, ...]], pieces: Pieces) -> list[tuple[int, ...]]:
    """Forbid every other way on, where one has come so far."""
    sequences = []
    for turn in allowed:
        real = [piece for piece in turn if not pieces.is_barrier(piece)]
        others = pieces.leaving(real[-2])
        goals = {sequence[-1] for sequence in allowed}
        turns = [pieces.joined((*real[:-1], other)) for other in others if other not in goals]
        sequences += [sequence for sequence in turns if sequence is not None]
    return sequences
