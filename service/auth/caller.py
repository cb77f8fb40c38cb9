"""The caller of a request."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from service.auth.scope import Role, Scope, granted

#: The tenant that a database has from the beginning, and the only one as long as nobody has a key.
FIRST_TENANT: Final = "main"


class CallerKind(StrEnum):
    """How the caller proved who it is."""

    LOCAL = "local"  # on this very machine, before `doorstep init`
    KEY = "key"
    USER = "user"
    CLI = "cli"  # a command at this machine, never a request over the network


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody that was admitted.

    Attributes
    ----------
    tenant : the bank; nothing of any other is ever seen.
    kind : what `subject` is.
    subject : id of the key or of the user; `local` on this machine.
    """

    tenant: str
    kind: CallerKind
    subject: str
    role: Role
    scopes: frozenset[Scope]

    def may(self, scope: Scope) -> bool:
        """Whether the scope is granted."""
        return scope in self.scopes


#: Whoever sits at this machine, as long as nobody has a key.
LOCAL_CALLER: Final = Caller(
    tenant=FIRST_TENANT,
    kind=CallerKind.LOCAL,
    subject="local",
    role=Role.ADMIN,
    scopes=granted(Role.ADMIN, None),
)
