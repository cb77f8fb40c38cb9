"""Server-sent events of work that goes on (WHATWG HTML, 9.2): status, progress and the end, as they happen."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from hashlib import sha256
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Header, Response, status
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from service.api.http.documented import Responses
from service.store.jobs.states import WorkState
from service.watch import WorkWatch

#: Seconds of silence after which a comment keeps the connection open.
HEARTBEAT_S: Final = 15.0
#: Seconds after which a stream ends, wherever the work is: the client comes back, and is let in anew.
LONGEST_S: Final = 900.0
#: Milliseconds after which a client comes back.
_RETRY_MS: Final = 2000
MEDIA_TYPE: Final = "text/event-stream"

#: One event, its fields as they are named on the wire.
_EVENT: Final = {
    "type": "object",
    "properties": {
        "event": {"type": "string", "enum": ["status", "progress", "result"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "id": {"type": "string"},
        "retry": {"type": "integer"},
    },
}

LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        description="The id of the last event that you have, as browsers send it: what you know is not sent again.",
    ),
]


def event_responses(kind: str, example: str) -> Responses:
    """Return how an operation documents its events."""
    return {
        200: {
            "description": f"`status` and `progress` events until the {kind} is over; then `result`, and the end.",
            "content": {MEDIA_TYPE: {"schema": _EVENT, "example": example}},
        },
        204: {"description": "It is over and you have its last event: do not come back."},
    }


class EventStream(StreamingResponse):
    """An answer that goes on."""

    media_type = MEDIA_TYPE


def work_events(
    watch: WorkWatch, work_id: UUID, *, links: Mapping[str, str], now: WorkState, last_event_id: str | None
) -> Response:
    """Return the events of work that the caller may see.

    Parameters
    ----------
    now : how it was when that was found out.
    links : what the last event says of where to go on.
    """
    if now.status.is_terminal and last_event_id == event_id(now):
        return Response(status_code=status.HTTP_204_NO_CONTENT)
    # The header keeps nginx from collecting what it should pass on.
    return EventStream(_events(watch, work_id, links, last_event_id), headers={"X-Accel-Buffering": "no"})


def event_id(state: WorkState) -> str:
    """Return the id of the events of a state: the same for the same state, in every process."""
    text = json.dumps([state.status, state.attempt, state.stop_requested, state.progress], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]


async def _events(
    watch: WorkWatch, work_id: UUID, links: Mapping[str, str], last_event_id: str | None
) -> AsyncIterator[bytes]:
    ends_s = time.monotonic() + LONGEST_S
    known: WorkState | None = None
    yield format_sse_event(retry=_RETRY_MS)
    async with watch.watching(work_id) as watching:
        while (left_s := ends_s - time.monotonic()) > 0:
            if not await watching.change(min(HEARTBEAT_S, left_s)):
                if watching.ended:  # the client comes back, to a process that goes on
                    return
                yield KEEPALIVE_COMMENT
                continue
            state = watching.state
            if state is None:  # erased
                return
            if last_event_id != event_id(state) or known is not None:
                for event in _of_change(known, state, links):
                    yield event
            if state.status.is_terminal:
                return
            known = state


def _of_change(known: WorkState | None, state: WorkState, links: Mapping[str, str]) -> list[bytes]:
    told: list[tuple[str, Any]] = []
    if known is None or _status(known) != _status(state):
        told.append(("status", _status(state)))
    if state.status.is_terminal:
        told.append(("result", {"status": state.status.value, "problem": state.problem, "links": dict(links)}))
    elif state.progress is not None and (known is None or known.progress != state.progress):
        told.append(("progress", state.progress))
    # The id stands at the last event of a state: who has lost one of them is told them all again.
    return [
        format_sse_event(
            event=name,
            data_str=json.dumps(data, ensure_ascii=False),
            id=event_id(state) if number == len(told) else None,
        )
        for number, (name, data) in enumerate(told, start=1)
    ]


def _status(state: WorkState) -> dict[str, object]:
    return {"status": state.status.value, "attempt": state.attempt, "stop_requested": state.stop_requested}
