"""Durations beside OSRM's on the same roads, at the same speeds, with the same turn restrictions."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from geodata.network.adapters.osrm import OsrmRoadNetwork
from geodata.network.network import DijkstraRoadNetwork
from geodata.network.port import UNREACHABLE, RoadMatrix
from geodata.network.profiles import CAR
from geodata.network.roads import Roads
from tests.benchmarks.network.agreement import NO_U_TURN_MS
from tests.benchmarks.network.doubtless import middles
from tests.benchmarks.network.osrm_profile import write_profile
from tests.geodata.network import bundled
from tests.peers.servers import osrm_server, prepare_osrm
from tests.peers.without_peers import peer_needed


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> Roads:
    """The bundled area, where turns cost nothing and one turns round at dead ends only, as OSRM does."""
    built = bundled.build(tmp_path_factory.mktemp("ours"), "car")[0].roads
    return replace(built, turn_costs=replace(built.turn_costs, turn_ms=0, u_turn_ms=NO_U_TURN_MS))


@pytest.fixture(scope="module")
def osrm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OsrmRoadNetwork]:
    folder = tmp_path_factory.mktemp("osrm")
    with peer_needed():
        base = prepare_osrm(bundled.EXTRACT, folder, profile=write_profile(bundled.EXTRACT, CAR, folder, turn_s=0.0))
    with osrm_server(base) as url:
        network = OsrmRoadNetwork(url)
        yield network
        network.close()


def test_durations_and_lengths_are_those_of_osrm(roads: Roads, osrm: OsrmRoadNetwork) -> None:
    points = middles(roads, 80, seed=5)

    ours: RoadMatrix = DijkstraRoadNetwork(roads).matrix(points, points)
    theirs = osrm.matrix(points, points)

    assert (theirs.durations_s != UNREACHABLE).all()
    apart = ~np.eye(len(points), dtype=bool)
    off_s = np.abs(ours.durations_s - theirs.durations_s)[apart] / np.maximum(theirs.durations_s[apart], 1)
    off_m = np.abs(ours.lengths_m - theirs.lengths_m)[apart] / np.maximum(theirs.lengths_m[apart], 1)
    assert np.median(off_s) < 0.005
    assert np.percentile(off_s, 95) < 0.01
    assert np.median(off_m) < 0.005
