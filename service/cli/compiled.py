"""What the commands that measure roads themselves say about compiled code: that they compile, and what is not kept."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from service.cli.progress import FractionBar
from service.compiled import code_is_ready, code_problem, compile_quietly


def compile_once(messages: Console) -> None:
    """Compile what plans need when the cache lacks it, and say so: the bar of the plan would only stand still.

    Where it cannot be kept, the plan compiles just what it needs, and `warned_when_not_kept` says why it takes long.
    """
    if code_problem() is not None or code_is_ready():
        return
    messages.print("Compiling the code that plans are made with: once on a machine, two minutes of a processor.")
    with FractionBar(messages) as bar:
        bar("Compiling", 0.0)
        compile_quietly(lambda share: bar("Compiling", share))


@contextmanager
def warned_when_not_kept() -> Iterator[None]:
    """Print a warning when what is compiled here is lost with this process: first if that is known, else at the end."""
    known = code_problem()
    if known is not None:
        _warn(known)
    try:
        yield
    finally:
        if known is None and (found := code_problem()) is not None:
            _warn(found)


def _warn(problem: str) -> None:
    typer.echo(f"doorstep: Warning: {problem}", err=True)
