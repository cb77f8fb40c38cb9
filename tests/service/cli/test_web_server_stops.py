"""The web server stops in order: requests finish, and nobody who waits for a plan holds it up."""

import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import pytest

from service.app import create_app
from service.cli.web import WebServer
from tests.service.api.fakes import FakePlans, fake_deps, plan_body

GRACE_S = 30.0


class SlowPlans(FakePlans):
    """Answers a request when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go_on = threading.Event(), threading.Event()

    def request_stop(self, plan_id: object) -> None:
        self.asked.set()
        assert self.go_on.wait(GRACE_S)


class Running:
    """A server in a thread, on a port of its own."""

    def __init__(self, plans: FakePlans) -> None:
        self.server = WebServer(create_app(fake_deps(plans=plans)), grace_s=GRACE_S)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        self.server.handle_exit(signal.SIGTERM, None)

    def close(self) -> None:
        self.server.force_exit = True
        self.stop()
        self.thread.join(GRACE_S)
        self._socket.close()


@pytest.fixture
def plans() -> SlowPlans:
    return SlowPlans()


@pytest.fixture
def running(plans: SlowPlans) -> Iterator[Running]:
    server = Running(plans)
    yield server
    plans.go_on.set()
    server.close()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(3) as pool:
        yield pool


def test_a_request_that_is_being_answered_is_answered_to_its_end(
    running: Running, plans: SlowPlans, threads: ThreadPoolExecutor
) -> None:
    answer = threads.submit(httpx.post, f"{running.url}/v1/plans/{plans.put()}/stop", timeout=GRACE_S)
    assert plans.asked.wait(GRACE_S)

    running.stop()
    time.sleep(0.3)
    was_done = answer.done()
    plans.go_on.set()

    assert not was_done
    assert answer.result().status_code == 202
    running.thread.join(GRACE_S)
    assert not running.thread.is_alive()


def test_event_streams_end_at_once_and_in_order(
    running: Running, plans: SlowPlans, threads: ThreadPoolExecutor
) -> None:
    begun = threading.Event()

    def listen() -> str:
        heard = ""
        with httpx.stream("GET", f"{running.url}/v1/plans/{plans.put()}/events", timeout=GRACE_S) as stream:
            for text in stream.iter_text():
                heard += text
                if "event: status" in heard:
                    begun.set()
        return heard  # a stream that is cut off raises

    listening: Future[str] = threads.submit(listen)
    assert begun.wait(GRACE_S)

    stopped_at = time.monotonic()
    running.stop()
    listening.result()
    running.thread.join(GRACE_S)

    assert not running.thread.is_alive()
    assert time.monotonic() - stopped_at < GRACE_S / 3


def test_who_waits_for_a_plan_is_answered_with_how_it_is(
    running: Running, plans: SlowPlans, threads: ThreadPoolExecutor
) -> None:
    waiting = threads.submit(
        httpx.post, f"{running.url}/v1/plans", json=plan_body(), headers={"Prefer": "wait=60"}, timeout=GRACE_S
    )
    while not plans.records:
        time.sleep(0.01)
    time.sleep(0.3)

    running.stop()

    assert waiting.result().status_code == 202
    running.thread.join(GRACE_S)
    assert not running.thread.is_alive()
