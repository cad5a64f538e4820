"""kafka-python with nothing around it: servers, topic, count; --remember hashes each key once."""

import sys
import time
from collections import deque
from typing import Any

from kafka import KafkaProducer

from benchmarks.kafka.bare import BATCH_BYTES, LINGER_MILLISECONDS
from benchmarks.kafka.bare.made_before import batches, tell
from podflow_producers.clients.kafka_python_connection import RememberingPartitioner

BATCHES_IN_FLIGHT = 20


def main(servers: str, topic: str, count: str, *options: str) -> None:
    """Send, and wait until the last record is acknowledged."""
    settings: dict[str, Any] = {"partitioner": RememberingPartitioner()} if "--remember" in options else {}
    producer = KafkaProducer(
        bootstrap_servers=servers,
        acks="all",
        enable_idempotence=True,
        linger_ms=LINGER_MILLISECONDS,
        batch_size=BATCH_BYTES,
        **settings,
    )
    producer.partitions_for(topic)
    made, waiting = batches(int(count)), deque[Any]()
    started = time.monotonic()
    for batch in made:
        for key, value in batch:
            future = producer.send(topic, value, key)
        # One record a batch bounds the memory at next to no cost.
        waiting.append(future)
        if len(waiting) > BATCHES_IN_FLIGHT:
            waiting.popleft().get()
    producer.flush()
    tell(time.monotonic() - started)


main(*sys.argv[1:])
