"""Who gets in: everything needs a caller but what is listed here. Before any body is read."""

from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from service.access.gate import Carried
from service.access.preferred import prefers_html
from service.answered_errors import ANSWERED, Answer
from service.auth.errors import CredentialsError
from service.deps import services_of
from service.errors import problem

SESSION_COOKIE: Final = "doorstep_session"
#: What tells nothing about anybody: health, the reference, the base map, the login itself, what codes mean.
_OPEN: Final = frozenset({"/", "/docs", "/openapi.json", "/healthz", "/readyz", "/favicon.ico", "/problems", "/login"})
_OPEN_BELOW: Final = ("/static/", "/tiles/", "/problems/", "/login/", "/r/")
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")
_SCHEME: Final = "bearer "
#: No language that pages are asked for in has a longer name.
_LANGUAGE: Final = 16


class Admission:
    """Puts the caller into the request's state, or answers 401; pages send a browser to the login.

    Who shows a key or a token is never sent there: a wrong one is refused, and counted.
    """

    def __init__(self, app: ASGIApp, handler: Answer) -> None:
        self._app = app
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Admit, then serve."""
        if scope["type"] != "http" or is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            caller = await run_in_threadpool(services_of(request).gate.admit, carried_by(scope))
        except CredentialsError:
            caller, refusal = None, "credentials_refused"
        except ANSWERED as exc:
            response = self._handler(request, exc)
            await response(scope, receive, send)
            return
        else:
            refusal = "not_authenticated"
        if caller is None:
            response = (
                RedirectResponse(_way_in(request), status_code=303)
                if wants_page(request) and "authorization" not in request.headers
                else self._handler(request, problem(refusal, headers={"WWW-Authenticate": "Bearer"}))
            )
            await response(scope, receive, send)
            return
        if comes_from_elsewhere(request):
            response = self._handler(request, problem("cross_site_request"))
            await response(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)


def _way_in(request: Request) -> str:
    """Where a browser signs in and comes back from, in the language that the page was asked for in."""
    path, language = request.scope["path"], request.query_params.get("lang", "")[:_LANGUAGE]
    if not language:
        return f"/login?{urlencode({'next': path})}"
    asked = {"lang": language}
    return f"/login?{urlencode({'next': f'{path}?{urlencode(asked)}'} | asked)}"


def is_open(path: str) -> bool:
    """Whether a path is served to everybody."""
    return path in _OPEN or path.startswith(_OPEN_BELOW)


def carried_by(scope: Scope) -> Carried:
    """Return what a request shows of who sent it."""
    headers = Headers(scope=scope)
    authorization = headers.get("authorization", "")
    bearer = authorization[len(_SCHEME) :].strip() if authorization.lower().startswith(_SCHEME) else None
    if authorization and bearer is None:
        bearer = ""  # another scheme: it was meant to open something, so it is not nothing
    return Carried(bearer=bearer, session=session_of(headers), is_local=_is_local(scope, headers))


def session_of(headers: Headers) -> str | None:
    """Return the secret in the session's cookie."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(SESSION_COOKIE)
    except CookieError:
        return None
    return None if found is None else found.value


def comes_from_elsewhere(request: Request) -> bool:
    """Whether a page of another origin makes the browser change something with its user's session, or locally.

    A key or a token in a header is never sent by a browser on its own.
    """
    if request.method in _SAFE or "authorization" in request.headers:
        return False
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


def wants_page(request: Request) -> bool:
    """Whether this is a browser that opens an address which is none of the API."""
    path = request.scope["path"]
    of_api = path == "/v1" or path.startswith("/v1/")
    return request.method == "GET" and not of_api and prefers_html(request.headers.get("accept", ""))


def _is_local(scope: Scope, headers: Headers) -> bool:
    peer = scope.get("client")
    if peer is None or any(name in headers for name in _FORWARDED):
        return False
    try:
        return ip_address(peer[0]).is_loopback
    except ValueError:
        return False
