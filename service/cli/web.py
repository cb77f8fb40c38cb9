"""The web server's process, started by the supervisor on a socket that listens already: not a command for people."""

import socket
import sys

import uvicorn

from service.logs import configure_logging
from service.settings import Settings

#: Seconds that open requests and event streams have when the server stops.
_GRACE_S = 3


def main(file_descriptor: int) -> None:
    """Serve on the listening socket that this process inherited."""
    settings = Settings()
    configure_logging(level=settings.log_level, style=settings.log_format)
    config = uvicorn.Config(
        "service.app:create_app",
        factory=True,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    with socket.socket(fileno=file_descriptor) as listening:
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(int(sys.argv[1]))
