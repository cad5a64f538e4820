"""What a sink did altogether: its result."""

import time
from typing import TypedDict

from podflow_ingest.kafka.batch import Done
from podflow_ingest.kafka.offsets import Subject

PARTITIONS_IN_RESULT = 40
"""A pod's result has room for so many; the log names all."""


class Outcome(TypedDict):
    """A sink's result."""

    dataset: str
    topic: str
    read: int
    rows: int
    rejected: int
    batches: int
    lag: int | None
    """Messages that were in the topic at the end, and not in bronze; None if the broker did not say."""
    seconds: float
    partitions: dict[str, list[int]]
    """First and last offset by partition; empty if there are too many for a pod's result."""


class Totals:
    """Adds up batches."""

    def __init__(self, subject: Subject) -> None:
        self.read = 0
        self._subject = subject
        self._began = time.monotonic()
        self._rejected = 0
        self._batches = 0
        self._reach: dict[str, list[int]] = {}

    def add(self, done: Done) -> None:
        """Count a batch."""
        self._batches += 1
        for number, written in done.partitions.items():
            self._reach.setdefault(str(number), [written.first, 0])[1] = written.last
            self.read += written.read
            self._rejected += written.rejected

    def outcome(self, lag: int | None) -> Outcome:
        """Return the sums so far."""
        return {
            "dataset": self._subject.dataset,
            "topic": self._subject.topic,
            "read": self.read,
            "rows": self.read - self._rejected,
            "rejected": self._rejected,
            "batches": self._batches,
            "lag": lag,
            "seconds": round(time.monotonic() - self._began, 3),
            "partitions": self._reach if len(self._reach) <= PARTITIONS_IN_RESULT else {},
        }
