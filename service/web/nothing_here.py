"""What a browser is shown at an address where there is nothing, or nothing for its reader."""

from typing import Final

from fastapi_problem.error import Problem
from fastapi_problem.handler import ExceptionHandler
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from service.access.admission import wants_page
from service.answered_errors import Answer
from service.auth.scope import Scope
from service.deps import caller_of
from service.web.catalogue import load_catalogues
from service.web.pages import PAGE_HEADERS, keep_language, reader_catalogue
from service.web.render import render

#: What a page says instead of a problem: by the problem's code, the texts' keys.
_TEXTS: Final = {
    "not_found": {"title": "not_found.title", "missing": "not_found.address"},
    "not_allowed": {"title": "not_allowed.title", "missing": "not_allowed.text"},
}


def with_pages(handler: ExceptionHandler) -> Answer:
    """Return the handler that answers a browser with a page where there is one for the problem."""

    def answer(request: Request, exc: Exception) -> Response:
        code = _code_of(exc)
        return _page(request, code, exc) if code in _TEXTS and wants_page(request) else handler(request, exc)

    return answer


def _code_of(exc: Exception) -> str:
    if isinstance(exc, Problem):
        return str(exc.extras.get("code"))
    return "not_found" if isinstance(exc, HTTPException) and exc.status_code == 404 else ""


def _page(request: Request, code: str, exc: Exception) -> HTMLResponse:
    texts = reader_catalogue(request.query_params.get("lang"), request.headers.get("accept-language"))
    keep = keep_language(request)
    body = render(
        "not_found.html",
        **_TEXTS[code],
        texts=texts,
        others=[one for language, one in load_catalogues().items() if language != texts.language],
        plans=f"/plans{keep}" if caller_of(request).may(Scope.PLANS_READ) else None,
        login=f"/login{keep}" if code == "not_allowed" else None,
    )
    headers = dict(getattr(exc, "headers", None) or {}) | PAGE_HEADERS
    return HTMLResponse(body, status_code=403 if code == "not_allowed" else 404, headers=headers)
