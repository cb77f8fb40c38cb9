"""Secrets and signatures of the Standard Webhooks specification (https://www.standardwebhooks.com)."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from standardwebhooks.webhooks import Webhook

_PREFIX: Final = "whsec_"
_SECRET_BYTES: Final = 32


def new_secret() -> str:
    """Return a secret as receivers configure it: `whsec_` and 32 random bytes in base64."""
    return _PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def signed_headers(message_id: str, body: str, *, keys: Sequence[str], at: datetime) -> dict[str, str]:
    """Return the headers of one attempt.

    Parameters
    ----------
    message_id : the same in every attempt, so that a receiver sees what it has already.
    keys : secrets, the newest first; receivers accept a message that one of them signed.
    at : aware, in UTC: when it is sent.
    """
    signatures = [Webhook(key).sign(message_id, at, body) for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
