"""`Idempotency-Key` on every POST of the API: sent again, it is answered again, and nothing is made twice.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from itertools import count
from typing import Final, cast
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.answered_errors import ANSWERED, Answer
from service.auth.caller import Caller
from service.deps import services_of
from service.errors import problem
from service.integration import Idempotency
from service.schemas.problem import FieldError
from service.store.requests.idempotency import LEASE, Held, KeptAnswer

HEADER: Final = "Idempotency-Key"
#: Said of an answer that was given before.
REPLAYED: Final = "Idempotency-Replayed"
#: A structured-field string (RFC 9651), or the bare token that most clients send.
_QUOTED: Final = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\]){1,255})"')
_BARE: Final = re.compile(r"[!#-~]{1,255}")
#: Belong to a connection or are said anew of every answer.
_NOT_KEPT: Final = frozenset({"date", "server", "connection", "transfer-encoding", "ratelimit", "ratelimit-policy"})

_log = structlog.get_logger("doorstep.http")


class IdempotencyKeys:
    """Answers a POST that was answered before from what was kept; makes sure that one process at a time works on one.

    What made something (2xx, 3xx) is kept with its headers. What was refused (4xx) is not: nothing was made, and the
    key may be used again for the corrected request. After an incident (5xx), or when this process dies, the same
    request begins anew, and `Deps.new_id` gives it the very ids that it had, so that what was stored already is found.
    """

    def __init__(self, app: ASGIApp, handler: Answer) -> None:
        self._app = app
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request once."""
        caller = cast("Caller | None", scope.get("state", {}).get("caller")) if scope["type"] == "http" else None
        given = Headers(scope=scope).get(HEADER) if caller is not None and _is_post(scope) else None
        if caller is None or given is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            kept = await self._once(caller, read_key(given), request)
        except ANSWERED as exc:  # this middleware's own: the endpoint's are answered
            await self._handler(request, exc)(scope, receive, send)
            return
        await _say(kept, send)

    async def _once(self, caller: Caller, key: str, request: Request) -> KeptAnswer:
        store = services_of(request).deps_of(caller.tenant).idempotency
        body = await request.body()
        begun = await run_in_threadpool(
            store.begin, scope=_scope_of(caller, request), key=key, body=_digest(request, body)
        )
        if isinstance(begun, KeptAnswer):
            if not frozenset(begun.scopes) <= caller.scopes:
                raise problem(code="not_allowed")
            return replace(begun, headers=(*begun.headers, (REPLAYED, "true")))
        answered = False
        extending = asyncio.create_task(_keep_held(store, begun))
        try:
            answer = await self._answer(request, body, begun, caller)
            await run_in_threadpool(_settle, store, begun, answer)
            answered = True
            return answer
        finally:
            extending.cancel()
            if not answered:
                with suppress(SQLAlchemyError):  # then the lease ends by itself
                    await asyncio.shield(run_in_threadpool(store.let_go, begun))

    async def _answer(self, request: Request, body: bytes, held: Held, caller: Caller) -> KeptAnswer:
        messages: list[Message] = []

        async def receive_again() -> Message:
            if not sent:
                sent.append(True)
                return {"type": "http.request", "body": body, "more_body": False}
            return await request.receive()

        async def keep(message: Message) -> None:
            messages.append(message)

        sent: list[bool] = []
        scope = dict(request.scope)
        scope["state"] = {**request.scope["state"], "new_id": _ids_of(held)}
        await self._app(scope, receive_again, keep)
        request.scope["route"] = scope.get("route")  # for the log
        start, *rest = messages
        return KeptAnswer(
            status=start["status"],
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]),
            body=b"".join(message.get("body", b"") for message in rest),
            scopes=tuple(sorted(caller.scopes)),
        )


def read_key(given: str) -> str:
    """Return the key in the header.

    Raises
    ------
    Problem
        `invalid_request` when it is none.
    """
    quoted = _QUOTED.fullmatch(given)
    if quoted:
        return quoted[1]
    if _BARE.fullmatch(given):
        return given
    rule = "Must be 1 to 255 visible ASCII characters, such as a UUID; in quotes or without."
    error = FieldError(pointer="/Idempotency-Key", code="wrong_text", detail=rule)
    raise problem(code="invalid_request", errors=[error])


def _is_post(scope: Scope) -> bool:
    return bool(scope["method"] == "POST" and scope["path"].startswith("/v1/"))


def _scope_of(caller: Caller, request: Request) -> str:
    return f"{caller.kind} {caller.subject} POST {request.scope['path']}"


def _digest(request: Request, body: bytes) -> bytes:
    """Return what is the same of the same request: query, kind of body and body; not headers like Prefer."""
    digest = sha256()
    for part in (request.scope["query_string"], request.headers.get("content-type", "").encode(), body):
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.digest()


def _ids_of(held: Held) -> Callable[[], UUID]:
    numbers = count()
    return lambda: held.resource_id(next(numbers))


async def _keep_held(store: Idempotency, held: Held) -> None:
    while True:
        await asyncio.sleep(LEASE.total_seconds() / 3)
        with suppress(SQLAlchemyError):
            await run_in_threadpool(store.extend, held)


def _settle(store: Idempotency, held: Held, answer: KeptAnswer) -> None:
    """Keep what made something; forget what was refused; let what broke begin anew."""
    kept = tuple((name, value) for name, value in answer.headers if name.lower() not in _NOT_KEPT)
    try:
        if answer.status < 400:
            store.keep(held, replace(answer, headers=kept))
        elif answer.status < 500:
            store.forget(held)
        else:
            store.let_go(held)
    except SQLAlchemyError as exc:  # the work is done: its answer must not be lost with the database
        _log.warning("answer_not_kept", error=type(exc).__name__)


async def _say(answer: KeptAnswer, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
