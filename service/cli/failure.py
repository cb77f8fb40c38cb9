"""How a command says that it cannot go on: on standard error, with an exit code that says why, no traceback."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from geodata.errors import GeodataError
from service.field_errors import plain_rule
from service.settings import Settings
from service.settings_sources import SettingsSourceError
from service.store.errors import StoreError

#: Exit codes: docs/commands.md has their table.
CANNOT: Final = 1
WRONG_INPUT: Final = 2
FAILED: Final = 3


class CommandError(Exception):
    """A command cannot go on; the message says why and what to do."""

    exit_code = CANNOT


class InputError(CommandError):
    """What the command was given breaks a rule; the message names the field and the rule."""

    exit_code = WRONG_INPUT


@contextmanager
def plain_failures() -> Iterator[None]:
    """Turn the errors that a user can do something about into a line for each and an exit code."""
    try:
        yield
    except CommandError as exc:
        fail(str(exc), exit_code=exc.exit_code)
    except (StoreError, GeodataError) as exc:
        fail(str(exc))
    except OSError as exc:
        fail(system_error(exc))
    except SQLAlchemyError as exc:
        # Its text may show the URL's host and user, never a password; the original's first line is enough.
        cause = str(getattr(exc, "orig", exc)).strip().splitlines()
        fail(f"The database cannot be used: {cause[0] if cause else type(exc).__name__}")


@contextmanager
def tidy_when_terminated() -> Iterator[None]:
    """Let SIGTERM, as of a container that is stopped, end the block as Ctrl-C does: what it began is cleared away."""
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminate(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def read_settings(**overrides: object) -> Settings:
    """Return the settings, with command line options (None: not given) over the environment."""
    try:
        return Settings.model_validate({name: value for name, value in overrides.items() if value is not None})
    except SettingsSourceError as exc:
        fail(str(exc))
    except ValidationError as exc:
        errors = exc.errors(include_input=False, include_url=False)
        fail("\n".join("".join(f"DOORSTEP_{str(name).upper()}: " for name in e["loc"]) + plain_rule(e) for e in errors))


def system_error(exc: OSError) -> str:
    """Say in a line what the system refused."""
    if exc.strerror is None and exc.args:  # NumPy's, when an array is cut off in the middle
        return f"Not everything could be written: {exc}. Is the disk full?"
    return f"{exc.filename or 'The system'}: {exc.strerror or type(exc).__name__}."


def fail(message: str, *, exit_code: int = CANNOT) -> NoReturn:
    """Print the message, each line with the program's name, and leave."""
    typer.echo("\n".join(f"doorstep: {line}" for line in message.splitlines()), err=True)
    raise SystemExit(exit_code)
