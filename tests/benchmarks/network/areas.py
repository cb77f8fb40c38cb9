"""The extracts that are measured on: real ones, one of them tiled to a million nodes, and a noisy grid."""

import math
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import osmium
from osmium.osm import Relation as OsmRelation
from osmium.osm import Way as OsmWay
from osmium.osm.mutable import Node, Relation, Way

from geodata.network.arrays import Longs
from geodata.network.build import build_network
from geodata.network.storage import read_roads
from tests.benchmarks.records import BENCH
from tests.geodata.network.bundled import EXTRACT
from tests.peers.wheels import ROOT

#: Ids of one tile; OpenStreetMap's own are smaller, and those of 64 tiles fit into OSRM's 40 bits. The OSRM profile
#: takes ids modulo this.
IDS_PER_TILE = 15_000_000_000
#: Roads that join each tile to the next one.
LINKS = 6


_Contents = tuple[
    dict[int, tuple[float, float]],
    list[tuple[int, list[int], dict[str, str]]],
    list[tuple[int, list[tuple[str, int, str]], dict[str, str]]],
]


def extracts() -> dict[str, Path]:
    """Return the extracts that are there by name; the bundled one always is.

    The others are looked for in ../shared/data/osm, or in the folder that BENCH_EXTRACTS names.
    """
    folder = Path(os.environ.get("BENCH_EXTRACTS", ROOT.parent / "shared" / "data" / "osm"))
    found = {"Liechtenstein": EXTRACT}
    for name in ("Krems", "Andorra", "Heidelberg"):
        path = folder / f"{name.lower()}.osm.pbf"
        if path.exists():
            found[name] = path
    return found


def tiled(extract: Path, columns: int, rows: int) -> Path:
    """Write columns x rows copies of an extract's roads beside each other, joined at their borders."""
    path = BENCH / f"{extract.name.split('.')[0]}-{columns}x{rows}.osm.pbf"
    if path.exists():
        return path
    nodes, ways, relations = _roads_of(extract)
    places = np.array(list(nodes.values()))
    width, height = np.ptp(places, axis=0) + 0.01
    BENCH.mkdir(parents=True, exist_ok=True)
    ids = _connected_nodes(extract)
    joints = np.array([nodes[ref] for ref in ids.tolist()])
    order_x, order_y = np.argsort(joints[:, 0]), np.argsort(joints[:, 1])
    partial = path.with_name("partial-" + path.name)
    partial.unlink(missing_ok=True)
    tiles = [(x, y) for x in range(columns) for y in range(rows)]
    # Southwards and eastwards of the original, so that no latitude gets near a pole.
    with osmium.SimpleWriter(str(partial)) as writer:
        for x, y in tiles:
            base = (x * rows + y) * IDS_PER_TILE
            for ref, (lon, lat) in nodes.items():
                writer.add_node(Node(id=base + ref, location=(lon + x * width, lat - y * height), version=1))
        for x, y in tiles:
            base = (x * rows + y) * IDS_PER_TILE
            for number, refs, tags in ways:
                writer.add_way(Way(id=base + number, nodes=[base + ref for ref in refs], tags=tags, version=1))
            for number, (a, b) in enumerate(_links(x, y, (columns, rows), ids, order_x, order_y), start=1):
                tags = {"highway": "primary"}
                writer.add_way(Way(id=base + IDS_PER_TILE - number, nodes=[a, b], tags=tags, version=1))
        for x, y in tiles:
            base = (x * rows + y) * IDS_PER_TILE
            for number, members, tags in relations:
                shifted = [(type_, base + ref, role) for type_, ref, role in members]
                writer.add_relation(Relation(id=base + number, members=shifted, tags=tags, version=1))
    partial.rename(path)
    return path


def _links(
    x: int, y: int, size: tuple[int, int], ids: Longs, order_x: Longs, order_y: Longs
) -> Iterator[tuple[int, int]]:
    columns, rows = size
    base = (x * rows + y) * IDS_PER_TILE
    if x + 1 < columns:
        east = ((x + 1) * rows + y) * IDS_PER_TILE
        yield from (
            (base + int(a), east + int(b)) for a, b in zip(ids[order_x[-LINKS:]], ids[order_x[:LINKS]], strict=True)
        )
    if y + 1 < rows:
        south = base + IDS_PER_TILE
        yield from (
            (base + int(a), south + int(b)) for a, b in zip(ids[order_y[:LINKS]], ids[order_y[-LINKS:]], strict=True)
        )


def _connected_nodes(extract: Path) -> Longs:
    """Ids of junctions that a car reaches and leaves on roads that are open to all."""
    with tempfile.TemporaryDirectory(dir=BENCH) as folder:
        build_network(extract, profile="car", into=Path(folder) / "tile", on_progress=lambda _step, _share: None)
        roads = read_roads(Path(folder) / "tile")
        is_open = ~np.asarray(roads.ends_only) & (roads.forward_ms > 0) & (roads.backward_ms > 0)
        ids: Longs = np.unique(roads.node_osm[roads.tail[is_open]])
    return ids


def _roads_of(extract: Path) -> "_Contents":
    """Nodes of roads with places, roads, and turn restrictions. Tags of nodes are left out."""
    nodes: dict[int, tuple[float, float]] = {}
    ways: list[tuple[int, list[int], dict[str, str]]] = []
    relations: list[tuple[int, list[tuple[str, int, str]], dict[str, str]]] = []
    for thing in osmium.FileProcessor(str(extract)).with_locations():
        if isinstance(thing, OsmWay) and "highway" in thing.tags:
            refs = [(node.ref, node.lon, node.lat) for node in thing.nodes if node.location.valid()]
            nodes.update({ref: (lon, lat) for ref, lon, lat in refs})
            if len(refs) > 1:
                ways.append((thing.id, [ref for ref, _, _ in refs], dict(thing.tags)))
        elif isinstance(thing, OsmRelation) and "restriction" in thing.tags:
            members = [(member.type, member.ref, member.role) for member in thing.members]
            relations.append((thing.id, members, dict(thing.tags)))
    return nodes, ways, relations


def noisy_grid(side: int) -> Path:
    """Write a grid of side x side nodes, about 100 m apart, with roads of every class and some one-way streets."""
    path = BENCH / f"grid-{side}x{side}.osm.pbf"
    if path.exists():
        return path
    chance = np.random.default_rng(1)
    step = math.degrees(100 / 6_371_000)
    noise = chance.uniform(-0.35, 0.35, (side, side, 2))
    classes = ["residential", "unclassified", "tertiary", "secondary", "primary"]
    BENCH.mkdir(parents=True, exist_ok=True)
    partial = path.with_name("partial-" + path.name)
    partial.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(partial)) as writer:
        for row in range(side):
            for column in range(side):
                east, north = noise[row, column]
                place = (9.0 + (column + east) * step / math.cos(math.radians(47.0)), 46.5 + (row + north) * step)
                writer.add_node(Node(id=row * side + column + 1, location=place, version=1))
        number = 0
        for line in range(2 * side):
            refs = [(line * side + i if line < side else i * side + line - side) + 1 for i in range(side)]
            # Twenty nodes to a way, so that speeds change along the line.
            for first in range(0, side - 1, 20):
                number += 1
                tags = {"highway": classes[int(chance.integers(0, len(classes)))]}
                if chance.random() < 0.1:
                    tags["oneway"] = "yes"
                writer.add_way(Way(id=number, nodes=refs[first : first + 21], tags=tags, version=1))
    partial.rename(path)
    return path
