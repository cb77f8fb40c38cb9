"""What goes over the pipes between the solving child and its parent."""

import io

import numpy as np

from routing.engine import Budget
from routing.frames import Decoder, Failed, Request, Started, encode, encode_request, read_request
from tests.routing.villages import villages


class Trickle(io.RawIOBase):
    """A pipe that gives a few bytes at a time."""

    def __init__(self, content: bytes) -> None:
        self._left = memoryview(content)

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # all that frames asks for
        count = min(len(buffer), 1_000, len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def request() -> Request:
    return Request(problem=villages(visits=20, vehicles=2), engine="or_tools", budget=Budget(seconds=1), seed=5)


def test_a_request_arrives_as_it_was_sent() -> None:
    sent = request()

    got = read_request(Trickle(b"".join(encode_request(sent))))

    assert got is not None
    assert got.problem.visits == sent.problem.visits
    assert got.problem.vehicles == sent.problem.vehicles
    assert np.array_equal(got.problem.matrices[0].durations_s, sent.problem.matrices[0].durations_s)
    assert (got.engine, got.budget, got.seed) == (sent.engine, sent.budget, sent.seed)


def test_matrices_are_sent_as_they_lie_in_memory() -> None:
    sent = request()

    parts = [np.asarray(part) for part in encode_request(sent)]

    for array in (sent.problem.matrices[0].durations_s, sent.problem.matrices[0].lengths_m):
        assert any(np.shares_memory(array, part) for part in parts)


def test_a_request_that_is_cut_off_is_none() -> None:
    content = b"".join(encode_request(request()))

    assert read_request(Trickle(content[:-1])) is None
    assert read_request(Trickle(b"")) is None


def test_messages_come_whole_however_they_are_cut() -> None:
    content = encode(Started()) + encode(Failed(message="why"))
    decoder = Decoder()

    got = [value for place in range(len(content)) for value in decoder.feed(content[place : place + 1])]

    assert got == [Started(), Failed(message="why")]
