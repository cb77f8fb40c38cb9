"""/v1/settings: what a tenant decides for itself."""

from typing import Annotated

from fastapi import APIRouter, Body, Response

from service.access import needs
from service.api.examples import examples
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.api.http.versions import IfMatch, tagged, version_of
from service.auth.scope import Scope
from service.deps import UsesDeps
from service.errors import problem
from service.schemas.problem import FieldError
from service.schemas.tenant_settings import TenantSettingsOut, TenantSettingsPatch
from service.settings import Settings
from service.store.access.tenant_settings import Share, TenantSettings

router = APIRouter(prefix="/v1/settings", tags=["Settings"], route_class=JsonBodyRoute)


@router.get(
    "",
    dependencies=[needs(Scope.SETTINGS_READ)],
    summary="Your settings",
    response_model=TenantSettingsOut,
    responses={200: examples.answer("The settings.", "settings"), **problems()},
)
def get_settings(deps: UsesDeps, response: Response) -> TenantSettingsOut:
    """How long what is kept, and what preview links may do. A change names the ETag of this answer."""
    settings, version = deps.tenant_settings.get()
    tagged(response, version)
    return TenantSettingsOut.of(settings)


@router.patch(
    "",
    dependencies=[needs(Scope.SETTINGS_WRITE)],
    summary="Change settings",
    response_model=TenantSettingsOut,
    responses={
        200: examples.answer("The settings as they are now.", "settings"),
        **problems(
            "malformed_json",
            "body_too_large",
            "unsupported_media_type",
            "invalid_request",
            "version_changed",
            "version_missing",
        ),
    },
)
def change_settings(
    body: Annotated[TenantSettingsPatch, Body()], deps: UsesDeps, response: Response, if_match: IfMatch = None
) -> TenantSettingsOut:
    """Change what is named. A shorter time erases what is older within the hour, for good."""
    version = version_of(if_match)
    current, found = deps.tenant_settings.get()
    if found != version:
        raise problem(code="version_changed")
    settings = body.applied_to(current)
    _require_within(settings, current, deps.tenant_settings.share(), deps.settings)
    tagged(response, deps.tenant_settings.put(settings, version=version))
    return TenantSettingsOut.of(settings)


def _require_within(chosen: TenantSettings, before: TenantSettings, given: Share, service: Settings) -> None:
    """Check that a tenant takes no more of the workers than the operator gives."""
    limits = {
        "max_running": given.max_running or service.max_running,
        "max_waiting": given.max_waiting or service.max_waiting,
    }
    errors = [
        FieldError(pointer=f"/{name}", code="out_of_range", detail=f"Must be at most {most}, the operator's limit.")
        for name, most in limits.items()
        if (getattr(chosen, name) or 0) > most and getattr(chosen, name) != getattr(before, name)
    ]
    if errors:
        raise problem(code="invalid_request", errors=errors)
