"""From a webhook's URL to the one address it is sent to: read once, resolved once, never looked up again."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

import httpx

from service.webhooks.address import IpAddress, IpNetwork, is_inside, may_be_reached

#: Host and port in, every address of the host out.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_MAX_URL: Final = 2000
_RULES: Final = {
    "invalid_url": "Must be a URL such as https://bank.example/hooks: at most 2000 characters, without a user, a "
    "password, spaces or a fragment (#).",
    "https_required": "Must be https: http is only for networks that the operator allows (webhook_networks).",
    "address_refused": "Must be reachable on the Internet: private, loopback and link-local addresses are refused, "
    "unless the operator allows their network (webhook_networks).",
    "host_unknown": "The name of the host has no address.",
}
#: What resolvers take for an IPv4 address although it looks like a name: 127.1, 0x7f000001, 017700000001.
_NUMERIC: Final = re.compile(r"(?:.*\.)?(?:0[xX][0-9a-fA-F]*|\d+)\.?")


class TargetError(Exception):
    """A URL that no webhook is sent to. `rule` says why, in a word; the message says what to do."""

    rule: Final[str]

    def __init__(self, rule: str) -> None:
        super().__init__(_RULES[rule])
        self.rule = rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A URL in its parts. `host` is a name in ASCII or an address without brackets."""

    url: httpx.URL
    host: str
    port: int

    @property
    def is_plain(self) -> bool:
        """Whether it is sent to without TLS."""
        return self.url.scheme == "http"


def read_target(url: str, *, allowed: Sequence[IpNetwork] = ()) -> Target:
    """Read a URL and check all that can be checked without looking its name up.

    Raises
    ------
    TargetError
        When no webhook can be sent there.
    """
    if len(url) > _MAX_URL or not url.isprintable() or " " in url:
        raise TargetError(rule="invalid_url")
    try:
        parsed = httpx.URL(url)
        host = parsed.raw_host.decode("ascii").strip("[]").lower()
    except (httpx.InvalidURL, ValueError):
        raise TargetError(rule="invalid_url") from None
    if parsed.scheme not in {"https", "http"} or not host:
        raise TargetError(rule="invalid_url")
    if parsed.userinfo or parsed.fragment:
        raise TargetError(rule="invalid_url")
    port = parsed.port if parsed.port is not None else (443 if parsed.scheme == "https" else 80)
    if not 0 < port < 65_536:
        raise TargetError(rule="invalid_url")
    target = Target(url=parsed, host=host, port=port)
    literal = _literal(host)
    if literal is None and (_NUMERIC.fullmatch(host) or host == "localhost" or host.endswith(".localhost")):
        raise TargetError(rule="address_refused")
    if literal is not None:
        _require_reachable(target, literal, allowed)
    elif target.is_plain and not allowed:
        raise TargetError(rule="https_required")
    return target


async def resolved(target: Target, resolve: Resolve, *, allowed: Sequence[IpNetwork] = ()) -> IpAddress:
    """Return the address that the target is sent to; every address of its name must be one that may be reached.

    Raises
    ------
    TargetError
        When the name has no address, or one that may not be reached.
    """
    literal = _literal(target.host)
    if literal is not None:
        found = [literal]
    else:
        try:
            found = [ip_address(text) for text in await resolve(target.host, target.port)]
        except (OSError, ValueError):
            found = []
    if not found:
        raise TargetError(rule="host_unknown")
    for address in found:
        _require_reachable(target, address, allowed)
    return found[0]


def _require_reachable(target: Target, address: IpAddress, allowed: Sequence[IpNetwork]) -> None:
    if not may_be_reached(address, allowed):
        raise TargetError(rule="address_refused")
    if target.is_plain and not is_inside(address, allowed):
        raise TargetError(rule="https_required")


def _literal(host: str) -> IpAddress | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
