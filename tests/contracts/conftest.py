"""Servers of other engines on the bundled area, for the contract of the RoadNetwork port."""

from collections.abc import Iterator

import pytest

from tests.geodata.network.bundled import EXTRACT
from tests.peers.servers import osrm_server, prepare_osrm, valhalla_server
from tests.peers.without_peers import peer_needed


@pytest.fixture(scope="session")
def osrm_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an OSRM server."""
    with peer_needed():
        base = prepare_osrm(EXTRACT, tmp_path_factory.mktemp("osrm"))
    # A table smaller than the suite's matrices, so that they are cut.
    with osrm_server(base, max_table_size=12) as url:
        yield url


@pytest.fixture(scope="session")
def valhalla_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Valhalla server."""
    folder = tmp_path_factory.mktemp("valhalla")
    with peer_needed():
        from tests.peers.wheels import unpacked

        unpacked("pyvalhalla")
    with valhalla_server(EXTRACT, folder) as url:
        yield url
