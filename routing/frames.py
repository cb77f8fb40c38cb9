"""Length-prefixed pickles: what the solving child and its parent say to each other over pipes.

A request carries its arrays apart, as they lie in memory: a matrix of 10,000 places is 0.4 GB, and is copied into
the child once and nowhere else.
"""

import pickle
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from routing.engine import Budget, Progress, Sequences
from routing.problem import Problem
from routing.solution import Solution

_HEADER: Final = struct.Struct("!Q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the child is to solve, and for how long to prove how good that is; the first and only frame that it gets."""

    problem: Problem
    engine: str
    budget: Budget
    seed: int
    threads: int = 1
    start: Sequences | None = None
    bound_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The child has read its request and starts to search now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The child's solve raised. The message names no person and no place."""

    message: str


Message = Started | Progress | Solution | Failed


class Source(Protocol):
    """A raw file: what it gives at once is not kept from others who look at its descriptor."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Read what there is, at least a byte; nothing at the end."""


def encode_request(request: Request) -> list[memoryview]:
    """Make what is to be sent one after the other: the sizes, the pickle, then each of its arrays uncopied."""
    arrays: list[pickle.PickleBuffer] = []
    body = pickle.dumps(request, protocol=pickle.HIGHEST_PROTOCOL, buffer_callback=arrays.append)
    parts = [memoryview(body), *(array.raw() for array in arrays)]
    sizes = [_HEADER.pack(number) for number in (len(parts), *(part.nbytes for part in parts))]
    return [memoryview(b"".join(sizes)), *parts]


def read_request(source: Source) -> Request | None:
    """Read what `encode_request` made; None when the source ends before."""
    header = _read(source, _HEADER.size)
    sizes = None if header is None else _read(source, _HEADER.size * _HEADER.unpack(header)[0])
    if sizes is None:
        return None
    parts = []
    for (size,) in _HEADER.iter_unpack(sizes):
        if (part := _read(source, size)) is None:
            return None
        parts.append(part)
    request: Request = pickle.loads(parts[0], buffers=parts[1:])  # noqa: S301 - by our parent  # nosec B301
    return request


def _read(source: Source, size: int) -> bytearray | None:
    part = bytearray(size)
    rest = memoryview(part)
    while rest:
        if not (count := source.readinto(rest)):
            return None
        rest = rest[count:]
    return part


def encode(value: Message) -> bytes:
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
            yield pickle.loads(body)  # noqa: S301 - by our child  # nosec B301
