"""/v1/users: the bank's people who may log in; /v1/me: who is asking."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Response, status

from service.access import needs
from service.api.examples import examples
from service.api.examples.identity_examples import USER_CHANGES, USER_REQUESTS
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.api.http.paging import Cursor, Limit, made_at, next_page, page_of, position_of
from service.api.http.versions import IfMatch, tagged, version_of
from service.auth.identity import User
from service.auth.scope import Scope
from service.deps import UsesDeps
from service.schemas.identity import Me, UserChange, UserOut, UserPage, UserRequest

router = APIRouter(prefix="/v1", tags=["Access"], route_class=JsonBodyRoute)

UserId = Annotated[UUID, Path(description="The user's id.")]
_OF_BODIES = ("malformed_json", "body_too_large", "unsupported_media_type", "invalid_request")


@router.get(
    "/me",
    dependencies=[needs()],
    summary="Who am I?",
    response_model=Me,
    responses={200: examples.answer("The caller.", "me"), **problems()},
)
def get_me(deps: UsesDeps) -> Me:
    """Say whose key or session it is, and what it may do."""
    return Me.of(deps.caller)


@router.get(
    "/users",
    dependencies=[needs(Scope.USERS_READ)],
    summary="List users",
    response_model=UserPage,
    responses={200: examples.answer("A page of users.", "users"), **problems("invalid_request")},
)
def list_users(deps: UsesDeps, limit: Limit = 50, cursor: Cursor = None) -> UserPage:
    """List the users, the newest first."""
    found = deps.identities.list_users(limit=limit + 1, after=position_of(cursor))
    shown, behind = page_of(found, limit, made_at)
    return UserPage(
        users=[UserOut.of(user) for user in shown],
        next=next_page("/v1/users", behind, {"limit": limit}),
    )


@router.post(
    "/users",
    dependencies=[needs(Scope.USERS_WRITE)],
    summary="Let a person in",
    status_code=status.HTTP_201_CREATED,
    response_model=UserOut,
    responses={201: examples.answer("The user.", "user"), **problems(*_OF_BODIES, "name_taken")},
)
def create_user(
    body: Annotated[UserRequest, Body(openapi_examples=USER_REQUESTS)], deps: UsesDeps, response: Response
) -> UserOut:
    """Let a person log in with the bank's identity provider: by this address the first time, by their id later."""
    user = deps.identities.add_user(email=body.email, role=body.role, user_id=deps.new_id())
    return _told(user, response, created=True)


@router.get(
    "/users/{user_id}",
    dependencies=[needs(Scope.USERS_READ)],
    summary="A user",
    response_model=UserOut,
    responses={200: examples.answer("The user.", "user"), **problems("user_not_found")},
)
def get_user(user_id: UserId, deps: UsesDeps, response: Response) -> UserOut:
    """Return a user; a change needs the ETag."""
    return _told(deps.identities.get_user(user_id), response)


@router.patch(
    "/users/{user_id}",
    dependencies=[needs(Scope.USERS_WRITE)],
    summary="Change a user",
    response_model=UserOut,
    responses={
        200: examples.answer("The user.", "user"),
        **problems(*_OF_BODIES, "user_not_found", "version_changed", "version_missing"),
    },
)
def change_user(
    user_id: UserId,
    body: Annotated[UserChange, Body(openapi_examples=USER_CHANGES)],
    deps: UsesDeps,
    response: Response,
    if_match: IfMatch = None,
) -> UserOut:
    """Give a user another role, shut them out (their sessions end), or let them in again."""
    version = version_of(if_match)
    return _told(deps.identities.change_user(user_id, role=body.role, active=body.active, version=version), response)


@router.delete(
    "/users/{user_id}",
    dependencies=[needs(Scope.USERS_WRITE)],
    summary="Delete a user",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems("user_not_found"),
)
def delete_user(user_id: UserId, deps: UsesDeps) -> None:
    """Delete a user with their address and sessions."""
    deps.identities.remove_user(user_id)


def _told(user: User, response: Response, *, created: bool = False) -> UserOut:
    tagged(response, user.version)
    if created:
        response.headers["Location"] = f"/v1/users/{user.id}"
    return UserOut.of(user)
