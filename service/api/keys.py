"""/v1/keys: the keys of the bank's programs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Response, status

from service.access import needs, require
from service.api.examples import examples
from service.api.examples.identity_examples import KEY_REQUESTS
from service.api.http.body import JsonBodyRoute
from service.api.http.documented import problems
from service.api.http.paging import Cursor, Limit, made_at, next_page, page_of, position_of
from service.auth.identity import check_scopes
from service.auth.scope import Scope, granted
from service.deps import UsesDeps
from service.schemas.identity import KeyOut, KeyPage, KeyRequest, NewKey

router = APIRouter(prefix="/v1/keys", tags=["Access"], route_class=JsonBodyRoute)

KeyId = Annotated[UUID, Path(description="The key's id.")]


@router.get(
    "",
    dependencies=[needs(Scope.KEYS_READ)],
    summary="List keys",
    response_model=KeyPage,
    responses={200: examples.answer("A page of keys.", "keys"), **problems("invalid_request")},
)
def list_keys(deps: UsesDeps, limit: Limit = 50, cursor: Cursor = None) -> KeyPage:
    """List the keys, the newest first, also those that are over."""
    found = deps.identities.list_keys(limit=limit + 1, after=position_of(cursor))
    shown, behind = page_of(found, limit, made_at)
    return KeyPage(
        keys=[KeyOut.of(key) for key in shown],
        next=next_page("/v1/keys", behind, {"limit": limit}),
    )


@router.post(
    "",
    dependencies=[needs(Scope.KEYS_WRITE)],
    summary="Make a key",
    status_code=status.HTTP_201_CREATED,
    response_model=NewKey,
    responses={
        201: examples.answer("The key, with its secret.", "new_key"),
        **problems("malformed_json", "body_too_large", "unsupported_media_type", "invalid_request"),
    },
)
def create_key(
    body: Annotated[KeyRequest, Body(openapi_examples=KEY_REQUESTS)], deps: UsesDeps, response: Response
) -> NewKey:
    """Make a key. Nobody gives away what they may not do themselves: its scopes are among the caller's."""
    chosen = check_scopes(body.role, None if body.scopes is None else frozenset(body.scopes))
    require(deps.caller, *sorted(granted(body.role, chosen)))
    key, secret = deps.identities.add_key(
        name=body.name,
        role=body.role,
        scopes=chosen,
        expires_at=body.expires_at,
        created_by=deps.caller.subject,
        key_id=deps.new_id(),
    )
    response.headers["Location"] = f"/v1/keys/{key.id}"
    return NewKey(key=KeyOut.of(key), secret=secret)


@router.get(
    "/{key_id}",
    dependencies=[needs(Scope.KEYS_READ)],
    summary="A key",
    response_model=KeyOut,
    responses={200: examples.answer("The key.", "key"), **problems("key_not_found")},
)
def get_key(key_id: KeyId, deps: UsesDeps) -> KeyOut:
    """Return a key without its secret."""
    return KeyOut.of(deps.identities.get_key(key_id))


@router.delete(
    "/{key_id}",
    dependencies=[needs(Scope.KEYS_WRITE)],
    summary="Revoke a key",
    response_model=KeyOut,
    responses={200: examples.answer("The key, revoked.", "key"), **problems("key_not_found")},
)
def revoke_key(key_id: KeyId, deps: UsesDeps) -> KeyOut:
    """End a key at once, and the sessions that it opened. It stays in the list. Again, it changes nothing."""
    return KeyOut.of(deps.identities.revoke_key(key_id))
