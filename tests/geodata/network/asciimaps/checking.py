"""Checking: builds the network of a scenario as an area does, and holds the answers of both engines to the claims."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from geodata.coords import great_circle_m
from geodata.errors import NoRouteError
from geodata.network.build import BuildReport, build_network
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.own_profiles import read_profile
from geodata.network.port import UNREACHABLE, OffNetwork, RoadNetwork, RoadPath, SnappedPoint
from geodata.network.profiles import PROFILES, Profile
from geodata.network.roads import Roads
from geodata.network.storage import open_network
from geodata.network.weights import ObservedSpeeds, with_closed_ways, with_observed_speeds, with_season
from tests.geodata.network.asciimaps.costs import ScenarioError, cost
from tests.geodata.network.asciimaps.drawing import places, way_id, write_osm
from tests.geodata.network.asciimaps.language import Claim, Scenario, Vehicle

#: Coordinates lie on OpenStreetMap's grid of 1e-7 degrees, about a centimetre.
NEAR_M: Final = 0.1
#: What is rounded on the way to whole metres, and again in the scenario.
LENGTH_TOLERANCE_M: Final = 1

_SEASON: Final = re.compile(r"in the (?P<season>\w+) season")
_CLOSED: Final = re.compile(r"with (?P<way>\w+) closed")
_OBSERVED: Final = re.compile(r"with (?P<way>\w+) at (?P<kmh>[\d.]+) km/h")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Engines:
    """One network as it is served, the same roads under the oracle, and what the build said."""

    served: RoadNetwork
    oracle: DijkstraRoadNetwork
    report: BuildReport


class Map:
    """A scenario whose networks are built when a claim asks for them.

    Parameters
    ----------
    folder : an empty folder to build in.
    """

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self._scenario = scenario
        self._folder = folder
        self._places = places(scenario)
        self._extract = write_osm(scenario, folder / "map.osm")
        self._built: dict[Vehicle, _Engines] = {}
        self._nodes = {name: place for name, place in self._places.items() if name.isalpha()}

    def faults(self, claim: Claim) -> list[str]:
        """Say what is not as claimed, nothing when all is."""
        if claim.vehicle not in self._built:
            self._built[claim.vehicle] = self._build(claim.vehicle)
        engines = self._built[claim.vehicle]
        if claim.kind == "reports":
            return _report_faults(engines.report, claim)
        if claim.kind == "snaps":
            return self._snap_faults(engines, claim)
        return self._trip_faults(engines, claim)

    def _build(self, vehicle: Vehicle) -> _Engines:
        into = self._folder / vehicle.profile
        profile = self._profile(vehicle.profile)
        report = build_network(self._extract, profile=profile, into=into, on_progress=lambda _step, _share: None)
        served = open_network(into)
        if vehicle.conditions:
            served = served.with_weights(self._weighed(served.roads, vehicle, profile))
        return _Engines(served=served, oracle=DijkstraRoadNetwork(served.roads), report=report)

    def _profile(self, name: str) -> Profile:
        """Return a known profile, or read the scenario's own from a file like anybody's."""
        if name in PROFILES:
            return PROFILES[name]
        file = self._folder / f"{name}.toml"
        file.write_text(self._scenario.profiles[name], encoding="utf-8")
        return read_profile(file)

    def _weighed(self, roads: Roads, vehicle: Vehicle, profile: Profile) -> Roads:
        """Lay seasons, closed ways and observed speeds on the roads."""
        for condition in vehicle.conditions:
            if match := _SEASON.fullmatch(condition):
                roads = with_season(roads, profile.seasons[match["season"]])
            elif match := _CLOSED.fullmatch(condition):
                roads = with_closed_ways(roads, {way_id(self._scenario, match["way"])})
            elif match := _OBSERVED.fullmatch(condition):
                edge = np.flatnonzero(roads.way_osm == way_id(self._scenario, match["way"]))
                both = (
                    np.repeat(edge, 2),
                    np.tile([True, False], len(edge)),
                    np.full(2 * len(edge), float(match["kmh"])),
                )
                roads = with_observed_speeds(roads, ObservedSpeeds(edge=both[0], forward=both[1], kmh=both[2]))
            else:
                msg = f"{self._scenario.id}: nobody knows the condition {condition!r}."
                raise ScenarioError(msg)
        return roads

    def _snap(self, network: RoadNetwork, name: str) -> SnappedPoint | OffNetwork:
        return network.snap([self._places[name]])[0]

    def _snap_faults(self, engines: _Engines, claim: Claim) -> list[str]:
        found = self._snap(engines.served, claim.start)
        faults = []
        for fact in claim.facts:
            if fact == "off the network":
                is_so = isinstance(found, OffNetwork)
            elif isinstance(found, OffNetwork):
                is_so = False
            elif fact.startswith("on "):
                way = way_id(self._scenario, fact.removeprefix("on "))
                is_so = engines.oracle.roads.way_osm[found.edge] == way
            elif fact.endswith(" m away"):
                is_so = abs(found.distance_m - int(fact.removesuffix(" m away"))) <= LENGTH_TOLERANCE_M
            elif fact == "no flags" or fact.startswith("flagged "):
                is_so = set(found.flags) == set(fact.removeprefix("no flags").removeprefix("flagged ").split())
            elif fact in {"left", "right", "in the road"}:
                is_so = found.side == {"in the road": "on"}.get(fact, fact)
            else:
                raise _unknown_fact(claim, fact)
            if not is_so:
                faults.append(f"{fact}: it is {found}")
        return faults

    def _trip_faults(self, engines: _Engines, claim: Claim) -> list[str]:
        served, oracle = (self._trip(network, claim) for network in (engines.served, engines.oracle))
        faults = [] if served == oracle else [f"the oracle has another answer: {oracle} and not {served}"]
        if isinstance(served, str):
            return faults if claim.facts == (served,) else [*faults, f"it is {served}"]
        for fact in claim.facts:
            is_so, got = self._trip_fact(served, claim, fact)
            if not is_so:
                faults.append(f"{fact}: it is {got}")
        return faults

    def _trip_fact(self, path: RoadPath, claim: Claim, fact: str) -> tuple[bool, str]:
        passed = self._passed(path)
        if fact == "direct":
            return not passed, f"by {' '.join(passed)}"
        if fact == "unreachable":
            return False, f"by {' '.join(passed)} in {path.duration_s} s"
        if fact.startswith("by "):
            return passed == fact.removeprefix("by ").split(), f"by {' '.join(passed)}"
        if fact.startswith("told "):
            told = ", ".join(f"{step.turn} {step.name}" for step in path.steps)
            return told == fact.removeprefix("told "), f"told {told}"
        if fact[0].isdigit():
            claimed = cost(fact)
            is_near = abs(path.length_m - claimed.metres) <= LENGTH_TOLERANCE_M or claimed.metres == 0
            return path.duration_s == claimed.seconds and is_near, f"{path.duration_s} s, {path.length_m} m"
        raise _unknown_fact(claim, fact)

    def _trip(self, network: RoadNetwork, claim: Claim) -> RoadPath | str:
        """Answer as a path, which the matrix must confirm; or "unreachable", or "off the network"."""
        ends = [self._snap(network, name) for name in (claim.start, claim.end)]
        snapped = [end for end in ends if isinstance(end, SnappedPoint)]
        if len(snapped) < len(ends):
            return "off the network"
        source, target = snapped
        matrix = network.matrix([source], [target])
        cell = int(matrix.durations_s[0, 0]), int(matrix.lengths_m[0, 0])
        try:
            path = network.path(source, target)
        except NoRouteError:
            assert cell == (UNREACHABLE, UNREACHABLE), f"{claim.text}: the matrix says {cell}, the path unreachable"
            return "unreachable"
        assert cell == (path.duration_s, path.length_m), f"{claim.text}: the matrix says {cell}, the path {path}"
        return path

    def _passed(self, path: RoadPath) -> list[str]:
        """Letters of the nodes that a path passes, one after the other."""
        names = [
            name for point in path.line for name, place in self._nodes.items() if great_circle_m(point, place) < NEAR_M
        ]
        return [name for index, name in enumerate(names) if index == 0 or name != names[index - 1]]


def _report_faults(report: BuildReport, claim: Claim) -> list[str]:
    counts = report.counts | report.ways_dropped | report.edges_dropped | report.restrictions_ignored
    got = counts.get(claim.start, 0)
    return [] if got == int(claim.facts[0]) else [f"{claim.start}: it is {got}; there are {counts}"]


def _unknown_fact(claim: Claim, fact: str) -> ScenarioError:
    return ScenarioError(f"Line {claim.line}: nobody knows what {fact!r} claims.")
