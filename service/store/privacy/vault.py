"""What a tenant's personal rows are sealed with, and the keys that they are found by."""

import json
import zlib
from base64 import urlsafe_b64encode
from typing import Final, cast

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.store.errors import SealBrokenError
from service.store.jobs.records import JsonObject

KEY_BYTES: Final = 32
#: From here on it is worth to compress. What zlib makes never begins like JSON.
_LONG_BYTES: Final = 1000
_BROKEN: Final = "A row is sealed with another key than this tenant's, or was changed."


class Vault:
    """Seals and opens JSON with one tenant's key (Fernet: AES-128-CBC, HMAC-SHA256), and makes blind indices.

    Whoever has the database but not the key learns from a row neither its address nor its place, and cannot find out
    by trying whether an address is in it.

    Parameters
    ----------
    key : what seals; it opens what it sealed.
    others : open what they sealed, and seal nothing more.
    index_key : what makes the blind indices, as `index_key_of` derives it; None derives it from `key`. It outlives
        the keys, since an index cannot be made again from what it was made of.
    """

    def __init__(self, key: bytes, *others: bytes, index_key: bytes | None = None) -> None:
        fernets = [Fernet(urlsafe_b64encode(derived(one, purpose=b"doorstep seal"))) for one in (key, *others)]
        self._current = fernets[0]
        self._fernet = MultiFernet(fernets)
        self._index_key = index_key_of(key) if index_key is None else index_key

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
            raise SealBrokenError(_BROKEN) from None
        return cast("JsonObject", json.loads(text if text.startswith(b"{") else zlib.decompress(text)))

    def resealed(self, sealed: bytes) -> bytes | None:
        """Return the same under the key that seals now; None when it is under that already.

        Raises
        ------
        SealBrokenError
            When it was sealed with another key, or changed since.
        """
        try:
            self._current.decrypt(sealed)
        except InvalidToken:
            try:
                return self._fernet.rotate(sealed)
            except InvalidToken:
                raise SealBrokenError(_BROKEN) from None
        return None

    def index(self, kind: str, text: str) -> bytes:
        """Return the HMAC-SHA256 by which a text of this kind is found; it says nothing of the text."""
        code = hmac.HMAC(self._index_key, hashes.SHA256())
        code.update(f"{kind}\0{text}".encode())
        return code.finalize()


def index_key_of(key: bytes) -> bytes:
    """Return the key that makes the blind indices of a tenant whose first key is this."""
    return derived(key, purpose=b"doorstep index")


def derived(secret: bytes, *, purpose: bytes) -> bytes:
    """Derive a key of 32 bytes for one purpose from a secret (HKDF, RFC 5869)."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(secret)
