"""/v1/audit: who did what to which thing, when and why."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from service.access import needs
from service.api.examples import examples
from service.api.http.documented import problems
from service.audit.entry import Action, Recorded
from service.auth.scope import Scope
from service.deps import UsesDeps
from service.schemas.audit import AuditEntryOut, AuditHead, AuditPage
from service.schemas.base import Instant
from service.store.audit.audit_log import AuditFilter, acted

router = APIRouter(prefix="/v1/audit", tags=["Audit"])

_NDJSON: Final = "application/x-ndjson"
#: Entries that are put into one piece of an export.
_PIECE: Final = 500

Actions = Annotated[list[Action], Query(description="Only these; none: all.")]
ObjectKind = Annotated[
    str | None, Query(min_length=1, max_length=64, description="Only what was done to things of this kind.")
]
ObjectId = Annotated[str | None, Query(min_length=1, max_length=128, description="Only what was done to this one.")]
ActorId = Annotated[
    str | None, Query(min_length=1, max_length=128, description="Only what this key, user or link did.")
]
Since = Annotated[Instant | None, Query(description="Only from this instant on, with an offset.")]
Until = Annotated[Instant | None, Query(description="Only before this instant, with an offset.")]


@router.get(
    "",
    dependencies=[needs(Scope.AUDIT_READ)],
    summary="The audit log",
    response_model=AuditPage,
    responses={200: examples.answer("A page of entries.", "audit"), **problems("invalid_request")},
)
def list_audit(
    deps: UsesDeps,
    action: Actions = [],  # noqa: B006 - FastAPI copies it
    object_kind: ObjectKind = None,
    object_id: ObjectId = None,
    actor: ActorId = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Most entries of the page.")] = 50,
    before: Annotated[
        int | None, Query(ge=1, le=2**62, description="Only entries before this number: how `next` turns the page.")
    ] = None,
) -> AuditPage:
    """Show who did what, the latest first. What is done meanwhile moves no page that was not read yet."""
    which = _filter(action, object_kind, object_id, actor, since, until)
    found = deps.audit.list(which, limit=limit + 1, before=before)
    shown = found[:limit]
    query: dict[str, object] = {
        "action": [one.value for one in action],
        "object_kind": object_kind,
        "object_id": object_id,
        "actor": actor,
        "since": None if since is None else since.isoformat(),
        "until": None if until is None else until.isoformat(),
        "limit": limit,
    }
    return AuditPage(
        entries=[AuditEntryOut.of(entry) for entry in shown],
        next=_next(shown[-1].seq, query) if len(found) > limit else None,
    )


@router.get(
    "/head",
    dependencies=[needs(Scope.AUDIT_READ)],
    summary="The end of the audit log",
    response_model=AuditHead,
    responses={200: examples.answer("The end of the log.", "audit_head"), **problems()},
)
def get_audit_head(deps: UsesDeps) -> AuditHead:
    """Keep it elsewhere: `doorstep audit verify --head` then finds a log whose end was cut off or written anew."""
    return AuditHead.of(deps.audit.head())


@router.get(
    "/export",
    dependencies=[needs(Scope.AUDIT_READ)],
    summary="The whole audit log as NDJSON",
    response_class=StreamingResponse,
    responses={
        200: {"description": "An entry a line, the first one first.", "content": {_NDJSON: {"schema": {}}}},
        **problems("invalid_request"),
    },
)
def export_audit(
    deps: UsesDeps,
    action: Actions = [],  # noqa: B006 - FastAPI copies it
    object_kind: ObjectKind = None,
    object_id: ObjectId = None,
    actor: ActorId = None,
    since: Since = None,
    until: Until = None,
) -> StreamingResponse:
    """Send every entry, or every one that fits, as it stands in the log: with its hash, in the order of the chain."""
    which = _filter(action, object_kind, object_id, actor, since, until)
    deps.audit.add(acted(Action.AUDIT_EXPORTED))
    return StreamingResponse(_lines(deps.audit.walk(which)), media_type=_NDJSON)


def _lines(entries: Iterator[Recorded]) -> Iterator[str]:
    piece: list[str] = []
    for entry in entries:
        piece.append(AuditEntryOut.of(entry).model_dump_json() + "\n")
        if len(piece) == _PIECE:
            yield "".join(piece)
            piece.clear()
    yield "".join(piece)


def _filter(
    actions: Sequence[Action],
    object_kind: str | None,
    object_id: str | None,
    actor: str | None,
    since: datetime | None,
    until: datetime | None,
) -> AuditFilter:
    return AuditFilter(
        actions=[one.value for one in actions],
        object_kind=object_kind,
        object_id=object_id,
        actor=actor,
        since=since,
        until=until,
    )


def _next(before: int, query: Mapping[str, object]) -> str:
    kept = {name: value for name, value in query.items() if value not in (None, [])}
    return f"/v1/audit?{urlencode({**kept, 'before': before}, doseq=True)}"
