"""Asking a provider over HTTP: one JSON object within a time limit, and errors that hold neither address nor key."""

import json
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import httpx

from geodata.coords import LonLat
from geodata.errors import (
    InvalidCoordinateError,
    ProviderAwayError,
    ProviderBusyError,
    ProviderError,
    ProviderRefusedError,
)

_MAX_ANSWER_BYTES: Final = 2 * 1024 * 1024
_LONGEST_RETRY_AFTER_S: Final = 60.0


class HttpSource:
    """The server of one provider.

    Parameters
    ----------
    name : the provider, for messages.
    url : where it is, without the path of a request.
    timeout_s : for each of connecting, sending and receiving.
    transport : for tests.
    """

    def __init__(self, name: str, url: str, *, timeout_s: float, transport: httpx.BaseTransport | None = None) -> None:
        self._name = name
        self._client = httpx.Client(
            base_url=url,
            timeout=timeout_s,
            transport=transport,
            verify=_tls(),
            follow_redirects=False,  # an address goes where the operator said, and nowhere else
            headers={"User-Agent": "doorstep", "Accept": "application/json"},
        )
        self.host = self._client.base_url.host

    def get(self, path: str, params: Mapping[str, str]) -> Any:
        """Return the JSON value of an answer with status 200.

        Raises
        ------
        ProviderAwayError, ProviderBusyError
            When the same request may succeed later.
        ProviderRefusedError
            When the key or the request is refused.
        """
        try:
            with self._client.stream("GET", path, params=dict(params)) as response:
                body = self._body(response)
        except httpx.TimeoutException:
            raise ProviderAwayError(self.says("did not answer in time")) from None
        except httpx.HTTPError:
            raise ProviderAwayError(self.says("cannot be reached")) from None
        self._check(response)
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise ProviderAwayError(self.says("answered something else than JSON")) from None

    def says(self, words: str) -> str:
        """Return a sentence about the provider, for an error."""
        return f"The geocoding provider {self._name} {words}."

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _body(self, response: httpx.Response) -> bytes:
        chunks, size = [], 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > _MAX_ANSWER_BYTES:
                raise ProviderAwayError(self.says("answered too much"))
            chunks.append(chunk)
        return b"".join(chunks)

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if status == httpx.codes.OK:
            return
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise ProviderBusyError(self.says("asks to wait"), retry_after_s=_retry_after_s(response))
        if status >= 500 or status == httpx.codes.REQUEST_TIMEOUT:
            raise ProviderAwayError(self.says(f"answered HTTP {status}"))
        raise ProviderRefusedError(self.says(f"refused with HTTP {status}"))


@cache
def _tls() -> ssl.SSLContext:
    """Return what is trusted; reading the certificates takes longer than a request."""
    return httpx.create_ssl_context()


def text_of(value: object) -> str:
    """Return a text of an answer; some providers write an empty list where there is none."""
    return value.strip() if isinstance(value, str) else ""


def point_of(lon: object, lat: object) -> LonLat | None:
    """Return the place of an answer's numbers, also when they are texts; None when they are none."""
    if isinstance(lon, bool) or isinstance(lat, bool):
        return None
    if not isinstance(lon, int | float | str) or not isinstance(lat, int | float | str):
        return None
    try:
        return LonLat(float(lon), float(lat))
    except (ValueError, OverflowError, InvalidCoordinateError):
        return None


def _retry_after_s(response: httpx.Response) -> float | None:
    said = response.headers.get("Retry-After", "")
    return min(float(said), _LONGEST_RETRY_AFTER_S) if said.isascii() and said.isdecimal() else None


def malformed(source: HttpSource) -> ProviderError:
    """Return the error of JSON in another form than the provider's documentation has."""
    return ProviderAwayError(source.says("answered in another form than it documents"))
