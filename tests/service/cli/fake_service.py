"""`doorstep serve` with real database and supervisor, and with a web server and a worker that do nothing much."""

import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socket import socket

from service.cli.failure import plain_failures
from service.cli.serve import Commands, run_serve
from service.settings import Settings


class Pid(BaseHTTPRequestHandler):
    """Answers with the process's number."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(os.getpid()).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Log nothing."""


def web(descriptor: int) -> None:
    """Serve on the inherited socket."""
    server = HTTPServer(("127.0.0.1", 0), Pid, bind_and_activate=False)
    server.socket.close()
    server.socket = socket(fileno=descriptor)
    server.serve_forever()


def work() -> None:
    """Write which process this is and on which database, and wait."""
    with (Path(os.environ["DOORSTEP_STATE_DIR"]) / "workers").open("a") as file:
        file.write(f"{os.getpid()} {os.environ['DOORSTEP_DATABASE_URL']}\n")
    time.sleep(600)


def serve(web_role: str) -> None:
    """Run the service; `web_role` is `web`, or `broken` for one that ends at once."""
    me = (sys.executable, "-m", "tests.service.cli.fake_service")
    with plain_failures():
        run_serve(Settings(), Commands(prepare=(*me, "prepare"), web=(*me, web_role), worker=(*me, "worker")))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", web_role]:
            serve(web_role)
        case ["web", descriptor]:
            web(int(descriptor))
        case ["worker"]:
            work()
        case ["broken", _]:
            sys.exit(3)
