"""The page where a planner decides on addresses that are not sure enough."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from geodata.area.meta import AreaMeta
from service.access import needs
from service.access.admission import session_of
from service.auth.scope import Scope
from service.deps import UsesDeps
from service.place_ports import Areas
from service.web.catalogue import load_catalogues
from service.web.pages import FORM_HEADERS, Texts, keep_language
from service.web.render import render
from service.web.tiles import tiles_url

router = APIRouter(include_in_schema=False)


@router.get("/reviews", dependencies=[needs(Scope.REVIEWS_READ)])
def reviews_page(request: Request, deps: UsesDeps, texts: Texts) -> HTMLResponse:
    """Show the page without any review: the browser fetches them."""
    newest: dict[str, AreaMeta] = {}
    for meta in deps.areas.list():
        newest.setdefault(meta.name, meta)
    keep = keep_language(request)
    body = render(
        "reviews.html",
        texts=texts,
        others=[one for language, one in load_catalogues().items() if language != texts.language],
        plans=f"/plans{keep}" if deps.caller.may(Scope.PLANS_READ) else None,
        signed_in=session_of(request.headers) is not None,
        keep=keep,
        page={
            "data": "/v1/geocode/reviews",
            "lang": texts.html_lang,
            "texts": dict(texts.texts),
            "areas": {name: _area(deps.areas, meta) for name, meta in newest.items()},
        },
    )
    return HTMLResponse(body, headers=FORM_HEADERS)


def _area(areas: Areas, meta: AreaMeta) -> Mapping[str, object]:
    box = meta.bbox
    return {
        "tiles_url": tiles_url(areas, meta.name, meta.version),
        "attribution": meta.attribution,
        "bounds": [[box.west, box.south], [box.east, box.north]],
    }
