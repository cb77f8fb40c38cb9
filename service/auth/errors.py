"""What goes wrong with identities.

AuthError
├── CredentialsError        the key, the token or the session is none of ours, has expired or was revoked
├── InvalidIdentityError    a tenant, user or key that cannot be as it is described
├── UnknownIdentityError    no tenant, user or key has this id
└── TakenIdentityError      the name is in use
"""


class AuthError(Exception):
    """The base of all of them. No message shows a secret."""


class CredentialsError(AuthError):
    """What was presented opens nothing. Why is not said: it would help to guess."""


class InvalidIdentityError(AuthError):
    """A tenant, a user or a key breaks a rule; `field` names what, the message is the rule."""

    def __init__(self, *, field: str, rule: str) -> None:
        super().__init__(rule)
        self.field = field


class UnknownIdentityError(AuthError):
    """No tenant, user or key has this id, or it belongs to somebody else."""


class TakenIdentityError(AuthError):
    """A tenant, a user or a key has this name already."""
