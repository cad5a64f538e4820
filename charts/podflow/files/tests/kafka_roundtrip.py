"""helm test: messages produced to a topic of this run's own are all consumed."""

import os
import uuid

from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

MESSAGES = 100


def main() -> None:
    """Make the topic, fill it, drain it, drop it."""
    topic = f"helm-test-{uuid.uuid4().hex[:8]}"
    connection = {
        "bootstrap_servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"],
        "security_protocol": os.environ["KAFKA_SECURITY_PROTOCOL"],
    }
    admin = KafkaAdminClient(**connection)
    admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=-1)])
    try:
        producer = KafkaProducer(**connection, acks="all")
        for number in range(MESSAGES):
            producer.send(topic, str(number).encode())
        producer.flush(timeout=30)
        consumer = KafkaConsumer(topic, **connection, auto_offset_reset="earliest", consumer_timeout_ms=10_000)
        seen = []
        for message in consumer:
            seen.append(int(message.value))
            if len(seen) == MESSAGES:
                break
        consumer.close()
        if seen != list(range(MESSAGES)):
            raise SystemExit(f"produced {MESSAGES} messages, consumed {len(seen)}")
    finally:
        admin.delete_topics([topic])
    print(f"kafka: {MESSAGES} messages produced and consumed")


main()
