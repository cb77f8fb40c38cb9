"""An HTTP server on this machine that answers as a provider would, and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is sent back. `body` is JSON unless it is bytes; `after_s` is how long it takes."""

    body: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    after_s: float = 0.0


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    params: dict[str, str]


class LocalServer:
    """Answers each request as `reply` says."""

    def __init__(self, reply: Callable[[Asked], Answer]) -> None:
        self.reply = reply
        self.asked: list[Asked] = []
        self.done = threading.Event()
        self.url = ""


@contextmanager
def serving(reply: Callable[[Asked], Answer]) -> Iterator[LocalServer]:
    """Serve until the block ends."""
    local = LocalServer(reply)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            split = urlsplit(self.path)
            asked = Asked(split.path, dict(parse_qsl(split.query, keep_blank_values=True)))
            local.asked.append(asked)
            answer = local.reply(asked)
            local.done.wait(answer.after_s)
            body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            try:
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # the client did not wait

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    local.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield local
    finally:
        local.done.set()
        server.shutdown()
        server.server_close()
