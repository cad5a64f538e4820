"""Holds a rate: events leave in small portions, each when it is due."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from podflow_producers.events import Batch

_PORTIONS_A_SECOND = 20


@dataclass(frozen=True)
class Pace:
    """Events a second; 0 is as fast as it goes."""

    rate: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def hold(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """Yield the batches' events, none earlier than the rate allows; time lost by slow sending is caught up."""
        if not self.rate:
            yield from batches
            return
        started, sent = 0.0, 0
        size = max(1, int(self.rate / _PORTIONS_A_SECOND))
        for batch in batches:
            # Making the first batch takes longest: none of that is caught up.
            started = started or self.clock()
            for begin in range(0, len(batch.records), size):
                self.sleep(max(0.0, started + sent / self.rate - self.clock()))
                portion = batch.part(begin, min(begin + size, len(batch.records)))
                sent += len(portion.records)
                yield portion
