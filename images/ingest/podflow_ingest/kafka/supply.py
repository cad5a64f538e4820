"""Messages of a topic in portions that are one transaction each."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from podflow_ingest.errors import SourceError
from podflow_ingest.kafka.messages import Messages, Topic
from podflow_ingest.settings import Settings

PORTION = 2_000
"""Messages that are made to rows at once."""
_SECONDS_OF_A_LOOK = 0.25
SECONDS_OF_A_GLANCE = 0.05
"""How long a transaction that is open waits for more."""
SECONDS_OF_A_BATCH = 5.0
"""How long it takes more, of messages that trickle in: who reads the table, or stops the sink, waits for its end."""


@dataclass(frozen=True)
class Limits:
    """When a batch is full, and how long a few messages wait for more."""

    rows: int
    bytes: int
    linger: float
    patience: float

    @classmethod
    def of(cls, settings: Settings, *, linger: float) -> "Limits":
        """Return what the environment says."""
        return cls(settings.kafka_batch_rows, settings.kafka_batch_bytes, linger, settings.kafka_patience)


class Supply:
    """Reads partitions from their positions on: to their `ends`, or without end."""

    def __init__(self, topic: Topic, limits: Limits, ends: Mapping[int, int] | None = None) -> None:
        self.positions: dict[int, int] = {}
        self._topic = topic
        self._limits = limits
        self._ends = ends
        self._left: set[int] = set()

    def start(self, positions: Mapping[int, int]) -> None:
        """Read from these positions on."""
        self.positions = dict(positions)
        self._left = {number for number, at in positions.items() if self._ends is None or at < self._ends[number]}
        self._topic.read_from({number: positions[number] for number in self._left})

    @property
    def is_endless(self) -> bool:
        """Whether there are no ends."""
        return self._ends is None

    @property
    def exhausted(self) -> bool:
        """Whether all ends are reached."""
        return not self._left

    def portion(self, stopped: Callable[[], bool] = lambda: False) -> list[Messages]:
        """Wait for the first messages of a batch, and then a little for more; return none at the end.

        Raises:
            SourceError: nothing came for a long time, though there is something.
        """
        found: list[Messages] = []
        began = heard = time.monotonic()
        while not self.exhausted and not stopped():
            some = self._read(_SECONDS_OF_A_LOOK)
            now = time.monotonic()
            if some and not found:
                began = now
            found += some
            heard = now if some else heard
            if found and (self._is_enough(found) or now - began >= self._limits.linger):
                break
            if self._ends is not None and now - heard > self._limits.patience:
                raise SourceError(
                    f"topic {self._topic.name}: nothing came for {self._limits.patience:.0f} s, though partitions "
                    f"{', '.join(map(str, sorted(self._left)))} have more; look after the broker, running again is safe"
                )
        return found

    def batch(self, found: list[Messages]) -> Iterator[Messages]:
        """Yield these, and what comes without waiting, until the batch is full."""
        rows = size = 0
        began = time.monotonic()
        while found:
            for some in found:
                rows += len(some)
                size += some.size
                yield some
            is_full = rows >= self._limits.rows or size >= self._limits.bytes
            if is_full or self.exhausted or time.monotonic() - began > SECONDS_OF_A_BATCH:
                return
            found = self._read(SECONDS_OF_A_GLANCE)

    def _is_enough(self, found: list[Messages]) -> bool:
        """Say if a batch can begin."""
        return sum(map(len, found)) >= PORTION or sum(some.size for some in found) >= self._limits.bytes

    def _read(self, seconds: float) -> list[Messages]:
        read = self._topic.read(PORTION, seconds)
        found = []
        for some in read.messages:
            if some.partition in self._left:
                found.append(self._cut(some))
                self._reach(some.partition, some.offsets[-1] + 1)
        # Behind the last message there may be offsets of none: ends of transactions.
        for number in self._left.intersection(read.ends):
            self._reach(number, read.ends[number])
        if self._ends is not None:
            self._left = {number for number in self._left if self.positions[number] < self._ends[number]}
        return [some for some in found if some]

    def _reach(self, partition: int, offset: int) -> None:
        """Note from where on nothing was taken: what came behind the end was cut off."""
        self.positions[partition] = offset if self._ends is None else min(offset, self._ends[partition])

    def _cut(self, some: Messages) -> Messages:
        return some if self._ends is None else some.before(self._ends[some.partition])
