"""What goes wrong with identities.

AuthError
├── CredentialsError        the key, the token or the session is none of ours, has expired or was revoked
├── UnknownBankError        no bank of this id has an identity provider
├── ProviderAwayError       the identity provider gives no answer that can be used
├── InvalidIdentityError    a tenant, user or key that cannot be as it is described
├── UnknownKeyError         no key of this bank has this id
├── UnknownUserError        no user of this bank has this id
└── TakenIdentityError      the name is in use
"""


class AuthError(Exception):
    """The base of all of them. No message shows a secret."""


class CredentialsError(AuthError):
    """What was presented opens nothing. Why is not said: it would help to guess."""


class UnknownBankError(AuthError):
    """No bank of this id has an identity provider."""


class ProviderAwayError(AuthError):
    """The identity provider gives no answer that can be used."""


class InvalidIdentityError(AuthError):
    """A tenant, a user or a key breaks a rule; `field` names what, the message is the rule."""

    def __init__(self, *, field: str, rule: str) -> None:
        super().__init__(rule)
        self.field = field


class UnknownKeyError(AuthError):
    """No key has this id, or it belongs to another bank."""


class UnknownUserError(AuthError):
    """No user has this id, or it belongs to another bank."""


class TakenIdentityError(AuthError):
    """A tenant, a user or a key has this name already."""
