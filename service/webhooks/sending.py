"""Sending one message: to the address that was checked, by a deadline, without following where the answer points."""

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import certifi
import httpx

from service.webhooks.address import IpNetwork
from service.webhooks.target import Resolve, TargetError, read_target, resolved

#: As much of an answer is read; a receiver has nothing to say.
MAX_ANSWER_BYTES: Final = 64 * 1024
_GONE: Final = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one try.

    Attributes
    ----------
    status : the answer's; None when there was none.
    error : why it failed, in a word; None when it was taken.
    """

    status: int | None
    error: str | None
    duration_ms: int
    retry_after_s: int | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has the message."""
        return self.error is None

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants no more messages, ever."""
        return self.status == _GONE


class Sender:
    """Sends messages over HTTP.

    Parameters
    ----------
    allowed : networks that may be reached although they are not public.
    timeout_s : seconds for one try, from the look-up of the name to the end of the answer.
    resolve : looks names up; the system's resolver without it.
    trust : whom TLS trusts; without it the system's authorities (`SSL_CERT_FILE` names others) and certifi's.

    Notes
    -----
    The address is looked up once, checked and connected to; TLS verifies the certificate against the URL's name all
    the same. Proxies of the environment are not used: they would look the name up again.
    """

    def __init__(
        self,
        *,
        allowed: Sequence[IpNetwork] = (),
        timeout_s: float,
        resolve: Resolve | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = allowed
        self._timeout_s = timeout_s
        self._resolve = resolve or addresses_of
        self._trust = trust or _trust()

    async def send(self, url: str, body: str, headers: Mapping[str, str]) -> Outcome:
        """Post a JSON body once; whatever goes wrong is in the outcome."""
        started = time.monotonic()
        status, retry_after_s = None, None
        error: str | None = None
        try:
            async with asyncio.timeout(self._timeout_s):
                status, retry_after_s = await self._post(url, body, headers)
        except TargetError as exc:
            error = exc.rule
        except TimeoutError:
            error = "timeout"
        except httpx.ConnectError as exc:
            error = "tls_failed" if _is_about_tls(exc) else "not_connected"
        except (httpx.HTTPError, OSError, ValueError):
            error = "no_answer"
        if error is None and status is not None and not httpx.codes.is_success(status):
            error = "redirect_refused" if httpx.codes.is_redirect(status) else "not_accepted"
        return Outcome(
            status=status,
            error=error,
            duration_ms=round((time.monotonic() - started) * 1000),
            retry_after_s=retry_after_s,
        )

    async def _post(self, url: str, body: str, headers: Mapping[str, str]) -> tuple[int, int | None]:
        target = read_target(url, allowed=self._allowed)
        address = await resolved(target, self._resolve, allowed=self._allowed)
        sent = {**headers, "Host": target.url.netloc.decode("ascii"), "Content-Type": "application/json"}
        client = httpx.AsyncClient(
            verify=self._trust, trust_env=False, follow_redirects=False, timeout=self._timeout_s, headers=_PLAIN
        )
        async with (
            client,
            client.stream(
                "POST",
                target.url.copy_with(host=str(address)),
                content=body.encode(),
                headers=sent,
                extensions={"sni_hostname": target.host},
            ) as answer,
        ):
            read = 0
            async for chunk in answer.aiter_raw():
                read += len(chunk)
                if read > MAX_ANSWER_BYTES:
                    break
            return answer.status_code, _seconds(answer.headers.get("retry-after", ""))


#: No answer is decompressed: a small one could become a large one.
_PLAIN: Final = {"User-Agent": "doorstep-webhooks", "Accept-Encoding": "identity", "Accept": "*/*"}


async def addresses_of(host: str, port: int) -> list[str]:
    """Return every address of a host, as the system's resolver gives them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def _is_about_tls(exc: BaseException | None) -> bool:
    while exc is not None and not isinstance(exc, ssl.SSLError):
        exc = exc.__cause__ or exc.__context__
    return exc is not None


def _trust() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _seconds(retry_after: str) -> int | None:
    """Return the seconds of a Retry-After; a date is not read."""
    return int(retry_after) if retry_after.isascii() and retry_after.isdecimal() and len(retry_after) < 7 else None
