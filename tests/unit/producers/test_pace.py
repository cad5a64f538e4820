from collections.abc import Iterator

import pytest

from podflow_producers.events import Batch
from podflow_producers.pace import Pace


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def _batches(sizes: list[int]) -> Iterator[Batch]:
    for size in sizes:
        yield Batch([(b"key", b"%d" % number) for number in range(size)], frozenset({0}), {size - 1: "cut_off"})


@pytest.mark.parametrize("rate", [3.0, 100.0, 2500.0])
def test_no_event_leaves_before_it_is_due(rate: float) -> None:
    clock, sent = Clock(), 0
    for batch in Pace(rate, clock, clock.sleep).hold(_batches([1000, 400])):
        assert sent <= (clock.now - 100.0) * rate + 1e-6
        sent += len(batch.records)
    assert sent == 1400
    assert clock.now - 100.0 <= 1400 / rate


def test_portions_keep_the_events_and_their_flaws() -> None:
    clock = Clock()
    portions = [*Pace(100.0, clock, clock.sleep).hold(_batches([12, 7]))]
    assert [record for each in portions for record in each.records] == [
        record for each in _batches([12, 7]) for record in each.records
    ]
    assert [portion.malformed for portion in portions if portion.malformed] == [{1: "cut_off"}, {1: "cut_off"}]
    assert sum(len(portion.late) for portion in portions) == 2


def test_time_lost_by_a_slow_broker_is_caught_up() -> None:
    clock = Clock()
    for number, _ in enumerate(Pace(100.0, clock, clock.sleep).hold(_batches([1000]))):
        if number == 50:
            clock.now += 3.0
    assert clock.now - 100.0 < 10.0


def test_without_a_rate_batches_pass_as_they_are() -> None:
    def no_sleep(_: float) -> None:
        raise AssertionError

    batches = [*_batches([1000, 400])]
    assert [*Pace(0.0, sleep=no_sleep).hold(iter(batches))] == batches
