"""How many requests a caller may send, and an address from which credentials are refused: 429 and when to come back.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Final, cast

import structlog
from limits import RateLimitItem
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.answered_errors import Answer
from service.auth.caller import Caller
from service.deps import services_of
from service.errors import problem
from service.store.requests.quotas import Left, Quota

#: Served to whoever knows a link, or before a login: limited by address.
_BY_ADDRESS: Final = ("/r/", "/login")
_UNAUTHORIZED: Final = 401

_log = structlog.get_logger("doorstep.http")


class RefusedCredentials:
    """Stands before the admission: an address whose credentials were refused too often waits, unless one is good."""

    def __init__(self, app: ASGIApp, handler: Answer, limits: Sequence[RateLimitItem]) -> None:
        self._app = app
        self._handler = handler
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request; a 401 becomes a 429 when there were too many."""
        if scope["type"] != "http" or not self._limits:
            await self._app(scope, receive, send)
            return
        quotas = [Quota(name="refusals", who=_address(scope), item=item) for item in self._limits]
        refused = False

        async def counting(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] == _UNAUTHORIZED:
                granted, left = await _counted(scope, quotas)
                if not granted:
                    refused = True
                    await _refuse(self._handler, scope, receive, send, left)
            if not refused:
                await send(message)

        await self._app(scope, receive, counting)


class RateLimits:
    """Stands behind the admission: each caller, and each tenant as a whole, has so many requests in a while.

    What is open to everybody and not the same for everybody, links and the login, is limited by address.
    """

    def __init__(
        self,
        app: ASGIApp,
        handler: Answer,
        *,
        caller: Sequence[RateLimitItem],
        tenant: Sequence[RateLimitItem],
        address: Sequence[RateLimitItem],
    ) -> None:
        self._app = app
        self._handler = handler
        self._caller = caller
        self._tenant = tenant
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request when there is something left for it."""
        quotas = self._quotas(scope) if scope["type"] == "http" else []
        if not quotas:
            await self._app(scope, receive, send)
            return
        granted, left = await _counted(scope, quotas)
        if not granted:
            await _refuse(self._handler, scope, receive, send, left)
            return

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_headers(left))
            await send(message)

        await self._app(scope, receive, telling)

    def _quotas(self, scope: Scope) -> list[Quota]:
        caller = cast("Caller | None", scope.get("state", {}).get("caller"))
        if caller is not None and scope["path"].startswith("/v1/"):
            who = f"{caller.tenant} {caller.kind} {caller.subject}"
            return [
                *(Quota(name="caller", who=who, item=item) for item in self._caller),
                *(Quota(name="tenant", who=caller.tenant, item=item) for item in self._tenant),
            ]
        if scope["path"].startswith(_BY_ADDRESS):
            return [Quota(name="address", who=_address(scope), item=item) for item in self._address]
        return []


async def _counted(scope: Scope, quotas: Sequence[Quota]) -> tuple[bool, Sequence[Left]]:
    """Count, over all processes; a database that is away limits nobody: what needs it says so itself."""
    counts = services_of(Request(scope)).limiter
    if counts is None:
        return True, []
    try:
        return await run_in_threadpool(counts.hit, quotas)
    except SQLAlchemyError as exc:
        _log.warning("requests_not_counted", error=type(exc).__name__)
        return True, []


async def _refuse(handler: Answer, scope: Scope, receive: Receive, send: Send, left: Sequence[Left]) -> None:
    used_up = [one for one in left if one.remaining < 1] or list(left)
    wait_s = max((one.more_in_s for one in used_up), default=1)
    headers = {"Retry-After": str(wait_s), **_headers(left)}
    response = handler(Request(scope), problem("rate_limited", headers=headers))
    await response(scope, receive, send)


def _headers(left: Sequence[Left]) -> dict[str, str]:
    if not left:
        return {}
    return {
        "RateLimit-Policy": ", ".join(
            f'"{one.quota.name}";q={one.quota.item.amount};w={one.quota.item.get_expiry()}' for one in left
        ),
        "RateLimit": ", ".join(f'"{one.quota.name}";r={one.remaining};t={one.more_in_s}' for one in left),
    }


def _address(scope: Scope) -> str:
    """Return the peer's address, of IPv6 its network: whoever has one address there has 2**64 of them.

    Behind a proxy it is the client's, when FORWARDED_ALLOW_IPS names the proxy (uvicorn).
    """
    peer = scope.get("client")
    try:
        address = ip_address(peer[0] if peer else "")
    except ValueError:
        return "unknown"
    return str(address if isinstance(address, IPv4Address) else IPv6Network((int(address) >> 64 << 64, 64)))
