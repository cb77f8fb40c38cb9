"""Asking a routing server over HTTP, so that no coordinate gets into an error's text or into a log."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx

from geodata.errors import InvalidCoordinateError, RoadServerError

DEFAULT_TIMEOUT_S: Final = 30.0
#: Connections that are kept open to one server, and questions that are under way at once.
CONNECTIONS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said: its status and its JSON object."""

    status: int
    body: dict[str, Any]


class RoadServer:
    """One server. It may be shared between threads; `close` ends its connections.

    Questions go through httpx's transport and not through its client: the client writes the address of every
    request to the log, and OSRM takes coordinates in the address.

    Parameters
    ----------
    base_url : scheme, host, port and, where the server is behind one, a path: "http://127.0.0.1:5000".
    engine : the kind of server, for errors: "OSRM".
    headers : sent along with every question, for a key or a token.
    transport : for tests; by default connections that are kept open.

    Raises
    ------
    RoadServerError
        When `base_url` is not the address of a server.
    """

    def __init__(
        self,
        base_url: str,
        *,
        engine: str,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        try:
            url = httpx.URL(base_url)
        except httpx.InvalidURL:
            url = httpx.URL("")
        if url.scheme not in {"http", "https"} or not url.host or url.userinfo:
            msg = f"The address of an {engine} server must look like http://127.0.0.1:5000, without user and password."
            raise RoadServerError(msg)
        if timeout_s <= 0:
            msg = f"{engine} server: timeout_s must be > 0, got {timeout_s}."
            raise ValueError(msg)
        self._base = base_url.rstrip("/")
        self._name = f"The {engine} server at {url.scheme}://{url.netloc.decode('ascii')}"
        self._engine = engine
        self._timeout_s = timeout_s
        self._headers = {"Accept": "application/json", "User-Agent": "doorstep"} | dict(headers or {})
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        self._transport = transport or httpx.HTTPTransport(limits=limits, retries=1, trust_env=False)

    def close(self) -> None:
        """End the connections."""
        self._transport.close()

    def get(self, path: str) -> Answer:
        """Ask by address."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: Mapping[str, object]) -> Answer:
        """Ask by a JSON object."""
        return self._ask("POST", path, body)

    def refusal(self, answer: Answer, said: str, hint: str = "") -> RoadServerError:
        """Describe an answer that is no result. `said` is the server's own code, never its text: it may quote."""
        code = "".join(letter for letter in said[:40] if letter.isalnum() or letter in " _-")
        return RoadServerError(f"{self._name} refused (HTTP {answer.status}, {code or 'no code'}). {hint}".rstrip())

    @contextmanager
    def reading(self, service: str) -> Iterator[None]:
        """Turn what goes wrong while an answer is taken apart into an error that says so."""
        try:
            yield
        except (KeyError, IndexError, TypeError, ValueError, InvalidCoordinateError):
            # The cause is left out: its text may hold what the server sent.
            msg = f"{self._name} answered {service} in another form than {self._engine} does. Is it one?"
            raise RoadServerError(msg) from None

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None) -> Answer:
        request = httpx.Request(
            method,
            self._base + path,
            json=body,
            headers=self._headers,
            extensions={"timeout": httpx.Timeout(self._timeout_s).as_dict()},
        )
        try:
            try:
                status, content = self._send(request)
            except httpx.RemoteProtocolError:
                # A server may close a kept connection in the moment that it is used again. Questions change nothing.
                status, content = self._send(request)
        # The causes are left out: what an exception says of a request, a log must not.
        except httpx.TimeoutException:
            msg = f"{self._name} did not answer within {self._timeout_s:g} s."
            raise RoadServerError(msg) from None
        except httpx.TransportError as exc:
            msg = f"{self._name} cannot be reached ({type(exc).__name__}). Is it running, and is the address right?"
            raise RoadServerError(msg) from None
        return Answer(status=status, body=self._object(status, content))

    def _send(self, request: httpx.Request) -> tuple[int, httpx.Response]:
        response = self._transport.handle_request(request)
        try:
            response.read()
        finally:
            response.close()
        return response.status_code, response

    def _object(self, status: int, response: httpx.Response) -> dict[str, Any]:
        try:
            body = response.json()
        except ValueError:
            body = None
        if isinstance(body, dict):
            return body
        if isinstance(body, list) and status == httpx.codes.OK:
            return {"": body}
        msg = f"{self._name} answered with HTTP {status} and no JSON object. Is it an {self._engine} server?"
        raise RoadServerError(msg)
