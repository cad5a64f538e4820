"""What a client does for a producer, whichever library it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from podflow_producers.events import Record

TOPIC_SECONDS = 10.0
"""How long a topic may take to show up: one that was just made is not known to every broker at once."""
LINGER_MILLISECONDS = 20
BATCH_BYTES = 256 * 1024


class ClientName(StrEnum):
    """As on the command line."""

    KAFKA_PYTHON = "kafka-python"
    CONFLUENT = "confluent"


@dataclass(slots=True)
class Acknowledged:
    """What the broker has confirmed: how many records, and by partition the first and the last offset."""

    count: int = 0
    first: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)


class Client(Protocol):
    """A producer of one topic.

    Only so many records wait for their acknowledgement; whoever sends more waits too, which bounds the memory.
    """

    acknowledged: Acknowledged

    def send(self, records: Sequence[Record]) -> None:
        """Hand over records; raises DeliveryError or RefusedError as soon as it is known that any was not taken."""

    def finish(self) -> None:
        """Wait until each record is acknowledged; raises as send does."""

    def close(self) -> None:
        """Let go, also of what was not acknowledged."""
