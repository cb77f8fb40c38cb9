"""Reading and changing one stored resource: the same for branches, cases and collectors."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import Header, Path, Response, status
from pydantic import AfterValidator, BaseModel, TypeAdapter, ValidationError

from service.api.bulk import row_errors
from service.api.http.paths import path_to
from service.api.http.versions import expected_of, required, tagged
from service.api.kinds import Kind, shown
from service.errors import problem
from service.schemas.base import ExternalId
from service.schemas.problem import FieldError
from service.store.resources.registry import Registry
from service.store.resources.resource_records import ANY

MERGE_PATCH: Final = "application/merge-patch+json"
_ID: Final = TypeAdapter(ExternalId)


def _as_id(given: str) -> str:
    return _ID.validate_python(given)


#: An id of the caller's in a path. One that cannot be an id is one that there is not.
ResourceId = Annotated[
    str,
    AfterValidator(_as_id),
    Path(min_length=1, max_length=64, description="Your id of it.", examples=["2026-00017"]),
]
IfMatchOrAny = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of what is changed, as it was last read; `*` for whatever is there.",
        examples=['"1"', "*"],
    ),
]


def read(kind: Kind, registry: Registry, id_: str, response: Response) -> dict[str, Any]:
    """Return a resource as its `…Out` schema reads it, with its ETag.

    Raises
    ------
    ResourceNotFoundError
        When there is none of that id.
    """
    resource = kind.store_of(registry).get(id_)
    tagged(response, resource.version)
    return shown(resource)


def put(
    kind: Kind, registry: Registry, id_: str, body: BaseModel, *, if_match: str | None, response: Response
) -> dict[str, Any]:
    """Store a resource in place of the one of that id, or as a new one; the same once more changes nothing.

    Raises
    ------
    ResourceExistsError, ResourceChangedError, UnknownBranchError
        See `ResourceStore.put`.
    """
    stored = kind.store_of(registry).put(kind.entry(id_, body), expected=expected_of(if_match))
    if stored.outcome == "created":
        response.status_code = status.HTTP_201_CREATED
        response.headers["Location"] = path_to(kind.plural, id_)
    return read(kind, registry, id_, response)


def patch(
    kind: Kind,
    registry: Registry,
    id_: str,
    change: dict[str, Any],
    *,
    if_match: str | None,
    response: Response,
    check: Callable[[Any], None] = lambda _resource: None,
) -> dict[str, Any]:
    """Change some fields of a resource (RFC 7396); a field that is null goes back to what it is when nobody says.

    `check` may refuse what would be stored.

    Raises
    ------
    Problem
        `invalid_request` when what would be stored breaks a rule; `version_missing` without If-Match.
    ResourceNotFoundError, ResourceChangedError, UnknownBranchError
        See `ResourceStore.put`.
    """
    store = kind.store_of(registry)
    before = store.get(id_)  # first: of what is not there, no version is asked
    expected = required(if_match)
    try:
        resource = kind.row.model_validate({"id": id_} | merged(before.document, change))
    except ValidationError as exc:
        raise problem(code="invalid_request", errors=row_errors(exc)) from None
    if getattr(resource, "id", id_) != id_:
        error = FieldError(pointer="/id", code="wrong_text", detail="The id of a resource never changes.")
        raise problem(code="invalid_request", errors=[error])
    check(resource)
    store.put(kind.entry(id_, resource), expected=before.version if expected == ANY else expected)
    return read(kind, registry, id_, response)


def remove(kind: Kind, registry: Registry, id_: str, *, if_match: str | None) -> None:
    """Delete a resource.

    Raises
    ------
    Problem
        `version_missing` without If-Match.
    ResourceNotFoundError, ResourceChangedError, BranchInUseError
        See `ResourceStore.delete`.
    """
    store = kind.store_of(registry)
    if not if_match:
        store.get(id_)
    store.delete(id_, expected=required(if_match))


def merged(target: Any, change: Any) -> Any:
    """Return a JSON value with a merge patch applied (RFC 7396, 2).

    Examples
    --------
    >>> merged({"a": 1, "b": {"c": 2, "d": 3}}, {"a": None, "b": {"c": 4}})
    {'b': {'c': 4, 'd': 3}}
    """
    if not isinstance(change, dict):
        return change
    kept = dict(target) if isinstance(target, dict) else {}
    for name, value in change.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = merged(kept.get(name), value)
    return kept
