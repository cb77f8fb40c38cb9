"""Views of plans that are over, as they went out: many look at the same plan, which nobody changes any more."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final
from uuid import UUID

#: Together for one tenant in one process: some hundred plans of a usual day.
MOST_BYTES: Final = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptView:
    """The body of an answer, in JSON, and its ETag."""

    body: bytes
    tag: str


class KeptViews:
    """Keeps the views that were asked for last, up to so many bytes, in memory and nowhere else.

    A view is of one revision of its plan's row: an erasure, or a new key, is another revision.
    """

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[tuple[UUID, str], tuple[str, KeptView]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, plan_id: UUID, view: str, revision: str) -> KeptView | None:
        """Return the view of this revision."""
        with self._lock:
            found = self._kept.get((plan_id, view))
            if found is None or found[0] != revision:
                return None
            self._kept.move_to_end((plan_id, view))
            return found[1]

    def put(self, plan_id: UUID, view: str, revision: str, kept: KeptView) -> None:
        """Keep a view in place of an earlier revision's."""
        with self._lock:
            before = self._kept.pop((plan_id, view), None)
            self._bytes -= 0 if before is None else len(before[1].body)
            self._kept[plan_id, view] = (revision, kept)
            self._bytes += len(kept.body)
            while self._bytes > self._most_bytes:
                _, (_, oldest) = self._kept.popitem(last=False)
                self._bytes -= len(oldest.body)
