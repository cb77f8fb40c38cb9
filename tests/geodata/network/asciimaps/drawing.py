"""Drawing: where the letters and digits of a picture are, and the OSM XML file that a scenario stands for."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ElementTree, SubElement

from geodata.coords import EARTH_RADIUS_M, LonLat
from tests.geodata.network.asciimaps.costs import ScenarioError
from tests.geodata.network.asciimaps.language import Claim, Restriction, Scenario, Tags

#: On the equator, so that a metre east and a metre north are the same share of a degree on every line of a picture.
ORIGIN: Final = LonLat(10.0, 0.0)
#: Stands for a way that the extract lacks.
MISSING: Final = "missing"
_MISSING_ID: Final = 999_999


def places(scenario: Scenario) -> dict[str, LonLat]:
    """Where each letter (a node) and each digit (a door) of the picture is; anything else is decoration."""
    step = math.degrees(scenario.grid_m / EARTH_RADIUS_M)
    found: dict[str, LonLat] = {}
    for y, line in enumerate(scenario.picture):
        for x, name in enumerate(line):
            if name.isascii() and name.isalnum():
                if name in found:
                    msg = f"{scenario.id}: {name!r} is drawn twice."
                    raise ScenarioError(msg)
                found[name] = LonLat(ORIGIN.lon + x * step, ORIGIN.lat - y * step)
    return found


def write_osm(scenario: Scenario, path: Path) -> Path:
    """Write the extract."""
    root = Element("osm", version="0.6", generator="doorstep tests")
    where = places(scenario)
    _check_names(scenario, where)
    for name in sorted(name for name in where if name.isalpha()):
        lon, lat = f"{where[name].lon:.9f}", f"{where[name].lat:.9f}"
        node = SubElement(root, "node", id=str(ord(name)), lat=lat, lon=lon, version="1")
        _tag(node, scenario.nodes.get(name, {}))
    for number, way in enumerate(scenario.ways, start=1):
        element = SubElement(root, "way", id=str(number), version="1")
        for name in way.nodes:
            SubElement(element, "nd", ref=str(ord(name)))
        _tag(element, way.tags)
    for number, restriction in enumerate(scenario.restrictions, start=1):
        element = SubElement(root, "relation", id=str(number), version="1")
        for kind, ref, role in _members(scenario, restriction):
            SubElement(element, "member", type=kind, ref=str(ref), role=role)
        _tag(element, restriction.tags)
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path


def way_id(scenario: Scenario, nodes: str) -> int:
    """OpenStreetMap id of the way with these nodes."""
    if nodes == MISSING:
        return _MISSING_ID
    found = [number for number, way in enumerate(scenario.ways, start=1) if way.nodes == nodes]
    if len(found) != 1:
        msg = f"{scenario.id}: {nodes!r} names {len(found)} ways, it must name one."
        raise ScenarioError(msg)
    return found[0]


def _members(scenario: Scenario, restriction: Restriction) -> list[tuple[str, int, str]]:
    via = [
        ("node", ord(name), "via") if len(name) == 1 else ("way", way_id(scenario, name), "via")
        for name in restriction.via
    ]
    start, end = way_id(scenario, restriction.start), way_id(scenario, restriction.end)
    return [("way", start, "from"), *via, ("way", end, "to")]


def _check_names(scenario: Scenario, where: Mapping[str, LonLat]) -> None:
    used = {name for way in scenario.ways for name in way.nodes} | set(scenario.nodes)
    used |= {name for claim in scenario.claims for name in _ends(claim)}
    if unknown := sorted(used - set(where)):
        msg = f"{scenario.id}: {', '.join(unknown)} is not in the picture."
        raise ScenarioError(msg)
    if idle := sorted(name for name in set(where) - used if name.isalpha()):
        msg = f"{scenario.id}: {', '.join(idle)} is drawn and not used."
        raise ScenarioError(msg)


def _ends(claim: Claim) -> tuple[str, ...]:
    return {"from": (claim.start, claim.end), "snaps": (claim.start,)}.get(claim.kind, ())


def _tag(element: Element, tags: Tags) -> None:
    for key, value in tags.items():
        SubElement(element, "tag", k=key, v=value)
