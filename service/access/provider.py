"""The bank's identity provider: OpenID Connect (authorization code with PKCE) for browsers, access tokens for programs.

Sources: OpenID Connect Core 1.0, RFC 7636 (PKCE), RFC 9068 (access tokens as JWT).
"""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import httpx
from authlib.common.errors import AuthlibBaseError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from service.auth.caller import Caller
from service.auth.errors import CredentialsError, ProviderAwayError
from service.store.access.identities import IdentityStore, LoginAttempt

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client

#: Signatures by a private key that only the provider has: never `none`, never a shared secret.
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
_LEEWAY_S: Final = 60
_TIMEOUT_S: Final = 10.0
#: A token of an unknown key makes us fetch the keys again, at most this often.
_KEYS_AGAIN_AFTER_S: Final = 60.0
_SCOPE: Final = "openid email"


class IdentityProvider:
    """Logs people in, and reads access tokens.

    Parameters
    ----------
    issuer : the provider's URL, whose `/.well-known/openid-configuration` describes it.
    client_id, client_secret : what it knows this service as.
    audience : what access tokens must be meant for.
    redirect_url : where it sends browsers back to.
    identities : says who of those that it vouches for is a user.
    tenant : the bank whose people it vouches for; None: all banks'.
    transport : for tests; None: the network.
    """

    #: People need not say which bank is theirs: it is whichever let them in.
    asks_for_bank = False

    def __init__(
        self,
        *,
        issuer: str,
        client_id: str,
        client_secret: str | None,
        audience: str,
        redirect_url: str,
        identities: IdentityStore,
        tenant: str | None = None,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.issuer = issuer
        self._tenant = tenant
        self._client_id = client_id
        self._client_secret = client_secret
        self._audience = audience
        self._redirect_url = redirect_url
        self._identities = identities
        self._transport = transport
        self._clock = clock
        self._lock = threading.Lock()
        self._description: Mapping[str, Any] | None = None
        self._keys: KeySet | None = None
        self._keys_at = float("-inf")

    def begin(self, back_to: str, *, bank: str = "") -> str:  # noqa: ARG002 - it is the same for every bank
        """Begin a login and return the URL to send the browser to; raises ProviderAwayError."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        if self._tenant is not None:
            state = f"{self._tenant}.{state}"
        with self._client() as client:
            url, _ = client.create_authorization_url(
                str(self._described()["authorization_endpoint"]), state=state, nonce=nonce, code_verifier=verifier
            )
        self._identities.begin_login(state, LoginAttempt(nonce=nonce, verifier=verifier, back_to=back_to))
        return str(url)

    def finish(self, *, state: str, code: str, issuer: str = "") -> tuple[Caller, str]:
        """Return who has logged in, and where they wanted to go; `issuer` is who answers, where it says so (RFC 9207).

        Raises
        ------
        CredentialsError
            When nobody began this login, when the provider refuses the code, or when the person is no user.
        ProviderAwayError
            When the provider does not answer.
        """
        attempt = self._identities.take_login(state)
        if issuer not in {"", self.issuer}:
            raise CredentialsError(_REFUSED)
        try:
            with self._client() as client:
                token = client.fetch_token(
                    str(self._described()["token_endpoint"]), code=code, code_verifier=attempt.verifier
                )
        except AuthlibBaseError:
            raise CredentialsError(_REFUSED) from None
        except httpx.HTTPError:
            raise ProviderAwayError from None
        claims = self._claims(str(token.get("id_token", "")), audience=self._client_id)
        if not secrets.compare_digest(str(claims.get("nonce", "")), attempt.nonce):
            raise CredentialsError(_REFUSED)
        return self._caller(claims), attempt.back_to

    def caller_of(self, token: str) -> Caller:
        """Return the user that an access token speaks for; raises CredentialsError, ProviderAwayError."""
        return self._caller(self._claims(token, audience=self._audience))

    def _caller(self, claims: Mapping[str, Any]) -> Caller:
        email = claims.get("email") if claims.get("email_verified") is True else None
        return self._identities.by_subject(
            self.issuer,
            str(claims["sub"]),
            verified_email=email if isinstance(email, str) else None,
            tenant=self._tenant,
        )

    def _claims(self, token: str, *, audience: str) -> Mapping[str, Any]:
        try:
            return self._checked(token, self._key_set(), audience)
        except (JoseError, ValueError, KeyError, TypeError):
            newer = self._key_set(again=True)
        try:  # the provider may sign with a new key since
            return self._checked(token, newer, audience)
        except (JoseError, ValueError, KeyError, TypeError):
            raise CredentialsError(_REFUSED) from None

    def _checked(self, token: str, keys: KeySet, audience: str) -> Mapping[str, Any]:
        decoded = jwt.decode(token, keys, algorithms=_ALGORITHMS)
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        ).validate(decoded.claims)
        return dict(decoded.claims)

    def _described(self) -> Mapping[str, Any]:
        with self._lock:
            if self._description is None:
                found = self._fetched(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
                if found.get("issuer") != self.issuer:
                    raise ProviderAwayError
                self._description = found
            return self._description

    def _key_set(self, *, again: bool = False) -> KeySet:
        url = str(self._described()["jwks_uri"])
        with self._lock:
            if self._keys is None or (again and self._clock() - self._keys_at > _KEYS_AGAIN_AFTER_S):
                self._keys = KeySet.import_key_set({"keys": list(self._fetched(url)["keys"])})
                self._keys_at = self._clock()
            return self._keys

    def _fetched(self, url: str) -> dict[str, Any]:
        try:
            with httpx.Client(transport=self._transport, timeout=_TIMEOUT_S) as client:
                answer = client.get(url).raise_for_status().json()
        except (httpx.HTTPError, ValueError):
            raise ProviderAwayError from None
        if not isinstance(answer, dict):
            raise ProviderAwayError
        return answer

    def _client(self) -> "OAuth2Client":
        from authlib.integrations.httpx_client import OAuth2Client  # noqa: PLC0415 - half a second, for whoever has one

        return OAuth2Client(
            client_id=self._client_id,
            client_secret=self._client_secret,
            scope=_SCOPE,
            redirect_uri=self._redirect_url,
            code_challenge_method="S256",
            transport=self._transport,
            timeout=_TIMEOUT_S,
        )


_REFUSED: Final = "The identity provider did not vouch for this."
