"""The login: with the bank's identity provider, or with a key; and its end."""

from datetime import timedelta
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URL
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.access.admission import SESSION_COOKIE, comes_from_elsewhere, session_of
from service.access.gate import Carried
from service.auth.caller import Caller
from service.auth.errors import CredentialsError, ProviderAwayError, UnknownBankError
from service.deps import Services, services_of
from service.errors import problem
from service.web.catalogue import Catalogue, load_catalogues
from service.web.pages import FORM_HEADERS, Texts, keep_language
from service.web.render import render

router = APIRouter(include_in_schema=False)

#: Longer forms are none of ours.
_LONGEST_FORM: Final = 4096
_HOME: Final = "/plans"
#: The id of the bank whose provider people sign in with, where each has its own.
Bank = Annotated[str, Query(alias="tenant", max_length=32)]
BackTo = Annotated[str, Query(alias="next", max_length=512)]


@router.get("/login")
def login_page(request: Request, texts: Texts, back_to: BackTo = _HOME, bank: Bank = "") -> Response:
    """Show the ways in, or who is in."""
    return _page(request, texts, back_to=_back(request, back_to), bank=bank)


@router.post("/login")
async def login_with_key(request: Request, texts: Texts) -> Response:
    """Open a session with a key, and go where the browser wanted to."""
    _require_own_page(request)
    form = dict(parse_qsl((await request.body())[:_LONGEST_FORM].decode("utf-8", "replace")))
    services, back_to = services_of(request), _back(request, form.get("next", _HOME))
    carried = Carried(bearer=form.get("key", "").strip(), session=None, is_local=False)
    try:
        caller = await run_in_threadpool(services.gate.admit, carried)
    except CredentialsError:
        caller = None
    if caller is None:
        return _page(request, texts, back_to=back_to, failed="login.key_refused", status=401)
    return await run_in_threadpool(_opened, request, caller, back_to)


@router.get("/login/provider")
def login_with_provider(request: Request, texts: Texts, back_to: BackTo = _HOME, bank: Bank = "") -> Response:
    """Send the browser to the bank's identity provider."""
    provider = services_of(request).provider
    if provider is None:
        raise problem(code="not_found")
    back = _back(request, back_to)
    try:
        return RedirectResponse(provider.begin(back, bank=bank), status_code=303)
    except UnknownBankError:
        return _page(request, texts, back_to=back, failed="login.unknown_bank", status=404)
    except ProviderAwayError:
        return _page(request, texts, back_to=back, failed="login.provider_away", status=503)


@router.get("/login/done")
def login_done(
    request: Request,
    texts: Texts,
    state: Annotated[str, Query(max_length=256)] = "",
    code: Annotated[str, Query(max_length=4096)] = "",
    iss: Annotated[str, Query(max_length=512)] = "",
) -> Response:
    """Take what the identity provider says of the browser's user."""
    provider = services_of(request).provider
    if provider is None:
        raise problem(code="not_found")
    try:
        caller, back_to = provider.finish(state=state, code=code, issuer=iss)
    except CredentialsError:
        return _page(request, texts, back_to=_HOME, failed="login.provider_refused", status=401)
    except ProviderAwayError:
        return _page(request, texts, back_to=_HOME, failed="login.provider_away", status=503)
    return _opened(request, caller, back_to)


@router.post("/login/end")
def logout(request: Request) -> Response:
    """End the session."""
    _require_own_page(request)
    services = services_of(request)
    if services.sessions is not None and (session := session_of(request.headers)) is not None:
        services.sessions.close_session(session)
    answer = RedirectResponse(f"/login{keep_language(request)}", status_code=303)
    answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return answer


def _opened(request: Request, caller: Caller, back_to: str) -> Response:
    services = services_of(request)
    if services.sessions is None:
        raise problem(code="not_found")
    lasts = timedelta(hours=services.settings.session_hours)
    session = services.sessions.open_session(caller, lasts=lasts)
    answer = RedirectResponse(back_to, status_code=303)
    answer.set_cookie(
        SESSION_COOKIE,
        session.text,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=_is_secure(request, services),
        httponly=True,
        samesite="lax",
    )
    return answer


def _page(
    request: Request, texts: Catalogue, *, back_to: str, bank: str = "", failed: str | None = None, status: int = 200
) -> HTMLResponse:
    services = services_of(request)
    body = render(
        "login.html",
        texts=texts,
        others=[one for language, one in load_catalogues().items() if language != texts.language],
        keep=keep_language(request),
        back_to=back_to,
        failed=failed,
        has_provider=services.provider is not None,
        asks_for_bank=services.provider is not None and services.provider.asks_for_bank and not bank,
        bank=bank,
        caller=_known(services, request),
    )
    return HTMLResponse(body, status_code=status, headers=FORM_HEADERS)


def _known(services: Services, request: Request) -> Caller | None:
    session = session_of(request.headers)
    if session is None:
        return None
    try:
        return services.gate.admit(Carried(bearer=None, session=session, is_local=False))
    except CredentialsError:
        return None


def _local(path: str) -> str:
    """Return the path when it is one of ours: never another host, which `//` and a backslash would name."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else _HOME


def _back(request: Request, path: str) -> str:
    """Return where the browser goes once it is in, in the language that the login was asked for in."""
    local = _local(path)
    return str(URL(local).include_query_params(lang=request.query_params["lang"])) if keep_language(request) else local


def _require_own_page(request: Request) -> None:
    if comes_from_elsewhere(request):
        raise problem(code="cross_site_request")


def _is_secure(request: Request, services: Services) -> bool:
    return request.url.scheme == "https" or (services.settings.public_url or "").startswith("https:")
