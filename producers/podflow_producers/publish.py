"""Sends batches of events and adds up what became of them."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from podflow_producers.clients import Client
from podflow_producers.errors import DeliveryError
from podflow_producers.events import Batch
from podflow_task.log import event

_SECONDS_BETWEEN_EVENTS = 10.0
_PARTITIONS_IN_RESULT = 64
"""A pod's result has room for so many; the log names all."""


@dataclass
class Sent:
    """What was handed over to the client."""

    records: int = 0
    bytes: int = 0
    late: int = 0
    malformed: Counter[str] = field(default_factory=Counter)

    def add(self, batch: Batch) -> None:
        """Count a batch."""
        self.records += len(batch.records)
        self.bytes += sum(map(len, chain.from_iterable(batch.records)))
        self.late += len(batch.late)
        self.malformed.update(batch.malformed.values())


def publish(client: Client, topic: str, batches: Iterable[Batch]) -> Sent:
    """Send all batches, wait for every acknowledgement, and return what was sent.

    Raises:
        DeliveryError: not every record was acknowledged.
        RefusedError: the broker will never take a record.
    """
    sent = Sent()
    next_event = time.monotonic() + _SECONDS_BETWEEN_EVENTS
    try:
        for batch in batches:
            client.send(batch.records)
            sent.add(batch)
            if time.monotonic() > next_event:
                event("sending", topic=topic, sent=sent.records, acknowledged=client.acknowledged.count)
                next_event += _SECONDS_BETWEEN_EVENTS
        client.finish()
    except KeyboardInterrupt:
        event("stopped", level="warn", topic=topic, sent=sent.records, acknowledged=client.acknowledged.count)
        raise
    acknowledged = client.acknowledged.count
    if acknowledged != sent.records:
        raise DeliveryError(
            f"topic {topic}: {acknowledged} of {sent.records} events were acknowledged: "
            "repeat; the same arguments send the same ids"
        )
    return sent


def outcome(client: Client, sent: Sent, seconds: float) -> dict[str, Any]:
    """Return the pod's result: counts, and by partition the first and last offset, which other producers may share."""
    acknowledged = client.acknowledged
    offsets = {
        str(number): [acknowledged.first[number], acknowledged.last[number]] for number in sorted(acknowledged.last)
    }
    few = len(offsets) <= _PARTITIONS_IN_RESULT
    return {
        "records": sent.records,
        "bytes": sent.bytes,
        "acknowledged": acknowledged.count,
        "late": sent.late,
        "malformed": dict(sorted(sent.malformed.items())),
        "partitions": len(offsets),
        "offsets": offsets if few else {},
        "seconds": round(seconds, 3),
        "rate": round(sent.records / seconds),
    }
