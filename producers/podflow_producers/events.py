"""What an event type hands over to the code that sends it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

Record = tuple[bytes, bytes]
"""Key and value of one Kafka record: records of the same key keep their order. A tuple, as making it costs least."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records in the order in which they are sent, and which of them (by index) were spoilt on purpose."""

    records: Sequence[Record]
    late: frozenset[int] = frozenset()
    malformed: dict[int, str] = field(default_factory=dict)
    """Index to kind."""

    def part(self, begin: int, end: int) -> "Batch":
        """Return records begin to end, without the latter."""
        if (begin, end) == (0, len(self.records)):
            return self
        late = frozenset(index - begin for index in self.late if begin <= index < end)
        malformed = {index - begin: kind for index, kind in self.malformed.items() if begin <= index < end}
        return Batch(self.records[begin:end], late, malformed)


class EventStream(Protocol):
    """All events of a seed and an interval, each of them known by its number."""

    def prepare(self) -> None:
        """Make what every batch needs, which takes longer than any of them."""

    def batches(self, first: int, count: int) -> Iterator[Batch]:
        """Yield events first to first + count; the same number is the same bytes in whatever range."""
