"""What a browser is shown instead of a page: there is nothing, nothing for its reader, or it cannot be had now."""

from typing import Final

from fastapi_problem.error import Problem
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from service.access.admission import wants_page
from service.answered_errors import Answer, told
from service.auth.scope import Scope
from service.deps import caller_of
from service.web.catalogue import load_catalogues
from service.web.pages import PAGE_HEADERS, keep_language, reader_catalogue
from service.web.render import render

_NOTHING: Final = ("not_found.title", "not_found.address")
#: By the problem's code, the keys of the texts that a page says instead: what it is, and what to do.
_TEXTS: Final = {
    "not_found": _NOTHING,
    "method_not_allowed": _NOTHING,
    "invalid_request": _NOTHING,
    "not_allowed": ("not_allowed.title", "not_allowed.text"),
    "rate_limited": ("too_often.title", "too_often.text"),
    "database_unavailable": ("away.title", "away.text"),
    "provider_away": ("away.title", "login.provider_away"),
    "internal_error": ("incident.title", "incident.text"),
}
#: Where the same address may be answered a little later.
_PASSING: Final = frozenset({"rate_limited", "database_unavailable", "provider_away", "internal_error"})


def with_pages(handler: Answer) -> Answer:
    """Return the handler that answers a browser with a page where there is one for the problem."""

    def answer(request: Request, exc: Exception) -> Response:
        if wants_page(request):
            found = told(request, exc)
            if found.extras["code"] in _TEXTS:
                return _page(request, found)
        return handler(request, exc)

    return answer


def _page(request: Request, found: Problem) -> HTMLResponse:
    code = found.extras["code"]
    title, text = _TEXTS[code]
    texts = reader_catalogue(request.query_params.get("lang"), request.headers.get("accept-language"))
    keep = keep_language(request)
    body = render(
        "message.html",
        title=title,
        missing=text,
        texts=texts,
        others=[one for language, one in load_catalogues().items() if language != texts.language],
        plans=f"/plans{keep}" if code not in _PASSING and caller_of(request).may(Scope.PLANS_READ) else None,
        login=f"/login{keep}" if code == "not_allowed" else None,
        again=code in _PASSING,
        incident=getattr(request.state, "incident", None),
    )
    return HTMLResponse(body, status_code=found.status, headers={**(found.headers or {}), **PAGE_HEADERS})
