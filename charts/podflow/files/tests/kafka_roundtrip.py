"""helm test: who has no password is refused, and messages of the producer reach the sink, once both are allowed."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ACLResourcePatternType, ResourcePattern, ResourceType
from kafka.errors import KafkaError, TopicAuthorizationFailedError
from kafka_login import connection

MESSAGES = 100
RIGHTS = (("producer", ACLOperation.WRITE), ("sink", ACLOperation.READ))


def main() -> None:
    """Make a topic of this run's own, fill it, drain it, drop it."""
    expect_refusal()
    with KafkaAdminClient(**connection("admin")) as admin, topic_of_ones_own(admin) as topic:
        expect_no_right(topic)
        with allowed(admin, topic):
            send(topic)
            seen = received(topic)
    if seen != list(range(MESSAGES)):
        raise SystemExit(f"produced {MESSAGES} messages, consumed {len(seen)}")
    print(f"kafka: {MESSAGES} messages produced and consumed; strangers are refused")


def expect_refusal() -> None:
    """Fail where a client without user and password gets an answer, or where nobody gets one."""
    KafkaAdminClient(**connection("sink")).close()
    anonymous = {"bootstrap_servers": connection("sink")["bootstrap_servers"], "bootstrap_timeout_ms": 3000}
    try:
        KafkaAdminClient(**anonymous).close()
    except KafkaError:
        return
    raise SystemExit("the broker answers a client that has no password")


@contextmanager
def topic_of_ones_own(admin: KafkaAdminClient) -> Iterator[str]:
    """Yield the name of a topic that is there only for the body."""
    topic = f"helm-test-{uuid.uuid4().hex[:8]}"
    admin.create_topics({topic: {"num_partitions": 1}}, wait_for_metadata=True)
    try:
        yield topic
    finally:
        admin.delete_topics([topic])


def expect_no_right(topic: str) -> None:
    """Fail where the producer may write what the values do not declare."""
    try:
        send(topic)
    except TopicAuthorizationFailedError:
        return
    raise SystemExit(f"the producer may write {topic}, which nobody allowed")


@contextmanager
def allowed(admin: KafkaAdminClient, topic: str) -> Iterator[None]:
    """Let the producer write the topic and the sink read it during the body."""
    resource = ResourcePattern(ResourceType.TOPIC, topic, ACLResourcePatternType.LITERAL)
    acls = [ACL(f"User:{user}", "*", right, ACLPermissionType.ALLOW, resource) for user, right in RIGHTS]
    if failed := admin.create_acls(acls)["failed"]:
        raise SystemExit(f"no ACL could be made: {failed[0].__name__}")
    try:
        yield
    finally:
        admin.delete_acls(acls)


def send(topic: str) -> None:
    """Write the messages as the producer; raises KafkaError for the first that is refused."""
    producer = KafkaProducer(**connection("producer"), acks="all", max_block_ms=10_000)
    try:
        sent = [producer.send(topic, str(number).encode()) for number in range(MESSAGES)]
        for each in sent:
            each.get(timeout=30)
    finally:
        producer.close(timeout=5)


def received(topic: str) -> list[int]:
    """Return what the sink reads."""
    consumer = KafkaConsumer(topic, **connection("sink"), auto_offset_reset="earliest", consumer_timeout_ms=10_000)
    seen: list[int] = []
    for message in consumer:
        seen.append(int(message.value))
        if len(seen) == MESSAGES:
            break
    consumer.close()
    return seen


main()
