"""The gate: from what a request carries to a caller, or to nobody."""

from dataclasses import dataclass
from typing import Protocol

from service.auth.caller import LOCAL_CALLER, Caller
from service.auth.errors import CredentialsError
from service.auth.secret import looks_like_key
from service.store.access.identities import IdentityStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a request shows of who sent it.

    Attributes
    ----------
    bearer : of `Authorization: Bearer …`, an API key or a token of the identity provider.
    session : of the session's cookie.
    is_local : it comes from this very machine, not through a proxy.
    """

    bearer: str | None
    session: str | None
    is_local: bool


class TokenVerifier(Protocol):
    """Reads access tokens of an identity provider: `service.access.provider.IdentityProvider`."""

    def caller_of(self, token: str) -> Caller:
        """Return the user that the token speaks for; raises CredentialsError."""


class Gate:
    """Admits callers.

    As long as nobody has a key and nobody is a user, whoever sits at this machine is let in as the administrator of
    the first tenant: that is how `make demo` works. Nobody else is, ever, without a key, a token or a session.
    """

    def __init__(self, identities: IdentityStore, *, tokens: TokenVerifier | None = None) -> None:
        self._identities = identities
        self._tokens = tokens

    def admit(self, carried: Carried) -> Caller | None:
        """Return the caller, or None when nothing was shown that could be one.

        Raises
        ------
        CredentialsError
            When something was shown, and it opens nothing.
        """
        if carried.bearer is not None:
            return self._by_bearer(carried.bearer)
        if carried.session is not None:
            return self._identities.by_session(carried.session)
        if carried.is_local and self._tokens is None and not self._identities.is_anybody_known():
            return LOCAL_CALLER
        return None

    def _by_bearer(self, bearer: str) -> Caller:
        if looks_like_key(bearer):
            return self._identities.by_key(bearer)
        if self._tokens is not None:
            return self._tokens.caller_of(bearer)
        msg = "This is no key."
        raise CredentialsError(msg)


class OpenGate:
    """Lets everybody in as one caller: for applications that nobody reaches over the network, or without a database."""

    def __init__(self, caller: Caller = LOCAL_CALLER) -> None:
        self._caller = caller

    def admit(self, carried: Carried) -> Caller | None:  # noqa: ARG002 - a gate's signature
        """Return the caller."""
        return self._caller
