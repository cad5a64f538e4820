"""Messages as they come from a topic, and what a client has to do for the sink."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Messages:
    """Some messages of one partition, in order. Columns instead of objects: a message costs half as much."""

    partition: int
    offsets: Sequence[int]
    keys: Sequence[bytes | None]
    timestamps: Sequence[int]
    """Milliseconds since 1970; negative if a message has none."""
    values: Sequence[bytes | None]
    """None is a tombstone."""

    def __len__(self) -> int:
        return len(self.offsets)

    @property
    def size(self) -> int:
        """Bytes of keys and values."""
        return sum(map(len, filter(None, self.values))) + sum(map(len, filter(None, self.keys)))

    def before(self, end: int) -> "Messages":
        """Return those before an offset."""
        if not self.offsets or self.offsets[-1] < end:
            return self
        few = sum(offset < end for offset in self.offsets)
        return Messages(self.partition, self.offsets[:few], self.keys[:few], self.timestamps[:few], self.values[:few])


@dataclass(frozen=True)
class Span:
    """Offsets of a partition that can be read: `beginning` is the first message kept, `end` follows the last one."""

    beginning: int
    end: int


@dataclass(frozen=True)
class TopicState:
    """A topic at one moment."""

    id: str
    """Stays the same for as long as the topic exists; one that is made anew under its name has another."""
    partitions: Mapping[int, Span]


@dataclass(frozen=True)
class Read:
    """What came of one look: messages by partition, and partitions of which there are no more at present."""

    messages: Sequence[Messages]
    ends: Mapping[int, int]
    """The offset at which the next message will be."""


class Topic(Protocol):
    """A reader of one topic. All methods raise SourceError where the broker is away, or refuses."""

    name: str

    def state(self) -> TopicState:
        """Ask the broker."""

    def identity(self) -> tuple[str, int]:
        """Return the topic's id and its number of partitions; a part of `state`, for less."""

    def read_from(self, positions: Mapping[int, int]) -> None:
        """Read these partitions, from these offsets on."""

    def read(self, most: int, seconds: float) -> Read:
        """Return up to `most` messages, or what came within the time.

        Raises:
            OffsetGoneError: a position is not in the topic any more.
        """

    def close(self) -> None:
        """Let go."""
