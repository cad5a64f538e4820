"""Runs in a container of the producer image, with a user's Secret as environment: tries one thing, says how it went."""

import sys
from collections.abc import Callable

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError
from kafka_login import connection  # type: ignore[import-not-found]  # of the chart, mounted beside this file

MILLISECONDS = 15_000 if connection("client")["sasl_plain_username"] else 4_000
"""A broker that refuses a stranger never says so: kafka-python tries until its time is over."""


def write(topic: str, message: str) -> str:
    """Write a message, acknowledged by all."""
    limits = {"bootstrap_timeout_ms": MILLISECONDS, "max_block_ms": MILLISECONDS}
    # An idempotent producer would be refused for that already, before anybody looks at the topic.
    producer = KafkaProducer(**connection("client"), **limits, acks="all", enable_idempotence=False)
    try:
        producer.send(topic, message.encode()).get(timeout=MILLISECONDS / 1000)
    finally:
        producer.close(timeout=1)
    return "written"


def read(topic: str, group: str) -> str:
    """Read the first message of a topic as a member of a group, and commit it."""
    settings = {"group_id": group, "auto_offset_reset": "earliest", "bootstrap_timeout_ms": MILLISECONDS}
    consumer = KafkaConsumer(topic, **connection("client"), **settings, consumer_timeout_ms=4 * MILLISECONDS)
    try:
        message = next(iter(consumer))
        consumer.commit()
    finally:
        consumer.close()
    return str(message.value.decode())


def fetch(topic: str) -> str:
    """Read the first message of a topic without a group."""
    settings = {"auto_offset_reset": "earliest", "bootstrap_timeout_ms": MILLISECONDS}
    consumer = KafkaConsumer(topic, **connection("client"), **settings, consumer_timeout_ms=MILLISECONDS)
    try:
        return str(next(iter(consumer)).value.decode())
    finally:
        consumer.close()


def count(topic: str, partitions: str) -> str:
    """Count the messages of a topic without reading them."""
    consumer = KafkaConsumer(**connection("client"), bootstrap_timeout_ms=MILLISECONDS)
    parts = [TopicPartition(topic, number) for number in range(int(partitions))]
    ends = consumer.end_offsets(parts)
    consumer.close()
    return str(sum(ends.values()))


ATTEMPTS: dict[str, Callable[..., str]] = {"write": write, "read": read, "fetch": fetch, "count": count}

try:
    print(ATTEMPTS[sys.argv[1]](*sys.argv[2:]))
except KafkaError as error:
    print(type(error).__name__)
