"""What a client pod runs against the chart's broker: writes until it is told to stop, or counts what there is."""

import json
import select
import sys
import time
from collections.abc import Callable

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka_login import connection  # type: ignore[import-not-found]  # of the chart, mounted beside this file

SECONDS_TO_DELIVER = 60
MESSAGES_A_LINE = 20


def write(topic: str) -> None:
    """Write numbers one by one, each acknowledged by all, until standard input ends; report every few of them."""
    producer = KafkaProducer(**connection("producer"), acks="all", delivery_timeout_ms=SECONDS_TO_DELIVER * 1000)
    acknowledged, longest = 0, 0.0
    while not select.select([sys.stdin], [], [], 0)[0]:
        started = time.monotonic()
        producer.send(topic, str(acknowledged).encode()).get(timeout=SECONDS_TO_DELIVER)
        acknowledged += 1
        longest = max(longest, time.monotonic() - started)
        if acknowledged % MESSAGES_A_LINE == 0:
            report(acknowledged, longest)
    report(acknowledged, longest)
    producer.close()


def report(acknowledged: int, longest: float) -> None:
    """Print one line: how many were acknowledged, and how long the slowest of them took."""
    print(json.dumps({"acknowledged": acknowledged, "longest_seconds": round(longest, 1)}), flush=True)


def read(topic: str, partitions: str) -> None:
    """Print how many messages the topic holds, and how many different ones."""
    consumer = KafkaConsumer(**connection("sink"))
    parts = [TopicPartition(topic, number) for number in range(int(partitions))]
    consumer.assign(parts)
    consumer.seek_to_beginning(*parts)
    ends = consumer.end_offsets(parts)
    seen: list[bytes] = []
    while any(consumer.position(part) < ends[part] for part in parts):
        for batch in consumer.poll(timeout_ms=500).values():
            seen += [record.value for record in batch]
    consumer.close()
    print(json.dumps({"messages": len(seen), "different": len(set(seen))}))


ATTEMPTS: dict[str, Callable[..., None]] = {"write": write, "read": read}

ATTEMPTS[sys.argv[1]](*sys.argv[2:])
