"""confluent-kafka with nothing around it: servers, topic, count."""

import sys
import time

from confluent_kafka import Producer

from benchmarks.kafka.bare import BATCH_BYTES, LINGER_MILLISECONDS
from benchmarks.kafka.bare.made_before import batches, tell

RECORDS_IN_FLIGHT = 50_000


def main(servers: str, topic: str, count: str) -> None:
    """Send, and wait until the last record is acknowledged; no callback, so nothing is counted."""
    producer = Producer(
        {
            "bootstrap.servers": servers,
            "acks": "all",
            "enable.idempotence": True,
            "partitioner": "murmur2_random",
            "linger.ms": LINGER_MILLISECONDS,
            "batch.size": BATCH_BYTES,
        }
    )
    producer.list_topics(topic)
    made, produce = batches(int(count)), producer.produce
    started = time.monotonic()
    for batch in made:
        for key, value in batch:
            produce(topic, value, key)
        while len(producer) > RECORDS_IN_FLIGHT:
            producer.poll(0.01)
    producer.flush()
    tell(time.monotonic() - started)


main(*sys.argv[1:])
