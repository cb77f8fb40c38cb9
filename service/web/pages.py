"""The map preview: a page for a plan, one for each collector, and the JSON that they show."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from starlette.responses import HTMLResponse

from service.access import needs
from service.auth.scope import Scope
from service.deps import Deps, UsesDeps
from service.reading import seen_plan
from service.schemas.map_view import MapView
from service.store.errors import PlanNotFoundError
from service.store.jobs.records import PlanRecord, PlanStatus
from service.web.catalogue import LANGUAGES, Catalogue, choose_language, load_catalogues
from service.web.render import render
from service.web.tiles import tiles_url
from service.web.view import map_view

router = APIRouter(include_in_schema=False)

#: Nothing from another host, no inline code or style, in no frame; a page stays out of caches, referrers, search
#: engines and archives.
PAGE_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        "worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
#: The same for a page whose forms go to this service.
FORM_HEADERS: Final = PAGE_HEADERS | {
    "Content-Security-Policy": PAGE_HEADERS["Content-Security-Policy"].replace(
        "form-action 'none'", "form-action 'self'"
    )
}


def reader_catalogue(
    lang: Annotated[str | None, Query()] = None,
    accept_language: Annotated[str | None, Header()] = None,
) -> Catalogue:
    """Return the texts in the reader's language."""
    return load_catalogues()[choose_language(lang, accept_language)]


Texts = Annotated[Catalogue, Depends(reader_catalogue)]


def keep_language(request: Request) -> str:
    """Return the query by which a link to another page keeps the language that this one was asked for in."""
    asked = request.query_params.get("lang")
    return f"?lang={asked}" if asked in LANGUAGES else ""


@router.get("/plans/{plan_id}/map", dependencies=[needs(Scope.PLANS_READ)])
def plan_page(request: Request, plan_id: str, deps: UsesDeps, texts: Texts) -> HTMLResponse:
    """Show the whole plan."""
    return _page(request, deps, texts, plan_id, None)


@router.get("/plans/{plan_id}/map.json", dependencies=[needs(Scope.PLANS_READ)])
def plan_data(plan_id: UUID, deps: UsesDeps) -> Response:
    """Return what the page of the whole plan shows, as a MapView."""
    return _data(deps, plan_id, None)


@router.get("/plans/{plan_id}/collectors/{collector}/map", dependencies=[needs(Scope.PLANS_READ)])
def collector_page(request: Request, plan_id: str, collector: str, deps: UsesDeps, texts: Texts) -> HTMLResponse:
    """Show the route of one collector, and of no other."""
    return _page(request, deps, texts, plan_id, collector)


@router.get("/plans/{plan_id}/collectors/{collector}/map.json", dependencies=[needs(Scope.PLANS_READ)])
def collector_data(plan_id: UUID, collector: str, deps: UsesDeps) -> Response:
    """Return what the page of one collector shows, as a MapView."""
    return _data(deps, plan_id, collector)


def _data(deps: Deps, plan_id: UUID, collector: str | None) -> Response:
    def view(record: PlanRecord) -> tuple[MapView, str]:
        shown = map_view(
            record, tiles_url=lambda area, version: tiles_url(deps.areas, area, version), collector=collector
        )
        if record.status is PlanStatus.ACCEPTED:
            ready = deps.plans.ready_workers(seen_within_s=deps.settings.worker_stalled_s) > 0
            shown = shown.model_copy(update={"planner_ready": ready})
        return shown, ""

    name = "map" if collector is None else f"map of {collector}"
    seen, _ = seen_plan(deps, plan_id, view="map", name=name, make=view)
    headers = {name: PAGE_HEADERS[name] for name in ("Cache-Control", "Referrer-Policy")}
    return Response(seen.body, media_type="application/json", headers=headers)


def _page(request: Request, deps: Deps, texts: Catalogue, plan_id: str, collector: str | None) -> HTMLResponse:
    """Return the page without the plan: the browser fetches that. A plan or collector nobody knows has its own page."""
    found = _knows(deps, plan_id, collector)
    others = [one for language, one in load_catalogues().items() if language != texts.language]
    plans = f"/plans{keep_language(request)}" if collector is None else None
    body = render(
        "map.html" if found else "message.html",
        texts=texts,
        others=others,
        page={
            "data": f"{request.url.path}.json",
            "events": f"/v1/plans/{plan_id}/events",
            "plans": plans,
            "lang": texts.html_lang,
            "texts": dict(texts.texts),
        },
        collector=collector,
        plans=plans,
        missing="not_found.plan" if collector is None else "not_found.collector",
    )
    return HTMLResponse(body, status_code=200 if found else 404, headers=PAGE_HEADERS)


def _knows(deps: Deps, plan_id: str, collector: str | None) -> bool:
    try:
        if collector is None:
            deps.plans.revision(UUID(plan_id))
            return True
        record = deps.plans.get(UUID(plan_id))
    except (ValueError, PlanNotFoundError):
        return False
    plan = map_view(record, tiles_url=lambda _area, _version: None, collector=collector).plan
    return plan is None or bool(plan.collectors or plan.unavailable_collectors)
