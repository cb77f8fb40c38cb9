"""`doorstep migrate`: bring the database's tables up to date; `doorstep serve` does it by itself."""

from service.settings import Settings


def migrate_command() -> None:
    """Bring the database's tables up to date."""
    raise NotImplementedError(Settings().log_level)
