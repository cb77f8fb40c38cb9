"""Every operation says which scope it needs, and every page."""

from collections.abc import Iterator, Sequence

import pytest
from fastapi.routing import APIRoute

from service.access import NEEDS
from service.access.admission import is_open
from service.app import create_app
from service.auth.scope import Scope
from tests.service.api.fakes import fake_deps


def endpoints(routes: Sequence[object]) -> Iterator[APIRoute]:
    """Yield the operations and pages, those of included routers too: FastAPI keeps these as they are."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from endpoints(getattr(getattr(route, "original_router", None), "routes", ()))


def guarded() -> list[APIRoute]:
    return [route for route in endpoints(create_app(fake_deps()).routes) if not is_open(route.path)]


@pytest.mark.parametrize("route", guarded(), ids=lambda route: f"{min(route.methods)} {route.path}")
def test_every_operation_and_every_page_names_what_it_needs(route: APIRoute) -> None:
    named = [getattr(one.call, NEEDS, None) for one in route.dependant.dependencies]
    scopes = [scopes for scopes in named if scopes is not None]

    assert len(scopes) == 1
    assert all(isinstance(scope, Scope) for scope in scopes[0])


def test_every_scope_is_needed_by_something() -> None:
    needed = {
        scope
        for route in guarded()
        for one in route.dependant.dependencies
        for scope in getattr(one.call, NEEDS, None) or ()
    }

    assert set(Scope) == needed
