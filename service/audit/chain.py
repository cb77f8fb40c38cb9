"""How the entries of a log hang together: each has the hash of all before it, so that none is changed unseen.

The hash of entry n is SHA-256(hash of entry n-1 || entry n as canonical JSON), beginning from 32 zero bytes: sorted
keys, no blanks, UTF-8, instants in UTC with microseconds (in the manner of RFC 8785).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC
from hashlib import sha256
from typing import Final

from service.audit.entry import Recorded

#: What stands before the first entry.
GENESIS: Final = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of a log: kept elsewhere, it shows later that nothing was cut off. `0` and zeros: nothing was written."""

    seq: int = 0
    hash: bytes = GENESIS

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash.hex()}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Read what `str` wrote.

        Raises
        ------
        ValueError
            When it is no head.
        """
        seq, _, digest = text.strip().partition(":")
        head = cls(seq=int(seq), hash=bytes.fromhex(digest))
        if head.seq < 0 or len(head.hash) != len(GENESIS):
            msg = "A head is a number and a SHA-256 in hexadecimal, as 12:9f86…"
            raise ValueError(msg)
        return head


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The first place where a log is not what was written. `seq` is the entry; `why` one of the words below."""

    seq: int
    why: str


#: An entry is missing, or stands twice.
MISSING: Final = "missing"
#: An entry is not what was written.
ALTERED: Final = "altered"
#: The log ends before an end that was seen.
CUT_OFF: Final = "cut_off"
#: The log has another history than the end that was seen.
REPLACED: Final = "replaced"
#: Entries stand behind the end.
ADDED: Final = "added"


def canonical(entry: Recorded) -> bytes:
    """Return all of an entry but its hash, always the same for the same content."""
    values = {
        "tenant": entry.tenant,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_kind": entry.actor_kind,
        "actor": entry.actor,
        "role": entry.role,
        "action": entry.action,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "reason": entry.reason,
        "request": entry.request,
        "details": dict(entry.details),
    }
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def linked(entry: Recorded, previous: bytes) -> Recorded:
    """Return the entry with its hash, behind the entry that has the hash `previous`."""
    return replace(entry, hash=hash_of(entry, previous))


def hash_of(entry: Recorded, previous: bytes) -> bytes:
    """Return the hash of an entry behind the one that has the hash `previous`."""
    return sha256(previous + canonical(entry)).digest()


def first_break(entries: Iterable[Recorded], *, end: Head, seen: Iterable[Head] = ()) -> Break | None:
    """Walk a log from its first entry and return the first place where it is not what was written, None for none.

    Parameters
    ----------
    entries : in the order of their numbers.
    end : where the database says that the log ends.
    seen : ends that were kept elsewhere.
    """
    expected = {head.seq: head.hash for head in seen}
    last = Head()
    if expected.get(0, GENESIS) != GENESIS:
        return Break(seq=0, why=REPLACED)
    for entry in entries:
        seq = last.seq + 1
        if entry.seq != seq:
            return Break(seq=seq, why=MISSING)
        if entry.hash != hash_of(entry, last.hash):
            return Break(seq=seq, why=ALTERED)
        if expected.get(seq, entry.hash) != entry.hash:
            return Break(seq=seq, why=REPLACED)
        last = Head(seq=seq, hash=entry.hash)
    if last.seq < max([end.seq, *expected]):
        return Break(seq=last.seq + 1, why=CUT_OFF)
    if last != end:
        return Break(seq=end.seq + 1 if last.seq > end.seq else last.seq, why=ADDED if last.seq > end.seq else REPLACED)
    return None
