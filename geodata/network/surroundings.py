"""What lies around the roads and stops a walker: water, motorways, railways, and the places where one may pass them."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium

from geodata.coords import great_circle_array_m
from geodata.network.arrays import Bytes, Floats, Longs
from geodata.osm.extract import read_objects


class Kind(IntEnum):
    """What a line is.

    A walker passes WALKWAY (a bridge or a tunnel of a road or a path) whatever the barrier, and UNDERPASS (where a
    railway or a motorway is itself on a bridge, and level crossings) where a railway or a motorway is the barrier.
    ISLAND is a road that the vehicle may use and cannot get to, or not away from.
    """

    WATER = 1
    MOTORWAY = 2
    RAILWAY = 3
    WALKWAY = 4
    UNDERPASS = 5
    ISLAND = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """Lines around the roads, l of them.

    Attributes
    ----------
    start : (l + 1,) where each line begins in lonlat, (k, 2) degrees. kind : (l,) of Kind.
    """

    start: Longs
    lonlat: Floats
    kind: Bytes


#: Streams, ditches and drains are stepped over.
_RIVERS: Final = frozenset({"river", "canal", "riverbank"})
#: Trams and disused tracks are walked across.
_RAILWAYS: Final = frozenset({"rail", "light_rail", "narrow_gauge", "subway"})
_MOTORWAYS: Final = frozenset({"motorway", "motorway_link"})
_CROSSINGS: Final = frozenset({"level_crossing", "crossing"})
#: One walks round a closed water with a shore shorter than this, metres.
_SHORE_M: Final = 200.0


def no_lines() -> Lines:
    """Nothing is known around the roads."""
    return Lines(start=np.zeros(1, dtype=np.int64), lonlat=np.empty((0, 2)), kind=np.empty(0, dtype=np.uint8))


def joined(one: Lines, other: Lines) -> Lines:
    """All lines of both."""
    return Lines(
        start=np.concatenate([one.start, other.start[1:] + one.start[-1]]),
        lonlat=np.concatenate([one.lonlat, other.lonlat]),
        kind=np.concatenate([one.kind, other.kind]),
    )


def read_surroundings(extract: Path) -> Lines:
    """Read the barriers of an extract and the places where one may pass them.

    Shores of lakes and rivers count with their relations' ways. Rivers and canals count with their middle line too.

    Raises
    ------
    ExtractError
        When the file cannot be read.
    """
    shores = _shores(extract)
    buffers = _Buffers()
    entities = osmium.osm.NODE | osmium.osm.WAY
    crossings = osmium.filter.KeyFilter("railway")
    crossings.enable_for(osmium.osm.NODE)
    for item in read_objects(extract, locations=True, entities=entities, filters=[crossings]):
        if item.is_node():
            if item.tags.get("railway") in _CROSSINGS:
                place = (item.location.lon, item.location.lat)
                buffers.add(Kind.UNDERPASS, [place, place])
            continue
        kind = Kind.WATER if item.id in shores else None
        if len(item.tags) > 0:
            kind = _kind(item.tags) or kind
        if kind is not None:
            for run in _runs(item):
                buffers.add(kind, run)
    return _without_ponds(buffers.lines())


@dataclass(slots=True, kw_only=True)
class _Buffers:
    start: "array[int]" = field(default_factory=lambda: array("q", [0]))
    lonlat: "array[float]" = field(default_factory=lambda: array("d"))
    kind: "array[int]" = field(default_factory=lambda: array("B"))

    def add(self, kind: Kind, points: list[tuple[float, float]]) -> None:
        for point in points:
            self.lonlat.extend(point)
        self.start.append(len(self.lonlat) // 2)
        self.kind.append(kind)

    def lines(self) -> Lines:
        return Lines(
            start=np.frombuffer(self.start, dtype=np.int64),
            lonlat=np.frombuffer(self.lonlat).reshape(-1, 2),
            kind=np.frombuffer(self.kind, dtype=np.uint8),
        )


def _shores(extract: Path) -> set[int]:
    """Ways that bound a water which is a relation."""
    return {
        member.ref
        for relation in read_objects(extract, entities=osmium.osm.RELATION)
        if relation.tags.get("type") == "multipolygon" and _is_water_area(relation.tags)
        for member in relation.members
        if member.type == "w"
    }


def _kind(tags: Mapping[str, str]) -> Kind | None:
    """Say what a way is to a walker. Source: OSM wiki, Key:bridge, Key:tunnel, Key:waterway, Key:railway."""
    on_bridge, in_tunnel = tags.get("bridge", "no") != "no", tags.get("tunnel", "no") != "no"
    highway = tags.get("highway")
    is_motorway = highway in _MOTORWAYS or (highway is not None and tags.get("motorroad") == "yes")
    if highway is not None and not is_motorway:
        return Kind.WALKWAY if (on_bridge or in_tunnel) and tags.get("foot") != "no" else None
    if is_motorway or tags.get("railway") in _RAILWAYS:
        if in_tunnel:
            return None
        if on_bridge:
            return Kind.UNDERPASS
        return Kind.MOTORWAY if is_motorway else Kind.RAILWAY
    is_water = tags.get("waterway") in _RIVERS or tags.get("natural") == "coastline" or _is_water_area(tags)
    return Kind.WATER if is_water and not in_tunnel else None


def _is_water_area(tags: Mapping[str, str]) -> bool:
    return tags.get("natural") == "water" or tags.get("waterway") == "riverbank" or tags.get("landuse") == "reservoir"


def _runs(way: Any) -> list[list[tuple[float, float]]]:
    """Points of a way, cut where the extract lacks a node."""
    runs: list[list[tuple[float, float]]] = [[]]
    for node in way.nodes:
        if node.location.valid():
            runs[-1].append((node.location.lon, node.location.lat))
        else:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _without_ponds(lines: Lines) -> Lines:
    """Drop the closed waters that one walks round."""
    if len(lines.kind) == 0:
        return lines
    first, last = lines.start[:-1], lines.start[1:] - 1
    along = np.concatenate([[0.0], np.cumsum(great_circle_array_m(lines.lonlat[:-1], lines.lonlat[1:]))])
    is_closed = (lines.lonlat[first] == lines.lonlat[last]).all(axis=1)
    keep = (lines.kind != Kind.WATER) | ~is_closed | (along[last] - along[first] >= _SHORE_M)
    points = np.repeat(keep, np.diff(lines.start))
    return Lines(
        start=np.concatenate([[0], np.cumsum(np.diff(lines.start)[keep])]).astype(np.int64),
        lonlat=lines.lonlat[points],
        kind=lines.kind[keep],
    )
