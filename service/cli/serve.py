"""`doorstep serve`: the embedded database, the web server and one worker, under one supervisor."""

from service.settings import Settings


def serve() -> None:
    """Run the service until stopped."""
    run_serve(Settings())


def run_serve(settings: Settings) -> None:
    """Run database, web server and worker until SIGTERM or SIGINT."""
    raise NotImplementedError(settings.log_level)
