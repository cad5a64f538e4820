"""What became of each message of a batch."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from podflow_ingest.flaws.record import Record
from podflow_ingest.kafka.messages import Messages
from podflow_ingest.kafka.rows import Rows, rejection


@dataclass
class Written:
    """What was done with one partition's messages: offsets of the first and the last one, and counts."""

    first: int
    last: int
    read: int
    rejected: int


@dataclass
class Account:
    """The messages of a batch, kept until it is certain that none has to be looked at again."""

    messages: list[Messages] = field(default_factory=list)
    rejected: dict[int, list[Record]] = field(default_factory=dict)
    """By partition."""
    _good: list[Sequence[int]] = field(default_factory=list)
    """For each of `messages`, the offsets of those that were sent to the server."""

    @property
    def sent(self) -> int:
        """Rows that the server got."""
        return sum(map(len, self._good))

    def add(self, messages: Messages, made: Rows) -> None:
        """Take in messages, and what was made of them."""
        self.messages.append(messages)
        self._good.append(made.good)
        if made.rejected:
            self.rejected.setdefault(messages.partition, []).extend(made.rejected)

    def reject(self, messages: Messages, index: int, why: str) -> None:
        """Note that a message cannot be taken."""
        self.rejected.setdefault(messages.partition, []).append(rejection(messages, index, why))

    def refuse_last(self, flaws: Mapping[int, str]) -> None:
        """Note which rows, by their number, of the messages added last the server refused."""
        if not flaws:
            return
        messages, good = self.messages[-1], self._good[-1]
        places = {offset: index for index, offset in enumerate(messages.offsets)}
        for number, why in flaws.items():
            self.reject(messages, places[good[number]], why)
        self._good[-1] = [offset for number, offset in enumerate(good) if number not in flaws]

    def missing(self, partition: int, present: Collection[int]) -> Iterator[tuple[Messages, int]]:
        """Yield those of a partition that were sent, and are not in the table: messages and index."""
        for messages, good in zip(self.messages, self._good, strict=True):
            if messages.partition != partition:
                continue
            gone = {offset for offset in good if offset not in present}
            if gone:
                yield from ((messages, index) for index, offset in enumerate(messages.offsets) if offset in gone)

    def partitions(self) -> dict[int, Written]:
        """Sum up by partition."""
        done: dict[int, Written] = {}
        for some in self.messages:
            written = done.setdefault(some.partition, Written(some.offsets[0], some.offsets[-1], 0, 0))
            written.last = some.offsets[-1]
            written.read += len(some)
        for partition, written in done.items():
            written.rejected = len(self.rejected.get(partition, ()))
        return dict(sorted(done.items()))
