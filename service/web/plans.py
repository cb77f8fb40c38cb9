"""The page where a planner begins: the plans there are, day by day."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from service.access import needs
from service.access.admission import session_of
from service.auth.scope import Scope
from service.deps import UsesDeps
from service.web.catalogue import load_catalogues
from service.web.pages import FORM_HEADERS, Texts, keep_language
from service.web.render import render

router = APIRouter(include_in_schema=False)


@router.get("/plans", dependencies=[needs(Scope.PLANS_READ)])
def plans_page(request: Request, deps: UsesDeps, texts: Texts) -> HTMLResponse:
    """Show the page without any plan: the browser fetches them."""
    keep = keep_language(request)
    body = render(
        "plans.html",
        texts=texts,
        others=[one for language, one in load_catalogues().items() if language != texts.language],
        signed_in=session_of(request.headers) is not None,
        keep=keep,
        reviews=f"/reviews{keep}" if deps.caller.may(Scope.REVIEWS_READ) else None,
        page={"data": "/v1/plans", "lang": texts.html_lang, "texts": dict(texts.texts), "keep": keep},
    )
    return HTMLResponse(body, headers=FORM_HEADERS)
