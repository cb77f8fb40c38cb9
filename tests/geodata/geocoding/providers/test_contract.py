"""What every provider does, asked on a server of this machine that answers as the real one documents."""

import json
import socket
import traceback
from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.coords import BoundingBox, great_circle_m
from geodata.datum import to_wgs84
from geodata.errors import ProviderAwayError, ProviderBusyError, ProviderError, ProviderRefusedError
from geodata.geocoding.port import Level
from geodata.geocoding.providers.port import Provider
from tests.geodata.geocoding.providers.kinds import KEY, KINDS, Kind
from tests.geodata.geocoding.providers.local_server import Answer, Asked, LocalServer, serving

AREA = BoundingBox(west=9.4, south=47.0, east=9.7, north=47.3)
every = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with serving(lambda _asked: Answer(body={})) as local:
        yield local


def opened(kind: Kind, server: LocalServer, *, timeout_s: float = 5.0) -> Provider:
    return kind.make(server.url, timeout_s)


def failure(kind: Kind, server: LocalServer, answer: Answer, *, timeout_s: float = 5.0) -> ProviderError:
    """Ask when the server answers so, and return the error; it must tell neither the address nor the key."""
    server.reply = lambda _asked: answer
    with pytest.raises(ProviderError) as caught:
        opened(kind, server, timeout_s=timeout_s).geocode([kind.text], within=None)
    told = "".join(traceback.format_exception(caught.value))
    assert kind.text not in told
    assert KEY not in told
    assert kind.name in str(caught.value)
    return caught.value


@every
def test_a_door_is_located_where_it_is(kind: Kind, server: LocalServer) -> None:
    server.reply = lambda _asked: Answer(body=kind.door)
    provider = opened(kind, server)

    ((found, *_),) = provider.geocode([kind.text], within=None)

    assert (found.level, found.is_exact) == (Level.HOUSE_NUMBER, True)
    assert great_circle_m(to_wgs84(found.location, provider.datum), kind.door_at) < 0.5


@every
def test_what_is_wider_than_a_door_says_so(kind: Kind, server: LocalServer) -> None:
    server.reply = lambda _asked: Answer(body=kind.place)

    ((found,),) = opened(kind, server).geocode([kind.text], within=None)

    assert found.level is kind.place_level


@every
def test_an_unknown_address_is_an_empty_answer(kind: Kind, server: LocalServer) -> None:
    server.reply = lambda _asked: Answer(body=kind.nothing)

    assert opened(kind, server).geocode([kind.text], within=None) == [()]


@every
def test_the_request_has_the_address_the_key_and_nothing_else_of_ours(kind: Kind, server: LocalServer) -> None:
    server.reply = lambda _asked: Answer(body=kind.nothing)

    opened(kind, server).geocode([kind.text], within=AREA)

    (asked,) = server.asked
    assert asked.path == kind.path
    sent = asked.params[kind.text_param]
    assert (json.loads(sent)["keyWord"] if kind.name == "tianditu" else sent) == kind.text
    assert kind.needs.items() <= asked.params.items()


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("nominatim", {"viewbox": "9.4,47.0,9.7,47.3", "bounded": "1"}),
        ("photon", {"bbox": "9.4,47.0,9.7,47.3"}),
        ("pelias", {"boundary.rect.min_lon": "9.4", "boundary.rect.max_lat": "47.3"}),
    ],
)
def test_providers_that_can_are_told_where_answers_are_of_use(
    name: str, params: dict[str, str], server: LocalServer
) -> None:
    kind = next(kind for kind in KINDS if kind.name == name)
    server.reply = lambda _asked: Answer(body=kind.nothing)

    opened(kind, server).geocode([kind.text], within=AREA)

    assert params.items() <= server.asked[0].params.items()


@every
@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_fault_of_the_server_may_pass(kind: Kind, status: int, server: LocalServer) -> None:
    assert isinstance(failure(kind, server, Answer(status=status, body=b"<html>")), ProviderAwayError)


@every
@pytest.mark.parametrize("status", [301, 400, 401, 403, 404])
def test_a_refusal_stays_one_and_redirects_are_not_followed(kind: Kind, status: int, server: LocalServer) -> None:
    elsewhere = {"Location": f"{server.url}/elsewhere"}

    assert isinstance(failure(kind, server, Answer(status=status, body=b"no", headers=elsewhere)), ProviderRefusedError)
    assert len(server.asked) == 1


@every
@pytest.mark.parametrize(("said", "seconds"), [("7", 7.0), ("86400", 60.0), ("soon", None), ("", None)])
def test_a_provider_that_is_busy_says_when_to_come_again(
    kind: Kind, said: str, seconds: float | None, server: LocalServer
) -> None:
    error = failure(kind, server, Answer(status=429, body=b"", headers={"Retry-After": said}))

    assert isinstance(error, ProviderBusyError)
    assert error.retry_after_s == seconds


@every
@pytest.mark.parametrize("body", [b"<html>", b"", b"[" * 100_000, b"\xff\xfe", b"null", b'"text"', b"x" * 3_000_000])
def test_what_is_no_answer_of_a_geocoder_is_a_fault(kind: Kind, body: bytes, server: LocalServer) -> None:
    assert isinstance(failure(kind, server, Answer(body=body)), ProviderAwayError)


@every
def test_a_provider_that_is_too_slow_is_away(kind: Kind, server: LocalServer) -> None:
    error = failure(kind, server, Answer(body=kind.door, after_s=5), timeout_s=0.2)

    assert isinstance(error, ProviderAwayError)
    assert "in time" in str(error)


@every
def test_a_provider_without_a_server_is_away(kind: Kind) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    with pytest.raises(ProviderAwayError, match="cannot be reached"):
        kind.make(f"http://127.0.0.1:{port}", 1.0).geocode([kind.text], within=None)


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        (kind, body, error)
        for kind in KINDS
        for bodies, error in (
            (kind.refused, ProviderRefusedError),
            (kind.busy, ProviderBusyError),
            (kind.away, ProviderAwayError),
        )
        for body in bodies
    ],
)
def test_codes_inside_an_answer_mean_what_the_provider_documents(
    kind: Kind, body: object, error: type[ProviderError], server: LocalServer
) -> None:
    assert isinstance(failure(kind, server, Answer(body=body)), error)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def spoilt(value: object, data: st.DataObject) -> object:
    """Return a good answer with one of its values exchanged for any other."""
    if isinstance(value, dict) and value and data.draw(st.integers(0, 4)):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: spoilt(value[key], data)}
    if value and isinstance(value, list) and data.draw(st.booleans()):
        return [spoilt(value[0], data), *value[1:]]
    return data.draw(JSON)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from(KINDS), data=st.data())
def test_any_json_is_an_answer_or_an_error_of_the_provider(
    server: LocalServer, kind: Kind, data: st.DataObject
) -> None:
    body = spoilt(kind.door, data)
    server.reply = lambda _asked: Answer(body=body)
    provider = opened(kind, server)

    try:
        (found,) = provider.geocode([kind.text], within=None)
    except ProviderError:
        return
    finally:
        provider.close()

    assert all(abs(one.location.lat) <= 90 and one.level is not Level.NONE for one in found)


def _always(answer: Answer, _asked: Asked) -> Answer:
    return answer


@pytest.mark.parametrize(("key", "is_exact"), [("highway", False), ("railway", False), ("amenity", True)])
def test_a_bus_stop_that_bears_the_villages_name_is_no_door(key: str, is_exact: bool, server: LocalServer) -> None:
    nominatim, photon = KINDS[0], KINDS[1]
    about = {"type": "house", "osm_key": key, "name": "Schaan"}
    feature = {"type": "Feature", "geometry": photon.door["features"][0]["geometry"], "properties": about}
    answers: list[tuple[Kind, object]] = [
        (nominatim, [{"lat": "47.16", "lon": "9.5", "place_rank": 30, "category": key, "display_name": "Schaan"}]),
        (photon, {"type": "FeatureCollection", "features": [feature]}),
    ]

    for kind, body in answers:
        server.reply = partial(_always, Answer(body=body))
        ((found,),) = opened(kind, server).geocode(["Schaan"], within=None)
        assert (found.level, found.is_exact) == (Level.POI, is_exact)


def test_amap_is_asked_ten_addresses_at_once(server: LocalServer) -> None:
    kind = next(kind for kind in KINDS if kind.name == "amap")
    geocode = kind.door["geocodes"][0]
    empty = {**geocode, "formatted_address": [], "location": [], "level": []}
    server.reply = lambda _asked: Answer(body={**kind.door, "geocodes": [geocode, empty, geocode]})
    provider = opened(kind, server)

    first, second, third = provider.geocode(["张家村|1", "李家村", "王家村"], within=None)

    assert provider.max_batch == 10
    assert (len(first), second, len(third)) == (1, (), 1)
    assert server.asked == [
        Asked(kind.path, {"address": "张家村 1|李家村|王家村", "batch": "true", "output": "JSON", "key": KEY})
    ]


def test_baidu_is_asked_long_addresses_without_province_and_prefecture(server: LocalServer) -> None:
    kind = next(kind for kind in KINDS if kind.name == "baidu")
    server.reply = lambda _asked: Answer(body=kind.nothing)
    long = "陕西省宝鸡市凤翔区田家庄镇张家村第十二村民小组东巷南段一百二十八号"
    longer = "西双版纳傣族自治州勐腊县勐捧镇曼回庄村民委员会曼降囡村民小组东二百二十八号"

    opened(kind, server).geocode(["张家村", long, longer, "村" * 29], within=None)

    assert [asked.params["address"] for asked in server.asked] == [
        "张家村",
        "凤翔区田家庄镇张家村第十二村民小组东巷南段一百二十八号",
        "勐腊县勐捧镇曼回庄村民委员会曼降囡村民小组东二百二十八号",
    ]


def test_servers_of_others_are_known_by_their_address() -> None:
    own, foreign = nominatim_at("http://nominatim:8080"), nominatim_at("https://geocoder.example.org")

    assert (own.leaves_premises, foreign.leaves_premises) == (False, True)
    assert all(kind.make("http://127.0.0.1", 1.0).leaves_premises for kind in KINDS[3:])


def nominatim_at(url: str) -> Provider:
    return KINDS[0].make(url, 1.0)


@pytest.mark.parametrize(
    "url", ["https://nominatim.openstreetmap.org", "https://NOMINATIM.openstreetmap.org./", "http://nominatim.org:80/x"]
)
def test_the_public_nominatim_is_refused(url: str) -> None:
    with pytest.raises(ProviderRefusedError, match="Run one of your own"):
        nominatim_at(url)
