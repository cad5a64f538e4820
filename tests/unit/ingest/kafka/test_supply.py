"""What is read from a topic at once, and how far that is."""

import time
from collections.abc import Mapping

import pytest

from podflow_ingest.kafka import supply
from podflow_ingest.kafka.messages import Messages, Read, TopicState
from podflow_ingest.kafka.supply import Limits, Supply

LIMITS = Limits(rows=40_000, bytes=1_000_000, linger=0.0, patience=10.0)


class Trickle:
    """A topic whose one partition brings some messages at each look, without end."""

    name = "orders"

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._next = 0

    def state(self) -> TopicState:
        raise NotImplementedError

    def identity(self) -> tuple[str, int]:
        raise NotImplementedError

    def read_from(self, positions: Mapping[int, int]) -> None:
        (self._next,) = positions.values()

    def read(self, most: int, seconds: float) -> Read:
        time.sleep(min(seconds, 0.01))
        offsets = range(self._next, self._next + min(most, self._at_once))
        self._next = offsets.stop
        values = [b"{}"] * len(offsets)
        return Read([Messages(0, offsets, values, [0] * len(offsets), values)], {})

    def close(self) -> None:
        pass


def test_messages_that_trickle_in_do_not_keep_a_batch_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supply, "SECONDS_OF_A_BATCH", 0.2)
    endless = Supply(Trickle(at_once=1), LIMITS)
    endless.start({0: 7})
    found = [offset for some in endless.batch(endless.portion()) for offset in some.offsets]
    assert found == list(range(7, endless.positions[0]))
    assert 1 < len(found) < LIMITS.rows


def test_what_came_behind_the_end_is_not_counted_as_taken() -> None:
    to_the_end = Supply(Trickle(at_once=10), LIMITS, {0: 13})
    to_the_end.start({0: 0})
    found = [offset for some in to_the_end.batch(to_the_end.portion()) for offset in some.offsets]
    assert (found, to_the_end.positions, to_the_end.exhausted) == (list(range(13)), {0: 13}, True)
