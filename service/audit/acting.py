"""Who acts at the moment, and why: said once at the door, known to every store that writes the audit log.

It is a context variable, as the request id of the log lines is: it follows the request through threads and tasks, and
is gone with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from service.audit.entry import Action, Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """On whose behalf something is done, why, and by which request; `told` has what the log was told of it."""

    actor: Actor
    reason: str | None = None
    request: str | None = None
    told: list[Action] = field(default_factory=list)


#: Workers, and whatever nobody asked for.
_SERVICE: Final = Actor(kind="service", id="doorstep")
_now: Final[ContextVar[Acting | None]] = ContextVar("doorstep_acting", default=None)


def acting() -> Acting:
    """Return who acts; the service itself when nobody else does."""
    return _now.get() or Acting(actor=_SERVICE)


@contextmanager
def on_behalf_of(actor: Actor, *, reason: str | None = None, request: str | None = None) -> Iterator[None]:
    """Let this be who acts, as long as the block lasts."""
    token = _now.set(Acting(actor=actor, reason=reason, request=request))
    try:
        yield
    finally:
        _now.reset(token)
