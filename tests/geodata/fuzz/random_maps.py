"""Random small maps with turn restrictions, on a grid whose every step takes whole milliseconds.

All streets run along a grid at the equator. A step is a thousandth of a degree, and speed limits are chosen so that it
takes an even number of milliseconds: nothing that a network may cut or join changes a cost by rounding.
"""

import random
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ElementTree, SubElement

from geodata.coords import LonLat, great_circle_m

STEP_DEG: Final = 0.001
ORIGIN: Final = LonLat(10.0, 0.0)
STEP_M: Final = great_circle_m(ORIGIN, LonLat(10.0 + STEP_DEG, 0.0))
#: Milliseconds for a step.
PACES_MS: Final = (4000, 6000, 9000, 12000)
#: Nine tenths of a limit are driven.
DRIVEN_SHARE: Final = 0.9

#: A place on the grid: steps east and north.
Place = tuple[int, int]
#: A step along a street, from one place to the next.
Step = tuple[Place, Place]


@dataclass(slots=True, kw_only=True)
class Street:
    """A way: where it runs, and how."""

    id: int
    places: list[Place]
    pace_ms: int
    oneway: int = 0  # 1 forward, -1 backward, 0 both
    is_private: bool = False

    def steps(self) -> list[Step]:
        """Steps along it, as it is drawn."""
        return list(pairwise(self.places))

    @property
    def ends(self) -> tuple[Place, Place]:
        """Both of its ends."""
        return self.places[0], self.places[-1]


@dataclass(slots=True, kw_only=True)
class Rule:
    """A turn restriction. `binds` is False where it must be ignored, whatever its members are."""

    kind: str
    start: int
    via_place: Place | None = None
    via: list[int] = field(default_factory=list)
    end: int
    binds: bool = True
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class RandomMap:
    """Streets, what stands at places, and rules."""

    profile: str
    streets: dict[int, Street]
    gates: set[Place]
    bollards: set[Place]
    signals: dict[Place, int]  # 1 for those who come forward, 2 backward, 3 both
    rules: list[Rule]

    def touching(self, place: Place) -> list[Street]:
        """Streets that run over a place."""
        return [street for street in self.streets.values() if place in street.places]

    def write(self, path: Path) -> Path:
        """Write the map as OSM XML."""
        root = Element("osm", version="0.6", generator="doorstep tests")
        for place in sorted({place for street in self.streets.values() for place in street.places}):
            point = lonlat(*place)
            node = SubElement(root, "node", id=str(node_id(place)), lat=f"{point.lat:.7f}", lon=f"{point.lon:.7f}")
            _tag(node, self._node_tags(place))
        for street in self.streets.values():
            way = SubElement(root, "way", id=str(street.id))
            for place in street.places:
                SubElement(way, "nd", ref=str(node_id(place)))
            _tag(way, _street_tags(street))
        for number, rule in enumerate(self.rules, start=1):
            relation = SubElement(root, "relation", id=str(number))
            via = [("node", node_id(rule.via_place))] if rule.via_place else [("way", way) for way in rule.via]
            for role, kind, ref in (
                ("from", "way", rule.start),
                *(("via", kind, ref) for kind, ref in via),
                ("to", "way", rule.end),
            ):
                SubElement(relation, "member", type=kind, ref=str(ref), role=role)
            _tag(relation, {"type": "restriction"} | (rule.tags or {"restriction": rule.kind}))
        ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
        return path

    def _node_tags(self, place: Place) -> dict[str, str]:
        if place in self.gates:
            return {"barrier": "gate"}
        if place in self.bollards:
            return {"barrier": "bollard"}
        if place in self.signals:
            direction = {1: "forward", 2: "backward", 3: "both"}[self.signals[place]]
            return {"highway": "traffic_signals", "traffic_signals:direction": direction}
        return {}


def random_map(seed: int) -> RandomMap:
    """Draw a map; the same seed draws the same."""
    chance = random.Random(seed)
    width, height = chance.randint(2, 5), chance.randint(2, 4)
    places = [(x, y) for x in range(width) for y in range(height)]
    steps = [((x, y), (x + 1, y)) for x, y in places if x + 1 < width]
    steps += [((x, y), (x, y + 1)) for x, y in places if y + 1 < height]
    steps = [step for step in steps if chance.random() < 0.85]
    # A gate before a private street is another matter: see asciimaps/access.txt.
    has_gates = chance.random() < 0.4
    streets = _streets(chance, steps or [((0, 0), (1, 0))], private_share=0.0 if has_gates else 0.2)
    crossed = sorted({place for street in streets.values() for place in street.places})
    marks = {place: chance.random() for place in crossed}
    drawn = RandomMap(
        profile=chance.choice(("car", "motorcycle")),
        streets=streets,
        gates={place for place, mark in marks.items() if has_gates and mark < 0.1},
        bollards={place for place, mark in marks.items() if 0.1 <= mark < 0.13},
        signals={place: chance.randint(1, 3) for place, mark in marks.items() if mark > 0.92},
        rules=[],
    )
    for _ in range(chance.randint(0, 6)):
        rule = _rule(chance, drawn)
        if rule is not None:
            drawn.rules.append(rule)
    return drawn


def _streets(chance: random.Random, steps: list[Step], *, private_share: float) -> dict[int, Street]:
    """Join the steps into streets that bend and cross each other, no two on one step."""
    free = {frozenset(step) for step in steps}
    streets: dict[int, Street] = {}
    for step in chance.sample(steps, len(steps)):
        if frozenset(step) not in free:
            continue
        free.remove(frozenset(step))
        places = list(step)
        while chance.random() < 0.4:
            here = places[-1]
            onward = sorted(place for place in _around(here) if frozenset((here, place)) in free)
            onward = [place for place in onward if place not in places]
            if not onward:
                break
            places.append(chance.choice(onward))
            free.remove(frozenset((here, places[-1])))
        number = len(streets) + 1
        streets[number] = Street(
            id=number,
            places=places,
            pace_ms=chance.choice(PACES_MS),
            oneway=chance.choices((0, 1, -1), (80, 10, 10))[0],
            is_private=chance.random() < private_share,
        )
    return streets


def _rule(chance: random.Random, drawn: RandomMap) -> Rule | None:
    """Draw a rule: over a place, over one street or two; or one that must be ignored."""
    start = chance.choice(list(drawn.streets.values()))
    over = chance.choices((0, 1, 2), (60, 30, 10))[0]
    via: list[Street] = []
    place = here = start.ends[chance.randrange(2)]
    for _ in range(over):
        onward = [street for street in drawn.touching(place) if street not in (start, *via)]
        if not onward:
            return None
        street = chance.choice(onward)
        if place not in street.ends:
            return None
        place = street.ends[1] if street.ends[0] == place else street.ends[0]
        via.append(street)
    ends = [street for street in drawn.touching(place) if street not in (start, *via) and place in street.ends]
    if not via and chance.random() < 0.2:
        return Rule(kind="no_u_turn", start=start.id, via_place=here, end=start.id)
    if not ends:
        return None
    end = chance.choice(ends)
    if via and not _meet_once([start, *via, end]):
        return None
    kind = chance.choice(("no_left_turn", "no_right_turn", "no_straight_on", "only_straight_on", "only_left_turn"))
    rule = Rule(kind=kind, start=start.id, via=[street.id for street in via], end=end.id)
    if not via:
        rule.via_place = here
    if chance.random() < 0.2:
        _make_void(chance, rule)
    return rule


def _meet_once(chain: list[Street]) -> bool:
    """Whether neighbours in the chain have one place in common and the others none, so that only one route is meant."""
    common = [
        (len(set(one.places) & set(other.places)), index + 1 == later)
        for index, one in enumerate(chain)
        for later, other in enumerate(chain)
        if later > index and not (index == 0 and later == len(chain) - 1)
    ]
    return all(count == int(is_next) for count, is_next in common)


def _make_void(chance: random.Random, rule: Rule) -> None:
    """Turn a rule into one that does not bind."""
    rule.binds = False
    fault = chance.randrange(4)
    if fault == 0:
        rule.tags = {"restriction:conditional": f"{rule.kind} @ (Mo-Fr 07:00-09:00)"}
    elif fault == 1:
        rule.tags = {"restriction": rule.kind, "except": "motor_vehicle"}
    elif fault == 2:
        rule.end = 10_000  # no such street
    else:
        rule.via, rule.via_place = [], None


def _around(place: Place) -> list[Place]:
    x, y = place
    return [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]


def lonlat(x: float, y: float) -> LonLat:
    """Where a place is, or the middle of a step."""
    return LonLat(round(ORIGIN.lon + x * STEP_DEG, 7), round(ORIGIN.lat + y * STEP_DEG, 7))


def node_id(place: Place) -> int:
    """OpenStreetMap id of a place."""
    return 1 + place[0] + 100 * place[1]


def place_of(node: int) -> Place:
    """Place of an OpenStreetMap id."""
    return (node - 1) % 100, (node - 1) // 100


def _street_tags(street: Street) -> dict[str, str]:
    limit_kmh = STEP_M * 3600 / street.pace_ms / DRIVEN_SHARE
    oneway = {0: {}, 1: {"oneway": "yes"}, -1: {"oneway": "-1"}}[street.oneway]
    access = {"access": "private"} if street.is_private else {}
    return {"highway": "residential", "maxspeed": f"{limit_kmh:.9f}"} | oneway | access


def _tag(element: Element, tags: dict[str, str]) -> None:
    for key, value in tags.items():
        SubElement(element, "tag", k=key, v=value)
