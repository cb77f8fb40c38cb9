"""What every Geocoder must do, asked of each adapter."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.coords import LonLat
from geodata.geocoding.build import build_gazetteer
from geodata.geocoding.geocoder import open_geocoder
from geodata.geocoding.pins import Pin, PinnedGeocoder
from geodata.geocoding.port import AddressQuery, GeocodeAnswer, Geocoder, Level, Status
from tests.geodata.geocoding.address_maps import two_villages

_WORDS = st.sampled_from(
    (
        "Dorfstrasse", "Mühlweg", "Dorfstr.", "Mulweg", "Oberdorf", "Unterdorf", "Obredorf", "4", "12", "3a", "1001",
        "1002", "9999", "FL-", ",", "\n", "c/o", "Herr", "Tel.", "+423 232 11 11", "王家村", "12号",
    )
)  # fmt: skip
_TEXTS = st.one_of(st.text(max_size=320), st.lists(_WORDS, max_size=14).map(" ".join))
_POINTS = st.builds(LonLat, st.floats(-180, 180), st.floats(-90, 90))
_QUERIES = st.builds(AddressQuery, text=st.one_of(st.none(), _TEXTS), location=st.one_of(st.none(), _POINTS))


@pytest.fixture(scope="module", params=["gazetteer", "pinned"])
def geocoder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Geocoder]:
    folder: Path = tmp_path_factory.mktemp("geocoder")
    file = folder / "villages.sqlite"
    build_gazetteer(
        two_villages().write(folder), into=file, dataset_version="villages", on_progress=lambda _t, _s: None
    )
    with open_geocoder(file, service_area=None) as opened:
        yield opened if request.param == "gazetteer" else PinnedGeocoder(opened, NoPins())


class NoPins:
    """The pins of an area where nothing was confirmed yet."""

    def find(self, forms: Sequence[str]) -> Sequence[Pin | None]:
        return [None] * len(forms)

    def at_doors(self, doors: Sequence[str]) -> Sequence[Pin | None]:
        return [None] * len(doors)

    def doors_in(self, places: Collection[str]) -> Mapping[str, Sequence[LonLat]]:
        return {}


def _check(query: AddressQuery, answer: GeocodeAnswer) -> None:
    assert isinstance(answer, GeocodeAnswer)
    assert 0 <= answer.confidence <= 1
    assert 0 <= answer.margin <= 1
    assert (answer.location is None) == (answer.uncertainty_m is None) == (answer.match_level is Level.NONE)
    assert answer.location is not None or answer.status in {Status.INVALID, Status.NOT_FOUND}
    assert answer.status is Status.ACCEPTED or answer.reasons
    assert all(0 <= candidate.confidence <= 1 for candidate in answer.alternatives)
    if query.location is None:
        assert all(candidate.confidence <= answer.confidence for candidate in answer.alternatives)
    assert len(set(answer.reasons)) == len(answer.reasons)
    if query.location is not None:
        assert answer.location == query.location


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=_QUERIES)
def test_any_query_has_a_sound_answer(geocoder: Geocoder, query: AddressQuery) -> None:
    (answer,) = geocoder.geocode([query])

    _check(query, answer)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queries=st.lists(_QUERIES, max_size=8))
def test_answers_keep_the_order_and_do_not_depend_on_their_neighbours(
    geocoder: Geocoder, queries: list[AddressQuery]
) -> None:
    together = geocoder.geocode(queries)

    alone = [geocoder.geocode([query])[0] for query in queries]

    assert together == alone


def test_no_queries_have_no_answers(geocoder: Geocoder) -> None:
    assert geocoder.geocode([]) == []


def test_a_known_door_is_accepted(geocoder: Geocoder) -> None:
    (answer,) = geocoder.geocode([AddressQuery(text="Dorfstrasse 4, 1001 Oberdorf")])

    assert (answer.status, answer.match_level) == (Status.ACCEPTED, Level.HOUSE_NUMBER)
    assert answer.dataset_version == "villages"
