"""The web server's process, started by the supervisor on a socket that listens already: not a command for people."""

import gc
import math
import socket
import sys
from types import FrameType

import uvicorn
from fastapi import FastAPI

from service.app import create_app
from service.deps import Services
from service.settings import Settings


class WebServer(uvicorn.Server):
    """Serves until it is told to stop; then what waits for work ends at once, and other requests finish.

    Event streams and `Prefer: wait` would otherwise hold the server until they are cut off: their clients come back.
    """

    def __init__(self, app: FastAPI, *, grace_s: float) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=math.ceil(grace_s),
            )
        )
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start; what was made by then stays for good and is not looked through again while somebody waits."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; called by the signals."""
        super().handle_exit(sig, frame)
        services: Services | None = getattr(self._app.state, "services", None)
        if services is not None:  # None while it still starts
            services.stop_waiting()


def main(file_descriptor: int) -> None:
    """Serve on the listening socket that this process inherited."""
    app = create_app()  # it configures the log
    with socket.socket(fileno=file_descriptor) as listening:
        WebServer(app, grace_s=Settings().web_grace_s).run(sockets=[listening])


if __name__ == "__main__":
    main(int(sys.argv[1]))
