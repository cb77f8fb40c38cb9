"""Messages to receivers that really listen."""

import asyncio
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from service.webhooks.address import networks
from service.webhooks.sending import MAX_ANSWER_BYTES, Outcome, Sender
from tests.service.webhooks.receiver import Certified, Receiver, certified, listening, reply_with

LOOPBACK = networks("127.0.0.0/8")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as opened:
        yield opened


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return certified("hooks.bank.example", tmp_path_factory.mktemp("bank"))


class Names:
    """A resolver that knows one name, and counts how often it is asked."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return [self.addresses[min(len(self.asked), len(self.addresses)) - 1]]


def send(url: str, body: str = "{}", **options: Any) -> Outcome:
    sender = Sender(**{"allowed": LOOPBACK, "timeout_s": 5.0, **options})
    return asyncio.run(sender.send(url, body, {"webhook-id": "msg_1"}))


def test_a_message_arrives_as_it_was_signed(receiver: Receiver) -> None:
    outcome = send(f"http://127.0.0.1:{receiver.port}/hooks?token=1", '{"straße":"东城"}')

    assert (outcome.status, outcome.error, outcome.is_taken) == (204, None, True)
    (received,) = receiver.received
    assert (received.path, received.body) == ("/hooks?token=1", '{"straße":"东城"}')
    assert received.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert (received.headers["content-type"], received.headers["webhook-id"]) == ("application/json", "msg_1")


def test_the_name_is_looked_up_once_and_tls_verifies_it(bank: Certified) -> None:
    names = Names("127.0.0.1")

    with listening(tls=bank.server) as receiver:
        outcome = send(f"https://hooks.bank.example:{receiver.port}/", resolve=names, trust=bank.trust)

    assert outcome.is_taken
    assert names.asked == ["hooks.bank.example"]
    assert receiver.received[0].headers["host"] == f"hooks.bank.example:{receiver.port}"


def test_a_certificate_of_another_name_is_not_trusted(bank: Certified) -> None:
    with listening(tls=bank.server) as receiver:
        outcome = send(f"https://other.example:{receiver.port}/", resolve=Names("127.0.0.1"), trust=bank.trust)

    assert (outcome.status, outcome.error) == (None, "tls_failed")
    assert receiver.received == []


def test_a_certificate_that_nobody_signed_is_not_trusted(bank: Certified) -> None:
    with listening(tls=bank.server) as receiver:
        outcome = send(f"https://hooks.bank.example:{receiver.port}/", resolve=Names("127.0.0.1"))

    assert outcome.error == "tls_failed"


def test_a_name_that_changes_its_mind_is_of_no_use(receiver: Receiver) -> None:
    # DNS rebinding: public when it is checked, ours when it is connected to. It is asked once.
    names = Names("192.0.2.1", "127.0.0.1")

    outcome = send(
        f"https://hooks.bank.example:{receiver.port}/", resolve=names, allowed=networks("192.0.2.0/24"), timeout_s=0.3
    )

    assert outcome.error in {"not_connected", "timeout", "no_answer"}
    assert names.asked == ["hooks.bank.example"]
    assert receiver.received == []


def test_nothing_is_sent_to_an_address_that_is_not_allowed(receiver: Receiver) -> None:
    for url, resolve in (
        (f"https://127.0.0.1:{receiver.port}/", None),
        (f"https://hooks.bank.example:{receiver.port}/", Names("127.0.0.1")),
        (f"https://hooks.bank.example:{receiver.port}/", Names("::ffff:127.0.0.1")),
    ):
        outcome = send(url, resolve=resolve, allowed=())

        assert (outcome.status, outcome.error) == (None, "address_refused")
    assert receiver.received == []


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    with listening() as inner:
        receiver.replies = [reply_with(307, Location=f"http://127.0.0.1:{inner.port}/")]

        outcome = send(f"http://127.0.0.1:{receiver.port}/")

    assert (outcome.status, outcome.error) == (307, "redirect_refused")
    assert inner.received == []


def test_proxies_of_the_environment_are_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    assert send(f"http://127.0.0.1:{receiver.port}/").is_taken


def test_a_refusal_says_what_the_receiver_said_and_when_to_come_back(receiver: Receiver) -> None:
    receiver.replies = [
        reply_with(503, Retry_After="120"),
        reply_with(503, Retry_After="Tue, 24 Nov 2026 00:00:00 GMT"),
    ]

    first, second = (send(f"http://127.0.0.1:{receiver.port}/") for _ in range(2))

    assert (first.status, first.error, first.retry_after_s) == (503, "not_accepted", 120)
    assert second.retry_after_s is None


def test_nobody_who_listens_and_a_slow_answer_are_outcomes(receiver: Receiver) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100):
            handler.wfile.write(b"X-%d: drip\r\n" % number)
            time.sleep(0.05)

    receiver.replies = [drip]
    begun = time.monotonic()

    assert send("http://127.0.0.1:1/").error == "not_connected"
    assert send(f"http://127.0.0.1:{receiver.port}/", timeout_s=0.4).error == "timeout"
    assert time.monotonic() - begun < 3


def test_an_endless_answer_is_not_read_to_its_end(receiver: Receiver) -> None:
    written = 0

    def pour(handler: BaseHTTPRequestHandler) -> None:
        nonlocal written
        handler.send_response(200)
        handler.end_headers()
        for _ in range(1000):
            written += handler.wfile.write(b"x" * MAX_ANSWER_BYTES)

    receiver.replies = [pour]

    assert send(f"http://127.0.0.1:{receiver.port}/").is_taken
    assert written < 1000 * MAX_ANSWER_BYTES


def test_what_answers_something_else_than_http_is_an_outcome(receiver: Receiver) -> None:
    def greet(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"220 mail.example ESMTP\r\n")

    receiver.replies = [greet]

    assert send(f"http://127.0.0.1:{receiver.port}/").error == "no_answer"
