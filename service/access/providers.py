"""Several banks with an identity provider each: who vouches for one bank's people says nothing of another's."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping

from service.access.provider import IdentityProvider
from service.auth.caller import Caller
from service.auth.errors import CredentialsError, UnknownBankError


class IdentityProviders:
    """Finds the provider of a login by its bank, and that of a token by its issuer.

    Parameters
    ----------
    of_bank : each knows its bank (`tenant`), and no two have the same issuer.
    """

    #: People say which bank is theirs.
    asks_for_bank = True

    def __init__(self, of_bank: Mapping[str, IdentityProvider]) -> None:
        self._of_bank = dict(of_bank)
        self._of_issuer = {provider.issuer: provider for provider in of_bank.values()}

    def begin(self, back_to: str, *, bank: str = "") -> str:
        """Begin a login with the bank's provider; raises UnknownBankError, ProviderAwayError."""
        provider = self._of_bank.get(bank)
        if provider is None:
            raise UnknownBankError
        return provider.begin(back_to)

    def finish(self, *, state: str, code: str, issuer: str = "") -> tuple[Caller, str]:
        """See `IdentityProvider.finish`: a login's state begins with the bank that it was begun for."""
        provider = self._of_bank.get(state.partition(".")[0])
        if provider is None:
            msg = "No login was begun like this."
            raise CredentialsError(msg)
        return provider.finish(state=state, code=code, issuer=issuer)

    def caller_of(self, token: str) -> Caller:
        """See `IdentityProvider.caller_of`; which provider it is from, it says itself, and that one's keys must fit."""
        provider = self._of_issuer.get(_said_issuer(token))
        if provider is None:
            msg = "No bank's identity provider has issued this."
            raise CredentialsError(msg)
        return provider.caller_of(token)


def _said_issuer(token: str) -> str:
    """Return what a JWT says of its issuer, which proves nothing yet; nothing where it is no JWT."""
    payload = [*token.split("."), ""][1]
    try:
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        return ""
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) else ""
