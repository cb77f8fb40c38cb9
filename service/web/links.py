"""The page behind a preview link: one route for whoever has the link, as long as it lasts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import HTMLResponse

from service.audit.acting import on_behalf_of
from service.audit.entry import Action, Actor
from service.deps import Services, services_of
from service.errors import problem
from service.schemas.map_view import MapView
from service.store.access.links import PreviewLink
from service.store.audit.audit_log import acted
from service.web.catalogue import load_catalogues
from service.web.link_view import link_view
from service.web.pages import PAGE_HEADERS, Texts
from service.web.render import render
from service.web.tiles import tiles_url

router = APIRouter(prefix="/r", include_in_schema=False)

UsesServices = Annotated[Services, Depends(services_of)]


@router.get("/{secret}")
def link_page(request: Request, secret: str, services: UsesServices, texts: Texts) -> HTMLResponse:
    """Show the route; a link that is unknown, over or taken back has one page, which does not tell which."""
    link = services.links.find(secret)
    body = render(
        "message.html" if link is None else "map.html",
        texts=texts,
        others=[one for language, one in load_catalogues().items() if language != texts.language],
        page={
            "data": f"{request.url.path}/map.json?lang={texts.language}",
            "lang": texts.html_lang,
            "texts": dict(texts.texts),
        },
        collector=None if link is None else texts["link.route"].format(number=link.route),
        plans=None,
        missing="not_found.link",
    )
    return HTMLResponse(body, status_code=404 if link is None else 200, headers=PAGE_HEADERS)


@router.get("/{secret}/map.json")
def link_data(secret: str, services: UsesServices, texts: Texts, response: Response) -> MapView:
    """Return what the page shows."""
    response.headers.update({name: PAGE_HEADERS[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")})
    link = services.links.find(secret, opening=True)
    view = None if link is None else _view(services, link, texts)
    if link is None or view is None:
        raise problem(code="not_found", headers={"X-Robots-Tag": PAGE_HEADERS["X-Robots-Tag"]})
    with on_behalf_of(Actor(kind="link", id=str(link.id))):
        services.deps_of(link.tenant).audit.reading(acted(Action.LINK_OPENED, "plan", link.plan, route=link.route))
    return view


def _view(services: Services, link: PreviewLink, texts: Texts) -> MapView | None:
    deps = services.deps_of(link.tenant)
    chosen, _ = deps.tenant_settings.get()
    return link_view(
        deps.plans.get(link.plan),
        link.route,
        tiles_url=lambda area, version: tiles_url(deps.areas, area, version),
        texts=texts,
        navigation=chosen.navigation,
    )
