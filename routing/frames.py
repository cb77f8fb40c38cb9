"""Length-prefixed pickles: what the solving child and its parent say to each other over pipes."""

import pickle
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from routing.engine import Budget, Progress
from routing.problem import Problem
from routing.solution import Solution

_HEADER: Final = struct.Struct("!Q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the child is to solve; the first and only frame that it gets."""

    problem: Problem
    engine: str
    budget: Budget
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The child has read its request and starts to search now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The child's solve raised. The message names no person and no place."""

    message: str


Message = Started | Progress | Solution | Failed


def encode(value: Request | Message) -> bytes:
    """Make one frame."""
    body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return _HEADER.pack(len(body)) + body


class Decoder:
    """Cuts a stream of bytes from our own child into values."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, chunk: bytes) -> Iterator[object]:
        """Take more bytes, give every value that is complete."""
        self._buffer += chunk
        while len(self._buffer) >= _HEADER.size:
            (length,) = _HEADER.unpack_from(self._buffer)
            end = _HEADER.size + length
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[_HEADER.size : end])
            del self._buffer[:end]
            yield pickle.loads(body)  # noqa: S301 - written by the child that this process started
