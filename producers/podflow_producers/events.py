"""What every event type is to the code that sends it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """One Kafka record: events of the same key keep their order."""

    key: bytes
    value: bytes


EventSource = Callable[[int, int], Iterator[Event]]
"""Takes (count, seed) and yields that many events; the same arguments yield the same bytes."""
