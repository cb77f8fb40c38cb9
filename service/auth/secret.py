"""Secrets that callers carry: made here, kept as a digest only.

They are 256 random bits, so a plain SHA-256 cannot be reversed by guessing, and one lookup finds it.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Final

_KEY: Final = re.compile(r"dsk_[A-Za-z0-9_-]{43}")
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecret:
    """A secret in the only moment in which it is known: `text` goes to its owner, `digest` into the database."""

    text: str
    digest: bytes

    @property
    def hint(self) -> str:
        """The first characters, by which its owner recognises it."""
        return self.text[: len("dsk_") + _SHOWN]


def new_key() -> NewSecret:
    """Return a new API key; the prefix lets scanners of leaked secrets find it."""
    return _made("dsk_")


def new_session() -> NewSecret:
    """Return the secret of a new session."""
    return _made("dss_")


def looks_like_key(text: str) -> bool:
    """Whether it has the form of an API key."""
    return _KEY.fullmatch(text) is not None


def digest(text: str) -> bytes:
    """Return what the database knows a secret by."""
    return hashlib.sha256(text.encode()).digest()


def _made(prefix: str) -> NewSecret:
    text = prefix + secrets.token_urlsafe(32)
    return NewSecret(text=text, digest=digest(text))
