"""`doorstep worker`: one process that computes queued plans; run as many as there are machines."""

from service.settings import Settings


def worker() -> None:
    """Compute queued plans until stopped."""
    run_worker(Settings())


def run_worker(settings: Settings) -> None:
    """Compute queued plans until SIGTERM or SIGINT."""
    raise NotImplementedError(settings.log_level)
