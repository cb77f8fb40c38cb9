"""The web application: routes, middleware, and the lifespan that opens and closes what they need."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware

from service.access.admission import Admission
from service.access.gate import OpenGate
from service.answered_errors import install, problem_handler
from service.api import (
    areas,
    audit,
    batches,
    branches,
    bulk_routes,
    cases,
    collectors,
    files,
    geocode,
    health,
    keys,
    persons,
    pins,
    plan_list,
    plans,
    reviews,
    schedules,
    tenant_settings,
    users,
    visits,
    webhooks,
)
from service.api import links as plan_links
from service.api.acting import Acting
from service.api.http import openapi, problems
from service.api.http.idempotency import IdempotencyKeys
from service.api.http.middleware import AccessLog, AllowedHosts, BodyLimit, Incidents, SecurityHeaders
from service.api.http.query import strict_query
from service.api.http.rate_limit import RateLimits, RefusedCredentials
from service.api.http.request_context import RequestContext
from service.bootstrap import opened
from service.deps import Deps, Services
from service.logs import configure_logging
from service.settings import Settings
from service.settings_web import limits_in
from service.web import links as link_pages
from service.web import login, pages, tiles
from service.web import plans as plans_page
from service.web import reviews as review_page
from service.web.problem_pages import with_pages

_STATIC: Final = Path(__file__).parent / "web" / "static"


def create_app(deps: Deps | Services | None = None) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    deps : what the endpoints work with, kept by whoever made it: that of each tenant behind a gate, or of one
        without any. None builds it from the environment's settings when the server starts, and closes it when the
        server ends: `uvicorn --factory service.app:create_app`.
    """
    if deps is not None:
        app = _application(deps.settings)
        app.state.services = deps if isinstance(deps, Services) else _ungated(deps)
        return app
    settings = Settings()
    configure_logging(level=settings.log_level, style=settings.log_format)
    return _application(settings, open_on_start=True)


def _ungated(deps: Deps) -> Services:
    def stop_waiting() -> None:
        deps.plan_watch.end()
        deps.batch_watch.end()

    return Services(
        settings=deps.settings,
        gate=OpenGate(),
        deps_of=lambda _tenant: deps,
        telemetry=deps.telemetry,
        stop_waiting=stop_waiting,
    )


def _application(settings: Settings, *, open_on_start: bool = False) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with opened(settings) as services:
            app.state.services = services
            yield

    handler = with_pages(problem_handler())
    app = openapi.DescribedApi(
        title=openapi.TITLE,
        summary=openapi.SUMMARY,
        description=openapi.DESCRIPTION,
        version=version("doorstep"),
        openapi_tags=openapi.TAGS,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        separate_input_output_schemas=False,
        redirect_slashes=False,
        lifespan=lifespan if open_on_start else None,
        middleware=[
            Middleware(RequestContext),
            Middleware(AccessLog),
            Middleware(SecurityHeaders),
            Middleware(Incidents, handler=handler),
            Middleware(AllowedHosts, handler=handler, allowed=settings.served_hosts),
            Middleware(RefusedCredentials, handler=handler, limits=limits_in(settings.rate_limit_refusals)),
            Middleware(Admission, handler=handler),
            Middleware(
                RateLimits,
                handler=handler,
                caller=limits_in(settings.rate_limit),
                tenant=limits_in(settings.rate_limit_tenant),
                address=limits_in(settings.rate_limit_address),
            ),
            Middleware(Acting, handler=handler),
            Middleware(BodyLimit, handler=handler, max_bytes=settings.max_body_bytes),
            Middleware(IdempotencyKeys, handler=handler),
        ],
    )
    install(app, handler)
    for module in (
        plan_list,
        plans,
        branches,
        cases,
        visits,
        collectors,
        bulk_routes,
        files,
        plan_links,
        geocode,
        batches,
        reviews,
        pins,
        schedules,
        areas,
        keys,
        users,
        audit,
        persons,
        tenant_settings,
        problems,
        health,
        webhooks,
        login,
        plans_page,
        pages,
        link_pages,
        review_page,
        tiles,
    ):
        app.include_router(module.router, dependencies=[strict_query])
    app.include_router(_pages())
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    return app


def _pages() -> APIRouter:
    """Return the entry page and the reference, which are no part of the API."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def index() -> RedirectResponse:
        return RedirectResponse("/docs")

    @router.get("/docs")
    async def reference() -> FileResponse:
        return FileResponse(_STATIC / "reference" / "index.html")

    return router
