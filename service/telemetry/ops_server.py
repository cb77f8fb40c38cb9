"""A small server for whoever operates a process: /metrics and /healthz, on an address of its own, off by default.

It is not the API's: figures are about all tenants together, so they are not for a tenant's key to read.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

_TIMEOUT_S = 10.0

_log = structlog.stdlib.get_logger(__name__)


@contextmanager
def ops_server(
    address: str, registry: CollectorRegistry, *, alive: Callable[[], bool] = lambda: True
) -> Iterator[int | None]:
    """Serve figures and health as long as the block lasts; gives the port.

    An address that cannot be had is logged, and the process works all the same: None is given then.

    Parameters
    ----------
    address : host:port, such as 127.0.0.1:9100; empty for no server.
    alive : what /healthz answers, 200 or 503.
    """
    if not address:
        yield None
        return
    host, _, port = address.rpartition(":")
    try:
        server = _Server((host.strip("[]"), int(port)), _handler(registry, alive))
    except OSError as exc:
        _log.warning("metrics_not_served", address=address, reason=exc.strerror or type(exc).__name__)
        yield None
        return
    thread = threading.Thread(target=server.serve_forever, name="ops-server", daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: whoever asks may hang up."""


def _handler(registry: CollectorRegistry, alive: Callable[[], bool]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _TIMEOUT_S  # of the connection: one that says nothing is closed
        server_version = "doorstep"
        sys_version = ""

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/metrics":
                encode, content_type = choose_encoder(self.headers.get("Accept", ""))
                self._answer(200, content_type, encode(registry))
            elif path == "/healthz":
                lives = alive()
                self._answer(200 if lives else 503, "text/plain; charset=utf-8", b"ok\n" if lives else b"stuck\n")
            else:
                self._answer(404, "text/plain; charset=utf-8", b"/metrics and /healthz are here.\n")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's names
            """Say nothing of each scrape."""

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
