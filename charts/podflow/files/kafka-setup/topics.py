"""The declared topics: made, grown and configured; never shrunk, moved or deleted."""

from collections.abc import Iterator
from typing import Any

from declaration import Declaration, SetupError, Topic
from kafka.admin import AlterConfigOp, ConfigResource, ConfigResourceType, KafkaAdminClient


def reconcile(admin: KafkaAdminClient, declared: Declaration) -> Iterator[str]:
    """Yield what was changed.

    Raises:
        SetupError: a topic has what cannot be undone, said for each such topic; all else was brought in line.
    """
    names = set(admin.list_topics())
    existing = {each["name"]: each for each in _describe(admin, [each.name for each in declared.topics], names)}
    refused = []
    for topic in declared.topics:
        found = existing.get(topic.name)
        if found is None:
            yield _create(admin, topic, declared.replicas)
        else:
            refusals = list(_refusals(topic, found["partitions"], declared.replicas))
            refused += refusals
            if not refusals:
                yield from _grow(admin, topic, len(found["partitions"]))
            yield from _configure(admin, topic)
    if refused:
        raise SetupError("\n".join(refused))


def _describe(admin: KafkaAdminClient, wanted: list[str], existing: set[str]) -> list[dict[str, Any]]:
    there = [name for name in wanted if name in existing]
    found: list[dict[str, Any]] = admin.describe_topics(there) if there else []
    return found


def _create(admin: KafkaAdminClient, topic: Topic, replicas: int) -> str:
    shape = {"num_partitions": topic.partitions, "replication_factor": replicas, "configs": topic.config}
    admin.create_topics({topic.name: shape}, wait_for_metadata=True)
    return f"topic {topic.name}: made with {topic.partitions} partitions and {replicas} replicas"


def _refusals(topic: Topic, partitions: list[dict[str, Any]], replicas: int) -> Iterator[str]:
    if len(partitions) > topic.partitions:
        yield (
            f"topic {topic.name} has {len(partitions)} partitions, kafka.topics.{topic.name}.partitions says "
            f"{topic.partitions}: Kafka cannot take partitions away. Say {len(partitions)}, or declare a topic of "
            "another name and let its producers change over"
        )
    factors = {len(partition["replica_nodes"]) for partition in partitions}
    if factors != {replicas}:
        seen = " and ".join(map(str, sorted(factors)))
        yield (
            f"topic {topic.name} has {seen} replicas, kafka.replicas says {replicas}: replicas are not moved by this "
            "job. Set kafka.replicas back, or move them with kafka-reassign-partitions.sh"
        )


def _grow(admin: KafkaAdminClient, topic: Topic, partitions: int) -> Iterator[str]:
    if partitions < topic.partitions:
        admin.create_partitions({topic.name: topic.partitions})
        yield f"topic {topic.name}: {partitions} partitions raised to {topic.partitions}"


def _configure(admin: KafkaAdminClient, topic: Topic) -> Iterator[str]:
    """Set what is declared, and give up what is not: a setting removed from the values goes back to the default."""
    described = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name)])
    settings = described["topic"][topic.name]
    own = {name: each["value"] for name, each in settings.items() if each["config_source"] == "DYNAMIC_TOPIC_CONFIG"}
    to_set = {name: value for name, value in topic.config.items() if own.get(name) != value}
    to_drop = {name: (AlterConfigOp.DELETE, None) for name in own if name not in topic.config}
    if to_set or to_drop:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, {**to_set, **to_drop})])
    yield from (f"topic {topic.name}: {name}={value}" for name, value in to_set.items())
    yield from (f"topic {topic.name}: {name} back to the default" for name in to_drop)
