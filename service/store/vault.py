"""What a tenant's personal rows are sealed with, and the keys that they are found by."""

import json
import zlib
from base64 import urlsafe_b64encode
from typing import Final, cast

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.store.errors import SealBrokenError
from service.store.records import JsonObject

KEY_BYTES: Final = 32
#: From here on it is worth to compress. What zlib makes never begins like JSON.
_LONG_BYTES: Final = 1000


class Vault:
    """Seals and opens JSON with one tenant's key (Fernet: AES-128-CBC, HMAC-SHA256), and makes blind indices.

    Whoever has the database but not the key learns from a row neither its address nor its place, and cannot find out
    by trying whether an address is in it.
    """

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(urlsafe_b64encode(derived(key, purpose=b"doorstep seal")))
        self._index_key = derived(key, purpose=b"doorstep index")

    def seal(self, value: JsonObject) -> bytes:
        """Return the value as a sealed text; a long one is compressed, which nobody can do afterwards."""
        text = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        return self._fernet.encrypt(text if len(text) < _LONG_BYTES else zlib.compress(text, level=1))

    def open(self, sealed: bytes) -> JsonObject:
        """Return what was sealed.

        Raises
        ------
        SealBrokenError
            When it was sealed with another key, or changed since.
        """
        try:
            text = self._fernet.decrypt(sealed)
        except InvalidToken:
            msg = "A row is sealed with another key than this tenant's, or was changed."
            raise SealBrokenError(msg) from None
        return cast("JsonObject", json.loads(text if text.startswith(b"{") else zlib.decompress(text)))

    def index(self, kind: str, text: str) -> bytes:
        """Return the HMAC-SHA256 by which a text of this kind is found; it says nothing of the text."""
        code = hmac.HMAC(self._index_key, hashes.SHA256())
        code.update(f"{kind}\0{text}".encode())
        return code.finalize()


def derived(secret: bytes, *, purpose: bytes) -> bytes:
    """Derive a key of 32 bytes for one purpose from a secret (HKDF, RFC 5869)."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(secret)
