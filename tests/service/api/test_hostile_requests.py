"""Requests that mean harm: whatever is sent, the answer is no 5xx, tells nothing, and takes little memory."""

import io
import json
import socket
import tracemalloc
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import anyio
import httpx
import pytest
import structlog
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from service.app import create_app
from tests.service.api.client import ApiClient
from tests.service.api.fakes import fake_deps, plan_body
from tests.service.cli.test_web_server_stops import Running, SlowPlans
from tests.service.spreadsheets.workbooks import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MB = 1024 * 1024
_APP = create_app(fake_deps())
OPERATIONS = sorted(
    (method.upper(), path)
    for path, methods in ApiClient(_APP).get("/openapi.json").json()["paths"].items()
    for method in methods
    if not path.endswith("/events")  # they go on
)
HEADERS = [
    "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Content-Encoding", "Content-Length",
    "Content-Type", "Cookie", "Expect", "Forwarded", "Host", "Idempotency-Key", "If-Match", "If-None-Match",
    "Last-Event-ID", "Origin",
    "Prefer", "Range", "Referer", "traceparent", "tracestate", "Transfer-Encoding", "X-Forwarded-For", "X-Request-Id",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "", "%00", "..%2f..%2fetc%2fpasswd", "'; DROP TABLE plans; --", "\ud800", "NaN", "-1", "1e999", "9" * 5000,
            "${jndi:ldap://x}", "{{7*7}}", "<script>", "a" * 20_000, "\u202e", "true", "null", "[]", "W/\"1\"",
            "application/json; charset=klingon", "multipart/form-data; boundary=x", "gzip, br", "bytes=0-1",
        ]
    ),
)  # fmt: skip
RAW = TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass").replace(b"\r", b"").replace(b"\n", b""))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)
BODIES = st.one_of(
    st.binary(max_size=200),
    VALUES.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("cases", "collectors", "queries", "locations", "address", "location", "options"), VALUES
        ),
    ).map(lambda value: json.dumps(value).encode()),
    st.sampled_from(
        [b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe{\x00}\x00", b"--x\r\n\r\n--x--", b"PK\x03\x04" * 99]
    ),
)


@pytest.fixture(scope="module")
def client() -> ApiClient:
    return ApiClient(create_app(fake_deps()))


@contextmanager
def memory_below(megabytes: float) -> Iterator[None]:
    """Fail when what the block allocates at a time is more."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < megabytes * MB, f"{peak / MB:.1f} MB"


@settings(max_examples=400, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    operation=st.sampled_from(OPERATIONS),
    words=st.lists(TEXTS, min_size=3, max_size=3),
    query=st.dictionaries(
        st.sampled_from(["limit", "after", "area", "status", "address", "sheet"]) | TEXTS, TEXTS, max_size=4
    ),
    headers=st.dictionaries(st.sampled_from(HEADERS), RAW, max_size=5),
    body=BODIES,
    content_type=st.sampled_from(["application/json", "application/x-ndjson", "text/csv", XLSX, "multipart/form-data"]),
)
def test_whatever_is_sent_is_answered_with_no_5xx(
    operation: tuple[str, str],
    words: list[str],
    query: dict[str, str],
    headers: dict[str, bytes],
    body: bytes,
    content_type: str,
) -> None:
    method, template = operation
    path = "/".join(words.pop() if part.startswith("{") and words else part for part in template.split("/"))
    try:
        request = httpx.Request(
            method,
            f"http://localhost{quote(path, safe='/%', errors='surrogatepass')}",
            params=query,
            headers=[
                (b"content-type", content_type.encode()),
                *((name.encode(), text) for name, text in headers.items()),
            ],
            content=body,
        )
    except (UnicodeError, httpx.InvalidURL):  # what no client can send
        reject()

    with structlog.testing.capture_logs() as lines:
        answer = anyio.run(_sent, request)

    assert answer.status_code < 500, answer.text
    assert [line for line in lines if line["event"] == "incident"] == []


async def _sent(request: httpx.Request) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=_APP)) as client:
        return await client.send(request)


# --- large bodies ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/v1/plans", "application/json"),
        ("/v1/geocode", "application/json"),
        ("/v1/geocode/batches", "application/json"),
        ("/v1/geocode/files", "text/csv"),
        ("/v1/geocode/files", XLSX),
        ("/v1/cases/files", "text/csv"),
        ("/v1/cases/files", XLSX),
        ("/v1/cases/bulk", "application/x-ndjson"),
        ("/v1/cases/bulk", "application/json"),
    ],
)
def test_a_hundred_megabytes_are_refused_before_they_are_in_memory(
    client: ApiClient, path: str, content_type: str
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield b"1," * (MB // 2)

    with memory_below(80):
        answer = client.post(path, content=endless(), headers={"Content-Type": content_type})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert sent < 40


# --- files -----------------------------------------------------------------------------------------------------


def _with_part(name: str, content: bytes) -> bytes:
    """Return a good workbook with one part more."""
    archive = io.BytesIO(workbook({"one": [["address"], ["Landstrasse 19"]]}))
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(name, content)
    return archive.getvalue()


def _bomb() -> bytes:
    return _with_part("xl/worksheets/sheet2.xml", b"<c><v>1</v></c>" * (40 * MB // 5))


def _lying_bomb() -> bytes:
    """A bomb that declares to be small, in its entry and in its directory."""
    content, size = _bomb(), (40 * MB // 5) * 15
    return content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def _many_parts() -> bytes:
    archive = io.BytesIO(workbook({"one": [["address"]]}))
    with zipfile.ZipFile(archive, "a") as parts:
        for number in range(3000):
            parts.writestr(f"xl/{number}.xml", b"<a/>")
    return archive.getvalue()


def _entities() -> bytes:
    text = (
        b'<!DOCTYPE a [<!ENTITY b "bbbb">'
        + b"".join(b'<!ENTITY c%d "%s">' % (n, b"&b;" * 100) for n in range(50))
        + b"]><a>&c1;</a>"
    )
    return _with_part("xl/worksheets/sheet9.xml", text)


@pytest.mark.parametrize("make", [_bomb, _lying_bomb, _many_parts, _entities])
def test_a_workbook_that_unpacks_to_too_much_is_refused(client: ApiClient, make: Callable[[], bytes]) -> None:
    content = make()

    with memory_below(400):
        answer = client.post_raw("/v1/geocode/files", content, XLSX)

    assert len(content) < 8 * MB
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_file"


@pytest.mark.parametrize("name", ["../../../../tmp/doorstep-slipped.xml", "/tmp/doorstep-slipped.xml", "..\\..\\x.xml"])
def test_a_part_whose_name_leads_elsewhere_is_written_nowhere(client: ApiClient, name: str) -> None:
    answer = client.post_raw("/v1/geocode/files", _with_part(name, b"<a/>"), XLSX)

    assert answer.status_code in {200, 202, 422}
    assert not Path("/tmp/doorstep-slipped.xml").exists()


@pytest.mark.parametrize(
    "content",
    [
        "address\nLandstraße 1\n".encode("utf-16-be"),
        "address\nLandstraße 1\n".encode("utf-7"),
        b"address\n\xff\xfe\xfa\x80\x81\n",
        b"\xef\xbb\xbf\xef\xbb\xbfaddress\n\x00\x00\x00\n",
        "地址\n人民路19号\n".encode("gb18030")[:-1],
        b"address\r\r\r\n\x1b$B%\x1b(B\n",
    ],
    ids=["utf-16", "utf-7", "no-text", "two-marks", "cut", "iso-2022"],
)
@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=utf-16", "; charset=rot13", "; charset=idna"])
def test_a_file_in_a_wrong_encoding_is_read_or_refused(client: ApiClient, content: bytes, charset: str) -> None:
    assert client.post_raw("/v1/geocode/files", content, f"text/csv{charset}").status_code in {200, 202, 422}


def test_a_form_of_files_is_refused_by_its_type(client: ApiClient) -> None:
    answer = client.post("/v1/geocode/files", files={"file": ("../../x.csv", b"address\nx\n", "text/csv")})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


# --- below HTTP ------------------------------------------------------------------------------------------------

_POST = b"POST /v1/plans HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    server = Running(SlowPlans())
    yield server
    server.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 500_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        _POST + b"Content-Length: -5\r\n\r\n{}",
        _POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
        _POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        _POST + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
        _POST + b"Content-Length: 99999999999999999999\r\n\r\n{}",
        b"GET /\x00\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /%ff%fe%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /healthz?%ff=%00 HTTP/1.1\r\nHost: \xff\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=[
        "tls", "version", "path", "header", "hosts", "negative", "lengths", "smuggled", "chunk", "huge", "bytes",
        "escaped", "query", "http2",
    ],
)  # fmt: skip
def test_what_is_no_http_ends_the_connection_and_not_the_server(running: Running, sent: bytes) -> None:
    host, port = running.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            said = connection.recv(1000)
        except OSError:  # it is closed already
            said = b""

    assert not said.startswith(b"HTTP/1.1 5")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")


def test_a_body_that_is_announced_and_never_comes_changes_nothing(running: Running) -> None:
    host, port = running.url.removeprefix("http://").split(":")
    body = json.dumps(plan_body()).encode()
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(_POST + b"Content-Length: %d\r\n\r\n" % (len(body) + 1) + body)

    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
